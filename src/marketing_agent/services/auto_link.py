"""Auto-link: a friend's own email or phone names their profile, as part of the sync.

For friends who are not linked the sync only looks, again and again like for every
claim; nothing is created or written before there is a link.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.blocked import BlockReason
from marketing_agent.core.door import Refused
from marketing_agent.core.facts import Claim, Evidence, Method
from marketing_agent.core.match import MatchRule, WantedSignals
from marketing_agent.core.signals import SignalKind
from marketing_agent.services import linking
from marketing_agent.services.changes import Call, Written
from marketing_agent.services.friend_signals import claim_key, open_signals
from marketing_agent.services.ground import Work
from marketing_agent.services.lookups import Wanted
from marketing_agent.storage import (
    blocked_values,
    merchants,
    sync_marks,
    waiting_claims,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import SignalHash
    from marketing_agent.services.changes import Write
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.friends import Friend, KeptSignals


async def look_for(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    unlinked: Sequence[Friend],
    now: datetime,
) -> bool:
    """Have profiles looked up by these friends' own signals; whether there are any.

    Hold the merchant's lock. Who has claimed with the same values before claims nothing
    new. Afterwards wake `LOOK_AT_CLAIMS`.
    """
    blocked = await blocked_values.hashes(tx, merchant_id)
    kept = {each.line_user: each.signals for each in unlinked if each.following}
    claims = [
        _claim(friend, signals, blocked)
        for friend in unlinked
        if (signals := kept.get(friend.line_user)) is not None
        and (signals.email or signals.phone)
    ]
    resolution = await linking.settle(tx, merchant_id, claims, now)
    looked_up = [
        claim for claim in claims if resolution.outcomes[claim.key].code.needs_lookup
    ]
    for claim in looked_up:
        wanted = _wanted(ground, claim, kept[claim.line_user])
        sealed = wanted.sealed(ground.vault)
        await waiting_claims.add(tx, merchant_id, claim.key, sealed, now)
    return bool(looked_up)


def _claim(
    friend: Friend, signals: KeptSignals, blocked: Collection[SignalHash]
) -> Claim:
    """One claim as long as the values stand; it never expires."""
    usable = WantedSignals(
        email=None if signals.email in blocked else signals.email,
        phone=None if signals.phone in blocked else signals.phone,
    )
    return Claim(
        key=claim_key(friend.line_user, signals.since),
        at=signals.since,
        stored=signals.since,
        line_user=friend.line_user,
        method=Method.AUTO_LINK,
        evidence=Evidence.FRIENDS_OWN_SIGNAL,
        signals=usable,
        refused=_refused(signals) if usable == WantedSignals() else None,
    )


def _refused(signals: KeptSignals) -> Refused:
    """Every value was blocked since it was entered."""
    kind = SignalKind.PHONE if signals.email is None else SignalKind.EMAIL
    return Refused(row=9, why=BlockReason.MERCHANT_LIST, kind=kind)


def _wanted(ground: Ground, claim: Claim, signals: KeptSignals | None) -> Wanted:
    assert claim.signals is not None
    values = open_signals(ground.vault, signals)
    return Wanted(
        line_user=claim.line_user,
        claimed_at=claim.at,
        rule=MatchRule.EITHER,
        email=values.email_address if claim.signals.email else None,
        phone=values.phone_number if claim.signals.phone else None,
        # No form was just submitted that Klaviyo would still be indexing.
        settling=0,
    )


def switch(ground: Ground, *, on: bool) -> Write:
    """The write that pauses auto-link, or goes on with everything that waited."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        was = (await merchants.get(tx, merchant_id)).auto_link_on
        await merchants.switch_auto_link(tx, merchant_id, on=on)
        if on:
            await sync_marks.mark_all_with_signals(tx, merchant_id, ground.clock())
        return Written(
            result={"on": on, "was_on": was},
            inverse=Call(tool="set_auto_link", arguments={"on": was}),
            target="auto_link",
            wakes=(Work.SYNC_FRIENDS, Work.LOOK_AT_CLAIMS) if on else (),
        )

    return write

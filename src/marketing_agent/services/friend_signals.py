"""A friend's own email and phone: from LINE Login, the dashboard, a CSV file, the API.

They are kept sealed beside their hashes. A new value ends the open auto-link claim of
the old one, and the sync then looks for a profile with the new one.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from marketing_agent.core.blocked import BlockList
from marketing_agent.core.door import (
    Admitted,
    Door,
    RawSignals,
    Refused,
    verdict_at_the_door,
)
from marketing_agent.core.errors import UnusableSignal
from marketing_agent.core.facts import FactKey, Stopped, StopReason
from marketing_agent.core.friend_signals import FriendSignals, Word, why_refused
from marketing_agent.core.match import MatchRule
from marketing_agent.core.signals import Flaw
from marketing_agent.services import linking
from marketing_agent.services.lookups import hashed
from marketing_agent.services.profile_reading import SIGNALS
from marketing_agent.storage import blocked_values, facts, friends
from marketing_agent.storage.friends import KeptSignals

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.friend_signals import SignalSource
    from marketing_agent.core.signals import LineUserId
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.merchants import Merchant
    from marketing_agent.storage.vault import Vault


async def remember_signals(
    ground: Ground,
    tx: AsyncConnection,
    merchant: Merchant,
    line_user: LineUserId,
    *,
    email: str | None = None,
    phone: str | None = None,
    source: SignalSource,
    at: datetime,
) -> bool:
    """Keep what a friend's own signals are said to be; whether anything changed.

    None says nothing about a signal, empty text takes it away. Of each signal the word
    with the latest `at` (aware) counts. Hold the merchant's lock, and wake
    `Work.SYNC_FRIENDS` after the commit.

    Raises UnusableSignal for a value that no person can have, if somebody entered it;
    one that came from LINE is left out.
    """
    told = await _admitted(ground, tx, merchant, source, email=email, phone=phone)
    kept = await friends.signals(tx, merchant.id, line_user)
    known = open_signals(ground.vault, kept)
    now_known = known.told(at, email=told.email, phone=told.phone)
    if now_known == known:
        return False
    changed = not now_known.says_the_same_as(known)
    if changed and kept is not None:
        await _stop_old_claim(tx, merchant.id, line_user, kept.since, ground.clock())
    since = at if changed or kept is None else kept.since
    origin = source.value if changed or kept is None else kept.source
    new = _kept(ground.vault, merchant.id, now_known, origin, since)
    await friends.keep_signals(tx, merchant.id, line_user, new, ground.clock())
    return changed


def open_signals(vault: Vault, kept: KeptSignals | None) -> FriendSignals:
    """The opposite of keeping them."""
    if kept is None:
        return FriendSignals()
    values = json.loads(vault.open(kept.sealed, purpose=SIGNALS))
    return FriendSignals(
        email=_word(values, "email"),
        phone=_word(values, "phone"),
    )


def claim_key(line_user: LineUserId, since: datetime) -> FactKey:
    """The key of the one auto-link claim that a friend's values have while they stand.

    A value that comes back after another one is a new claim.
    """
    return FactKey(f"auto_link:{line_user}:{since.isoformat()}")


async def _admitted(
    ground: Ground,
    tx: AsyncConnection,
    merchant: Merchant,
    source: SignalSource,
    *,
    email: str | None,
    phone: str | None,
) -> RawSignals:
    """Both values in canonical form, empty where taken away, None where not said."""
    door = Door(
        rule=MatchRule.EITHER,
        region=merchant.phone_region,
        blocks=BlockList(hashes=await blocked_values.hashes(tx, merchant.id)),
        hash_signal=lambda kind, value: ground.vault.hash_signal(
            merchant.id, kind, value
        ),
    )
    verdict = verdict_at_the_door(RawSignals(email=email, phone=phone), door)
    refused = [verdict] if isinstance(verdict, Refused) else list(verdict.ignored)
    if source.is_entered_by_hand:
        _refuse(refused)
    usable = verdict if isinstance(verdict, Admitted) else Admitted()
    return RawSignals(
        email=usable.email or ("" if email is not None and not email.strip() else None),
        phone=usable.phone or ("" if phone is not None and not phone.strip() else None),
    )


def _refuse(refused: list[Refused]) -> None:
    """Say what is wrong with the first value; the value itself is not repeated."""
    for each in refused:
        if each.kind is not None and each.why is not Flaw.EMPTY:
            raise UnusableSignal(
                shown="This value", kind=each.kind.value, reason=why_refused(each)
            )


async def _stop_old_claim(
    tx: AsyncConnection,
    merchant_id: int,
    line_user: LineUserId,
    since: datetime,
    now: datetime,
) -> None:
    """Row 38; a claim that has linked already is untouched by it."""
    claim = claim_key(line_user, since)
    if await facts.find(tx, merchant_id, claim) is None:
        return
    stop = Stopped(
        key=FactKey(f"value_changed:{claim}"),
        at=now,
        stored=now,
        claim=claim,
        line_user=line_user,
        why=StopReason.VALUE_CHANGED,
    )
    await linking.settle(tx, merchant_id, [stop], now)


def _kept(
    vault: Vault,
    merchant_id: int,
    signals: FriendSignals,
    source: str,
    since: datetime,
) -> KeptSignals:
    words = {"email": signals.email, "phone": signals.phone}
    values = {name: word.value for name, word in words.items()}
    times = {
        f"{name}_at": word.at.isoformat()
        for name, word in words.items()
        if word.at is not None
    }
    hashes = hashed(
        vault, merchant_id, email=signals.email_address, phone=signals.phone_number
    )
    return KeptSignals(
        sealed=vault.seal(json.dumps(values | times).encode(), purpose=SIGNALS),
        email=hashes.email,
        phone=hashes.phone,
        source=source,
        since=since,
    )


def _word(values: dict[str, str | None], name: str) -> Word:
    at = values.get(f"{name}_at")
    return Word(
        value=values[name], at=None if at is None else datetime.fromisoformat(at)
    )

"""Klaviyo Sync Info: what a merchant needs to know about one friend."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import NotFound
from marketing_agent.core.facts import Claim, Evidence, Method
from marketing_agent.core.labels import Circumstances, Label, labels
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.core.signals import LineUserId, ProfileId, SignalKind
from marketing_agent.services.status.expiry import as_of
from marketing_agent.storage import (
    facts,
    friends,
    links,
    merchants,
    outbox,
    outcomes,
    profiles,
    tags,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.links import Link
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.friends import Friend
    from marketing_agent.storage.outcomes import StoredOutcome
    from marketing_agent.storage.profiles import ReadProfile
    from marketing_agent.storage.tags import Tag

EVIDENCE: Final = {
    Evidence.ONE_SIGNAL: "One signal matched.",
    Evidence.FRIENDS_OWN_SIGNAL: "The friend's own email or phone number matched.",
    Evidence.BOTH_SIGNALS: "Email address and phone number both matched.",
    Evidence.CONFIRMED_OR_KLAVIYO_ID: "A signal matched, and Klaviyo confirmed it.",
    Evidence.STORED_LINE_USER_ID: "The profile carried this LINE User ID.",
    Evidence.EXCHANGE_ID: "A signal matched, and so did Klaviyo's own link mark.",
    Evidence.LINK_TOKEN: "A signal matched, and so did the link made for the profile.",
    Evidence.MERCHANT: "You linked them yourself.",
}
"""How sure a link is, in words, weakest first."""

_CLOSEST: Final = (
    OutcomeCode.WAITING_FRIEND,
    OutcomeCode.WAITING_CONFIRMATION,
    OutcomeCode.AMBIGUOUS,
    OutcomeCode.CONFLICT,
    OutcomeCode.MISMATCH,
    OutcomeCode.WAITING_PROFILE,
    OutcomeCode.WAITING_LOOKUP,
)
"""Attempts that may still come to a link, those that lack least first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendStatus:
    """Klaviyo Sync Info of one friend."""

    friend: Friend
    tags: tuple[Tag, ...]
    link: Link | None
    evidence: str | None
    """How sure the link is, in words."""
    view_in_klaviyo: str | None
    last_synced: datetime | None
    sync_pending: bool
    labels: tuple[Label, ...]
    why_not: StoredOutcome | None
    """Of an unlinked friend: the attempt that says best what is missing."""
    attempts: tuple[StoredOutcome, ...]
    """Newest first."""
    trail: tuple[tuple[str, ProfileId, datetime], ...]
    """(what happened, profile, when), oldest first."""

    @property
    def linked(self) -> bool:
        """Whether there is a link that works."""
        return self.link is not None and not self.link.suspended


async def friend_status(
    ground: Ground, merchant_id: int, line_user: LineUserId
) -> FriendStatus:
    """One friend. Raises NotFound for a LINE user whom this merchant never met."""
    now = ground.clock()
    async with ground.database.transaction() as tx:
        friend = await friends.find(tx, merchant_id, line_user)
        if friend is None:
            raise NotFound(noun="friend", name=line_user)
        link = await links.of_line_user(tx, merchant_id, line_user)
        stored = await outcomes.of_line_user(tx, merchant_id, line_user)
        attempts = tuple(as_of(each, now) for each in stored)
        works = link is not None and not link.suspended
        why_not = None if works else best_of(attempts)
        synced, pending = await _sync(tx, merchant_id, link, friend)
        seen = await _circumstances(tx, merchant_id, friend, link, now)
        if why_not is not None and why_not.method is Method.AUTO_LINK:
            merchant = await merchants.get(tx, merchant_id)
            seen = replace(seen, paused=seen.paused or not merchant.auto_link_on)
        tagged = await tags.of_friends(tx, merchant_id, [line_user])
        trail = await links.trail(tx, merchant_id, line_user)
    about = link or (None if why_not is None else why_not.outcome)
    return FriendStatus(
        friend=friend,
        tags=tuple(tagged.get(line_user, ())),
        link=link,
        evidence=None if link is None else EVIDENCE[link.evidence],
        view_in_klaviyo=None if link is None else profile_page(ground, link.profile),
        last_synced=synced,
        sync_pending=pending,
        labels=() if about is None else labels(about, seen),
        why_not=why_not,
        attempts=attempts,
        trail=tuple((what, ProfileId(profile), at) for what, profile, at in trail),
    )


def best_of(attempts: tuple[StoredOutcome, ...]) -> StoredOutcome | None:
    """The attempt that lacks least, else the newest."""
    open_ones = [each for each in attempts if each.outcome.code in _CLOSEST]
    if not open_ones:
        return attempts[0] if attempts else None
    return min(open_ones, key=lambda each: _CLOSEST.index(each.outcome.code))


def profile_page(ground: Ground, profile: ProfileId) -> str:
    """View in Klaviyo (the address that Klaviyo's own MCP server documents)."""
    return f"{ground.hosts.klaviyo_app}/profile/{profile}"


async def _sync(
    tx: AsyncConnection, merchant_id: int, link: Link | None, friend: Friend
) -> tuple[datetime | None, bool]:
    """When Klaviyo was last told about the friend, and whether more waits."""
    if link is None:
        return friend.synced_at, False
    told = await outbox.last_told(tx, merchant_id, link.profile)
    times = [each for each in (told, friend.synced_at) if each is not None]
    waiting = await outbox.pending(tx, merchant_id, link.profile) > 0
    refused = await outbox.was_refused(tx, merchant_id, link.profile)
    return max(times, default=None), waiting or refused


async def _circumstances(
    tx: AsyncConnection,
    merchant_id: int,
    friend: Friend,
    link: Link | None,
    now: datetime,
) -> Circumstances:
    merchant = await merchants.get(tx, merchant_id)
    account = await merchants.klaviyo_account(tx, merchant_id)
    paused = account is None or not merchant.integration_on
    if link is None:
        return Circumstances(now=now, paused=paused)
    synced, pending = await _sync(tx, merchant_id, link, friend)
    shown = await profiles.shown(tx, merchant_id, link.profile)
    made_by = await facts.find(tx, merchant_id, link.made_by)
    claim = made_by if isinstance(made_by, Claim) else None
    # What was read is the first account's property; another one has its own.
    own_name = account is not None and account.number == 1
    return Circumstances(
        now=now,
        paused=paused,
        is_friend=friend.following is not False,
        contact_changed=_contact_changed(link, claim, shown),
        property_differs=own_name and _property_differs(link, shown, synced),
        sync_pending=pending,
    )


def _contact_changed(
    link: Link, claim: Claim | None, shown: ReadProfile | None
) -> bool:
    """Whether the profile no longer carries a signal that it was found by."""
    if claim is None or claim.signals is None or shown is None:
        return False
    wanted = {
        SignalKind.EMAIL: (claim.signals.email, shown.email),
        SignalKind.PHONE: (claim.signals.phone, shown.phone),
    }
    return any(
        then != now for kind, (then, now) in wanted.items() if kind in link.matched_by
    )


def _property_differs(
    link: Link, shown: ReadProfile | None, written: datetime | None
) -> bool:
    """Whether Klaviyo showed another LINE User ID after ours had been written."""
    if shown is None or shown.line_user_id is None or written is None:
        return False
    return shown.read_at > written and shown.line_user_id != link.line_user

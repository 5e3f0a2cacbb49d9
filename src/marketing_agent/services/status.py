"""Who is linked, who is not, and why."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import NotFound
from marketing_agent.core.facts import Method
from marketing_agent.core.links import Link
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.core.reasons import next_step, reason
from marketing_agent.core.signals import LineUserId
from marketing_agent.storage import friends, links, outbox, outcomes
from marketing_agent.storage.friends import Coverage

if TYPE_CHECKING:
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.outcomes import OutcomeCount, StoredOutcome

_EXPIRED_ROW: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Attempts of one method that ended alike, with the words for the merchant."""

    method: Method
    code: OutcomeCode
    reason: str
    next_step: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkageStatus:
    """The whole picture. The counts of `attempts` sum up to all attempts."""

    coverage: Coverage
    attempts: tuple[Attempts, ...]
    waiting_for_klaviyo: int
    """Changes not yet written to Klaviyo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendStatus:
    """Klaviyo Sync Info of one friend."""

    line_user: LineUserId
    following: bool | None
    link: Link | None
    view_in_klaviyo: str | None
    last_synced: datetime | None
    sync_pending: bool
    attempts: tuple[StoredOutcome, ...]
    """Newest first."""
    trail: tuple[tuple[str, str, datetime], ...]
    """(what happened, profile id, when), oldest first."""


async def linkage_status(ground: Ground, merchant_id: int) -> LinkageStatus:
    """Counts for the whole merchant."""
    async with ground.database.transaction() as tx:
        coverage = await friends.coverage(tx, merchant_id)
        counted = await outcomes.counts(tx, merchant_id, ground.clock())
        pending = await outbox.pending(tx, merchant_id)
    totals: dict[tuple[Method, OutcomeCode, str, str], int] = defaultdict(int)
    for each in counted:
        totals[_words(each)] += each.claims
    attempts = [
        Attempts(method=method, code=code, reason=why, next_step=step, count=count)
        for (method, code, why, step), count in totals.items()
    ]
    attempts.sort(key=lambda each: (-each.count, each.method, each.code))
    return LinkageStatus(
        coverage=coverage, attempts=tuple(attempts), waiting_for_klaviyo=pending
    )


async def friend_status(
    ground: Ground, merchant_id: int, line_user: LineUserId
) -> FriendStatus:
    """One friend. Raises NotFound for a LINE user whom this merchant never met."""
    async with ground.database.transaction() as tx:
        friend = await friends.find(tx, merchant_id, line_user)
        if friend is None:
            raise NotFound(noun="friend", name=line_user)
        link = await links.of_line_user(tx, merchant_id, line_user)
        synced, pending = None, 0
        if link is not None:
            synced = await outbox.last_told(tx, merchant_id, link.profile)
            pending = await outbox.pending(tx, merchant_id, link.profile)
        attempts = await outcomes.of_line_user(tx, merchant_id, line_user)
        return FriendStatus(
            line_user=line_user,
            following=friend.following,
            link=link,
            view_in_klaviyo=None if link is None else profile_page(ground, link),
            last_synced=synced,
            sync_pending=pending > 0,
            attempts=tuple(_as_of(each, ground.clock()) for each in attempts),
            trail=tuple(await links.trail(tx, merchant_id, line_user)),
        )


def profile_page(ground: Ground, link: Link) -> str:
    """View in Klaviyo (the address that Klaviyo's own MCP server documents)."""
    return f"{ground.hosts.klaviyo_app}/profile/{link.profile}"


def _as_of(stored: StoredOutcome, now: datetime) -> StoredOutcome:
    """Nothing is written when an open attempt's life ends; it only shows."""
    outcome = stored.outcome
    if stored.expires is None or stored.expires >= now or not outcome.code.is_open:
        return stored
    expired = replace(outcome, code=OutcomeCode.EXPIRED, row=_EXPIRED_ROW, detail="")
    return replace(stored, outcome=expired)


def _words(counted: OutcomeCount) -> tuple[Method, OutcomeCode, str, str]:
    if counted.past_expiry and counted.code.is_open:
        why, step = reason(_EXPIRED_ROW), next_step(_EXPIRED_ROW)
        return counted.method, OutcomeCode.EXPIRED, why, step
    row, detail = counted.row, counted.detail
    why, step = reason(row, detail), next_step(row, detail)
    return counted.method, counted.code, why, step

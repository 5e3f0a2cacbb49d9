"""The review list: held conflicts, suspended links, and values that many share."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import FactKey
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.core.reasons import next_step, reason
from marketing_agent.services.page_marks import mark, read_mark
from marketing_agent.storage import links, reviews, shared_values
from marketing_agent.storage.reviews import Held, HeldPlace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.links import Link
    from marketing_agent.core.signals import LineUserId, ProfileId
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.shared_values import Shared

MANY_LINE_USERS: Final = 5
"""One value that so many LINE users named is no person's, or the link is broken."""
_SHARED_WITHIN: Final = timedelta(days=30)
_VERSION_LENGTH: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A profile that the friend may belong to, and who has it now."""

    profile: ProfileId
    linked_to: LineUserId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewItem:
    """A pair to decide about, with what stands in the way now."""

    held: Held
    linked: Link | None
    """The friend's own link."""
    candidates: tuple[Candidate, ...]
    """One profile, or several to choose from."""
    version: str
    """Changes with every link that a decision would touch."""

    @property
    def reason(self) -> str:
        """One sentence for the merchant."""
        return reason(self.held.row, self.held.detail, self.held.numbers)

    @property
    def next_step(self) -> str:
        """What the merchant can do about it."""
        return next_step(self.held.row, self.held.detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """Some of the pairs, the latest first, and all shared values."""

    items: tuple[ReviewItem, ...]
    shared: tuple[Shared, ...]
    total: int
    after: str | None
    """Where to go on; None at the end."""


async def waiting(
    ground: Ground,
    merchant_id: int,
    *,
    after: str | None = None,
    limit: int = 20,
) -> ReviewPage:
    """What waits for the merchant. Raises NotAPlace."""
    now, place = ground.clock(), None
    if after is not None:
        since, key = read_mark(after)
        place = HeldPlace(since=since, key=FactKey(key))
    async with ground.database.transaction() as tx:
        held = await reviews.held(tx, merchant_id, now, after=place, limit=limit + 1)
        items = [await _item(tx, merchant_id, each) for each in held[:limit]]
        shared = await _shared(tx, merchant_id, now)
        total = await reviews.count_held(tx, merchant_id, now) + len(shared)
    last = held[limit - 1] if len(held) > limit else None
    return ReviewPage(
        items=tuple(items),
        shared=shared,
        total=total,
        after=None if last is None else mark(last.since, last.key),
    )


async def about(
    tx: AsyncConnection,
    merchant_id: int,
    now: datetime,
    line_user: LineUserId,
    profile: ProfileId,
) -> ReviewItem | None:
    """What waits about this friend and this profile."""
    for held in await reviews.held(tx, merchant_id, now, line_user=line_user):
        item = await _item(tx, merchant_id, held)
        named = {each.profile for each in item.candidates}
        if profile in named or profile == held.profile:
            return item
    return None


async def count(tx: AsyncConnection, merchant_id: int, now: datetime) -> int:
    """How much waits for the merchant."""
    shared = await _shared(tx, merchant_id, now)
    return await reviews.count_held(tx, merchant_id, now) + len(shared)


async def _item(tx: AsyncConnection, merchant_id: int, held: Held) -> ReviewItem:
    linked = await links.of_line_user(tx, merchant_id, held.line_user)
    named: tuple[ProfileId, ...] = ()
    if held.code is not OutcomeCode.CONFLICT:
        named = await reviews.named_profiles(tx, merchant_id, held)
    own = () if held.profile is None or named else (held.profile,)
    owners = [
        (each, await links.of_profile(tx, merchant_id, each)) for each in (*own, *named)
    ]
    return ReviewItem(
        held=held,
        linked=linked,
        candidates=tuple(
            Candidate(
                profile=each, linked_to=None if owner is None else owner.line_user
            )
            for each, owner in owners
        ),
        version=_version(held, linked, [owner for _, owner in owners]),
    )


def _version(held: Held, linked: Link | None, owners: Sequence[Link | None]) -> str:
    """A mark of the links that a decision would touch, and of why it is held."""
    seen = [(held.line_user, held.profile, held.row)] + [
        None if each is None else (each.made_by, each.line_user, each.profile)
        for each in (linked, *owners)
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:_VERSION_LENGTH]


async def _shared(
    tx: AsyncConnection, merchant_id: int, now: datetime
) -> tuple[Shared, ...]:
    since = now - _SHARED_WITHIN
    found = await shared_values.found(tx, merchant_id, since, at_least=MANY_LINE_USERS)
    return tuple(found)

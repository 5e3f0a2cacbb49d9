"""Friends by the conditions of a segment, a name or a signal: counted and paged.

Newest friends come first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    ColumnElement,
    and_,
    func,
    select,
    tuple_,
)

from marketing_agent.core.facts import Method
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.storage.conditions import expect_memory, is_one_of
from marketing_agent.storage.friend_conditions import Wanted, those_like
from marketing_agent.storage.tables import friends, links

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import FromClause, RowMapping, Select
    from sqlalchemy.ext.asyncio import AsyncConnection


_FIRST_LOOK: Final = 5_000
"""Friends that are looked through before all are: a page is mostly among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page ends, and the next one goes on."""

    first_seen: datetime
    line_user: LineUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFriend:
    """A line of the list of friends. `method` and what follows: of the link."""

    line_user: LineUserId
    following: bool | None
    following_since: datetime | None
    name_sealed: bytes | None
    first_seen: datetime
    method: Method | None = None
    profile: ProfileId | None = None
    linked_since: datetime | None = None
    suspended: bool = False


async def count(tx: AsyncConnection, merchant_id: int, wanted: Wanted) -> int:
    """How many friends there are like that."""
    await expect_memory(tx)
    those = those_like(friends, merchant_id, wanted)
    return int(await tx.scalar(select(func.count()).where(*those)) or 0)


async def page(
    tx: AsyncConnection,
    merchant_id: int,
    wanted: Wanted,
    *,
    after: Place | None = None,
    limit: int = 50,
) -> list[FoundFriend]:
    """The friends after this place, newest first.

    Measured at a million friends: left alone, PostgreSQL walks from the newest friend
    for seconds when what is wanted is all among the oldest. So only a few thousand are
    walked through; after that the conditions go first, and the order last.
    """
    await expect_memory(tx)
    rest = _after(merchant_id, after)
    newest = select(*_SHOWN).where(rest).order_by(*_NEWEST).limit(_FIRST_LOOK)
    found = await _found(tx, merchant_id, wanted, newest.subquery("friend"), limit)
    if len(found) < limit:
        those = those_like(friends, merchant_id, wanted)
        # OFFSET 0 keeps the planner from mixing the order into the conditions.
        fenced = select(*_SHOWN).where(rest, *those).offset(0)
        everybody = Wanted(zone=wanted.zone)
        whole = fenced.subquery("friend")
        found = await _found(tx, merchant_id, everybody, whole, limit)
    return found


async def links_among(
    tx: AsyncConnection, merchant_id: int, line_users: Collection[LineUserId]
) -> dict[str, RowMapping]:
    """The links of these LINE users, as rows."""
    rows = await tx.execute(
        select(links).where(
            links.c.merchant_id == merchant_id,
            is_one_of(links.c.line_user_id, line_users),
        )
    )
    return {row["line_user_id"]: row for row in rows.mappings()}


_SHOWN: Final = (
    friends.c.merchant_id,
    friends.c.line_user_id,
    friends.c.following,
    friends.c.following_since,
    friends.c.name_sealed,
    friends.c.name_folded,
    friends.c.email_hash,
    friends.c.phone_hash,
    friends.c.first_seen,
)
_NEWEST: Final = (friends.c.first_seen.desc(), friends.c.line_user_id.desc())


async def _found(
    tx: AsyncConnection,
    merchant_id: int,
    wanted: Wanted,
    among: FromClause,
    limit: int,
) -> list[FoundFriend]:
    newest = (among.c.first_seen.desc(), among.c.line_user_id.desc())
    asked: Select[Any] = (
        select(among)
        .where(*those_like(among, merchant_id, wanted))
        .order_by(*newest)
        .limit(limit)
    )
    rows = (await tx.execute(asked)).mappings().all()
    line_users = [LineUserId(row["line_user_id"]) for row in rows]
    linked = await links_among(tx, merchant_id, line_users)
    return [_friend_of(row, linked.get(row["line_user_id"])) for row in rows]


def _after(merchant_id: int, after: Place | None) -> ColumnElement[bool]:
    mine = friends.c.merchant_id == merchant_id
    if after is None:
        return mine
    place = tuple_(friends.c.first_seen, friends.c.line_user_id)
    return and_(mine, place < (after.first_seen, after.line_user))


def _friend_of(row: RowMapping, link: RowMapping | None) -> FoundFriend:
    found = FoundFriend(
        line_user=LineUserId(row["line_user_id"]),
        following=row["following"],
        following_since=row["following_since"],
        name_sealed=row["name_sealed"],
        first_seen=row["first_seen"],
    )
    if link is None:
        return found
    return replace(
        found,
        method=Method(link["method"]),
        profile=ProfileId(link["profile_id"]),
        linked_since=link["since"],
        suspended=link["suspended"],
    )

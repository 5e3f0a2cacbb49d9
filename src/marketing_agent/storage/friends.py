"""LINE users that a merchant's account has met. Names are sealed, signals hashed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import friends, links

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import LineUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Friend:
    """`following` is None for somebody who logged in and never followed."""

    line_user: LineUserId
    following: bool | None
    following_since: datetime | None
    name_sealed: bytes | None
    language: str | None
    first_seen: datetime


async def meet(
    tx: AsyncConnection,
    merchant_id: int,
    line_user: LineUserId,
    now: datetime,
    *,
    name_sealed: bytes | None = None,
    language: str | None = None,
) -> None:
    """Remember this LINE user; a known name is renewed, never emptied."""
    statement = insert(friends).values(
        merchant_id=merchant_id,
        line_user_id=line_user,
        name_sealed=name_sealed,
        language=language,
        first_seen=now,
        updated_at=now,
    )
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "line_user_id"],
            set_={
                "name_sealed": func.coalesce(
                    statement.excluded.name_sealed, friends.c.name_sealed
                ),
                "language": func.coalesce(
                    statement.excluded.language, friends.c.language
                ),
                "updated_at": now,
            },
        )
    )


async def follow_changed(
    tx: AsyncConnection,
    merchant_id: int,
    line_user: LineUserId,
    *,
    following: bool,
    at: datetime,
    now: datetime,
) -> None:
    """Apply a follow or unfollow unless a later one is known already."""
    statement = insert(friends).values(
        merchant_id=merchant_id,
        line_user_id=line_user,
        following=following,
        following_since=at,
        first_seen=now,
        updated_at=now,
    )
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "line_user_id"],
            set_={"following": following, "following_since": at, "updated_at": now},
            where=or_(
                friends.c.following_since.is_(None), friends.c.following_since <= at
            ),
        )
    )


async def find(
    tx: AsyncConnection, merchant_id: int, line_user: LineUserId
) -> Friend | None:
    """What is known about this LINE user."""
    rows = await tx.execute(
        select(friends).where(
            friends.c.merchant_id == merchant_id, friends.c.line_user_id == line_user
        )
    )
    row = rows.mappings().one_or_none()
    if row is None:
        return None
    return Friend(
        line_user=line_user,
        following=row["following"],
        following_since=row["following_since"],
        name_sealed=row["name_sealed"],
        language=row["language"],
        first_seen=row["first_seen"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Friends now following, and how many of them are linked."""

    friends: int
    linked: int


async def coverage(tx: AsyncConnection, merchant_id: int) -> Coverage:
    """How much of the audience is linked."""
    joined = friends.outerjoin(
        links,
        (links.c.merchant_id == friends.c.merchant_id)
        & (links.c.line_user_id == friends.c.line_user_id),
    )
    row = (
        await tx.execute(
            select(func.count(), func.count(links.c.made_by))
            .select_from(joined)
            .where(friends.c.merchant_id == merchant_id, friends.c.following)
        )
    ).one()
    return Coverage(friends=row[0], linked=row[1])

"""Which friends the data sync has still to look at, and what it has done with them.

A mark is set by whatever changes a friend (`friends`), in the same statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, case, or_, select, update

from marketing_agent.storage.conditions import is_one_of
from marketing_agent.storage.friends import friend_of
from marketing_agent.storage.tables import friends, klaviyo_accounts, links

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import LineUserId, ProfileId
    from marketing_agent.storage.friends import Friend


async def due(
    tx: AsyncConnection, merchant_id: int, now: datetime, *, limit: int = 100
) -> list[Friend]:
    """Friends about whom something changed that Klaviyo may have to hear."""
    rows = await tx.execute(
        select(friends)
        .where(friends.c.merchant_id == merchant_id, friends.c.sync_at <= now)
        .order_by(friends.c.sync_at, friends.c.line_user_id)
        .limit(limit)
    )
    return [friend_of(row) for row in rows.mappings()]


async def settle(
    tx: AsyncConnection,
    merchant_id: int,
    settled: Collection[LineUserId],
    digests: Mapping[LineUserId, str],
) -> None:
    """Nothing more is to be done for these; the outbox was asked to tell `digests`."""
    mine = friends.c.merchant_id == merchant_id
    await tx.execute(
        update(friends)
        .where(mine, is_one_of(friends.c.line_user_id, settled))
        .values(sync_at=None)
    )
    for line_user, digest in digests.items():
        await tx.execute(
            update(friends)
            .where(mine, friends.c.line_user_id == line_user)
            .values(synced_digest=digest)
        )


async def put_off(
    tx: AsyncConnection, merchant_id: int, some: Collection[LineUserId], at: datetime
) -> None:
    """These are looked at again later."""
    await tx.execute(
        update(friends)
        .where(
            friends.c.merchant_id == merchant_id,
            is_one_of(friends.c.line_user_id, some),
        )
        .values(sync_at=at)
    )


async def mark_all_with_signals(
    tx: AsyncConnection, merchant_id: int, now: datetime
) -> None:
    """Everybody with an email or phone of their own may have a profile to look for."""
    await tx.execute(
        update(friends)
        .where(
            friends.c.merchant_id == merchant_id,
            or_(friends.c.email_hash.is_not(None), friends.c.phone_hash.is_not(None)),
            friends.c.sync_at.is_(None),
        )
        .values(sync_at=now)
    )


async def merchants_with_due(tx: AsyncConnection, now: datetime) -> list[int]:
    """Merchants with a Klaviyo account and a friend to sync now."""
    marked = select(friends.c.merchant_id).where(
        friends.c.merchant_id == klaviyo_accounts.c.merchant_id,
        friends.c.sync_at <= now,
    )
    rows = await tx.scalars(
        select(klaviyo_accounts.c.merchant_id).where(marked.exists())
    )
    return list(rows)


async def told(
    tx: AsyncConnection, merchant_id: int, about: Collection[ProfileId], now: datetime
) -> None:
    """Klaviyo has been told of the friends whose linked profiles these are.

    Those without a name are synced again: LINE is asked for it then.
    """
    nameless = and_(friends.c.name_sealed.is_(None), friends.c.following)
    await tx.execute(
        update(friends)
        .where(
            friends.c.merchant_id == merchant_id,
            links.c.merchant_id == friends.c.merchant_id,
            links.c.line_user_id == friends.c.line_user_id,
            is_one_of(links.c.profile_id, about),
        )
        .values(synced_at=now, sync_at=case((nameless, now), else_=friends.c.sync_at))
    )

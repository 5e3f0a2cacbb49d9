"""What is still to be told to Klaviyo, each thing once by its key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.storage.tables import outbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


class OutboxKind(StrEnum):
    """What to do in Klaviyo."""

    LINE_USER_ID = "line_user_id"
    """Make the profile's LINE User ID what our links say, whatever it is now."""
    LINKED_EVENT = "linked_event"
    """Record `Linked LINE Identity`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """Something to tell. `key` is unique per merchant; a repeat is dropped."""

    key: str
    kind: OutboxKind
    line_user: LineUserId
    profile: ProfileId
    body: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(NewItem):
    """A waiting item; `tries` counts the failed ones."""

    id: int
    created_at: datetime
    tries: int


_WAITING: Final = (outbox.c.done_at.is_(None), outbox.c.dead_at.is_(None))


async def add(
    tx: AsyncConnection, merchant_id: int, items: Sequence[NewItem], now: datetime
) -> None:
    """Queue items that are due at once."""
    if not items:
        return
    rows = [
        {
            "merchant_id": merchant_id,
            "key": item.key,
            "kind": item.kind.value,
            "line_user_id": item.line_user,
            "profile_id": item.profile,
            "body": dict(item.body),
            "created_at": now,
            "next_at": now,
        }
        for item in items
    ]
    await tx.execute(
        insert(outbox).on_conflict_do_nothing().returning(outbox.c.id), rows
    )


async def due(
    tx: AsyncConnection, merchant_id: int, now: datetime, *, limit: int = 100
) -> list[Item]:
    """The waiting items whose time has come, oldest first."""
    rows = await tx.execute(
        select(outbox)
        .where(outbox.c.merchant_id == merchant_id, outbox.c.next_at <= now, *_WAITING)
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [
        Item(
            id=row["id"],
            key=row["key"],
            kind=OutboxKind(row["kind"]),
            line_user=LineUserId(row["line_user_id"]),
            profile=ProfileId(row["profile_id"]),
            body=row["body"],
            created_at=row["created_at"],
            tries=row["tries"],
        )
        for row in rows.mappings()
    ]


async def finish(
    tx: AsyncConnection, merchant_id: int, item: int, now: datetime
) -> None:
    """This item has been told."""
    await _set(tx, merchant_id, item, done_at=now, last_error=None)


async def put_off(
    tx: AsyncConnection, merchant_id: int, item: int, until: datetime, error: str
) -> None:
    """This item failed and is tried again later. `error` holds no personal data."""
    await _set(
        tx,
        merchant_id,
        item,
        next_at=until,
        tries=outbox.c.tries + 1,
        last_error=error,
    )


async def give_up(
    tx: AsyncConnection, merchant_id: int, item: int, now: datetime, error: str
) -> None:
    """This item can never be told; it stays in the list of dead letters."""
    await _set(tx, merchant_id, item, dead_at=now, last_error=error)


async def pending(
    tx: AsyncConnection, merchant_id: int, profile: ProfileId | None = None
) -> int:
    """How many items wait, for one profile or for all."""
    where = [outbox.c.merchant_id == merchant_id, *_WAITING]
    if profile is not None:
        where.append(outbox.c.profile_id == profile)
    return int(await tx.scalar(select(func.count()).where(*where)) or 0)


async def last_told(
    tx: AsyncConnection, merchant_id: int, profile: ProfileId
) -> datetime | None:
    """When something was last written to this profile."""
    told: datetime | None = await tx.scalar(
        select(func.max(outbox.c.done_at)).where(
            outbox.c.merchant_id == merchant_id, outbox.c.profile_id == profile
        )
    )
    return told


async def merchants_with_due(tx: AsyncConnection, now: datetime) -> list[int]:
    """Merchants that have something to tell now."""
    rows = await tx.scalars(
        select(outbox.c.merchant_id)
        .where(outbox.c.next_at <= now, *_WAITING)
        .distinct()
    )
    return list(rows)


async def _set(
    tx: AsyncConnection, merchant_id: int, item: int, **values: object
) -> None:
    await tx.execute(
        update(outbox)
        .where(outbox.c.merchant_id == merchant_id, outbox.c.id == item)
        .values(**values)
    )

"""What is still to be told to Klaviyo, each thing once by its key."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import BigInteger, any_, func, literal, or_, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.storage.batches import selected
from marketing_agent.storage.conditions import is_one_of
from marketing_agent.storage.tables import outbox

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection


class OutboxKind(StrEnum):
    """What to do in Klaviyo."""

    LINE_USER_ID = "line_user_id"
    """A link began or ended: make the profile's LINE properties what ours say."""
    FRIEND_CHANGED = "friend_changed"
    """The same, after something else about the linked friend changed."""
    LINKED_EVENT = "linked_event"
    """Record `Linked LINE Identity`."""


ABOUT_PROPERTIES: Final = frozenset(OutboxKind) - {OutboxKind.LINKED_EVENT}


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
_beside: Final = outbox.alias()


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
            "kind": item.kind,
            "line_user_id": item.line_user,
            "profile_id": item.profile,
            "body": dict(item.body),
            "created_at": now,
            "next_at": now,
        }
        for item in items
    ]
    new = insert(outbox).from_select(list(rows[0]), selected(outbox, rows))
    await tx.execute(new.on_conflict_do_nothing())


async def due(
    tx: AsyncConnection,
    merchant_id: int,
    now: datetime,
    *,
    limit: int = 100,
    kinds: Collection[OutboxKind] = frozenset(OutboxKind),
    only_untried: bool = False,
) -> list[Item]:
    """The waiting items whose time has come, oldest first.

    No properties of a profile that a bulk job is writing to: its end is awaited.
    """
    written_to = select(_beside.c.id).where(
        _beside.c.merchant_id == merchant_id,
        _beside.c.profile_id == outbox.c.profile_id,
        _beside.c.kind != OutboxKind.LINKED_EVENT.value,
        _beside.c.job_id.is_not(None),
        _beside.c.done_at.is_(None),
        _beside.c.dead_at.is_(None),
    )
    rows = await tx.execute(
        select(outbox)
        .where(
            outbox.c.merchant_id == merchant_id,
            outbox.c.next_at <= now,
            outbox.c.job_id.is_(None),
            is_one_of(outbox.c.kind, [kind.value for kind in kinds]),
            outbox.c.tries == 0 if only_untried else true(),
            or_(outbox.c.kind == OutboxKind.LINKED_EVENT.value, ~written_to.exists()),
            *_WAITING,
        )
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [_item_of(row) for row in rows.mappings()]


async def of_job(tx: AsyncConnection, merchant_id: int, job_id: str) -> list[Item]:
    """The unfinished items of this bulk job, oldest first."""
    rows = await tx.execute(
        select(outbox)
        .where(
            outbox.c.merchant_id == merchant_id, outbox.c.job_id == job_id, *_WAITING
        )
        .order_by(outbox.c.id)
    )
    return [_item_of(row) for row in rows.mappings()]


async def hand_over(
    tx: AsyncConnection, merchant_id: int, items: Collection[int], job_id: str
) -> None:
    """These items are in this bulk job."""
    await _set(tx, merchant_id, items, job_id=job_id)


async def take_back(
    tx: AsyncConnection,
    merchant_id: int,
    items: Collection[int],
    now: datetime,
    error: str,
) -> None:
    """The bulk job did not do these: each is told by itself, at once."""
    again = {"job_id": None, "next_at": now, "last_error": error}
    await _set(tx, merchant_id, items, tries=outbox.c.tries + 1, **again)


async def finish(
    tx: AsyncConnection, merchant_id: int, items: Collection[int], now: datetime
) -> None:
    """These items have been told."""
    await _set(tx, merchant_id, items, done_at=now, last_error=None)


async def put_off(
    tx: AsyncConnection,
    merchant_id: int,
    items: Collection[int],
    until: datetime,
    error: str,
) -> None:
    """These items failed and are tried again later. `error` holds no personal data."""
    await _set(
        tx,
        merchant_id,
        items,
        next_at=until,
        tries=outbox.c.tries + 1,
        last_error=error,
    )


async def give_up(
    tx: AsyncConnection,
    merchant_id: int,
    items: Collection[int],
    now: datetime,
    error: str,
) -> None:
    """These items can never be told; they stay in the list of dead letters."""
    await _set(tx, merchant_id, items, dead_at=now, last_error=error)


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
    """When the properties of this profile were last made what they have to be."""
    told: datetime | None = await tx.scalar(
        select(func.max(outbox.c.done_at)).where(
            outbox.c.merchant_id == merchant_id,
            outbox.c.profile_id == profile,
            is_one_of(outbox.c.kind, [kind.value for kind in ABOUT_PROPERTIES]),
        )
    )
    return told


async def was_refused(
    tx: AsyncConnection, merchant_id: int, profile: ProfileId
) -> bool:
    """Whether Klaviyo refused for good what was last to be written to this profile."""
    dead_at = await tx.scalar(
        select(outbox.c.dead_at)
        .where(
            outbox.c.merchant_id == merchant_id,
            outbox.c.profile_id == profile,
            is_one_of(outbox.c.kind, [kind.value for kind in ABOUT_PROPERTIES]),
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    return dead_at is not None


async def told_of(
    tx: AsyncConnection, merchant_id: int, some: Collection[ProfileId]
) -> set[ProfileId]:
    """Those of these profiles that properties were ever told to."""
    if not some:
        return set()
    rows = await tx.scalars(
        select(outbox.c.profile_id)
        .where(
            outbox.c.merchant_id == merchant_id,
            is_one_of(outbox.c.profile_id, some),
            is_one_of(outbox.c.kind, [kind.value for kind in ABOUT_PROPERTIES]),
            outbox.c.done_at.is_not(None),
        )
        .distinct()
    )
    return {ProfileId(profile) for profile in rows}


async def merchants_with_due(tx: AsyncConnection, now: datetime) -> list[int]:
    """Merchants that have something to tell now, other than in a bulk job."""
    rows = await tx.scalars(
        select(outbox.c.merchant_id)
        .where(outbox.c.next_at <= now, outbox.c.job_id.is_(None), *_WAITING)
        .distinct()
    )
    return list(rows)


def _item_of(row: RowMapping) -> Item:
    return Item(
        id=row["id"],
        key=row["key"],
        kind=OutboxKind(row["kind"]),
        line_user=LineUserId(row["line_user_id"]),
        profile=ProfileId(row["profile_id"]),
        body=row["body"],
        created_at=row["created_at"],
        tries=row["tries"],
    )


async def _set(
    tx: AsyncConnection, merchant_id: int, items: Collection[int], **values: object
) -> None:
    these = literal(sorted(items), ARRAY(BigInteger))
    await tx.execute(
        update(outbox)
        .where(outbox.c.merchant_id == merchant_id, outbox.c.id == any_(these))
        .values(**values)
    )

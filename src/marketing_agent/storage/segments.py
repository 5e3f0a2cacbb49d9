"""The merchant's segments: saved filters over friends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, or_, select, update

from marketing_agent.core.segments import (
    Segment,
    SegmentConditions,
    SegmentId,
    as_json,
    conditions_of,
)
from marketing_agent.storage.tables import segments

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.segments import TagId

_IN_USE: Final = segments.c.deleted_at.is_(None)


async def save(
    tx: AsyncConnection,
    merchant_id: int,
    name: str,
    conditions: SegmentConditions,
    now: datetime,
) -> Segment:
    """Save a new segment."""
    rows = await tx.execute(
        insert(segments)
        .values(
            merchant_id=merchant_id,
            name=name,
            conditions=as_json(conditions),
            created_at=now,
            updated_at=now,
        )
        .returning(*segments.c)
    )
    return _segment_of(rows.mappings().one())


async def find(
    tx: AsyncConnection, merchant_id: int, segment: SegmentId
) -> Segment | None:
    """The segment with this number, unless it was deleted."""
    found = await _select(tx, merchant_id, segments.c.id == segment, _IN_USE)
    return found[0] if found else None


async def of_merchant(tx: AsyncConnection, merchant_id: int) -> list[Segment]:
    """All segments, newest first."""
    return await _select(tx, merchant_id, _IN_USE)


async def named(tx: AsyncConnection, merchant_id: int, name: str) -> list[Segment]:
    """The segments with this name."""
    return await _select(tx, merchant_id, segments.c.name == name, _IN_USE)


async def using_tag(tx: AsyncConnection, merchant_id: int, tag: TagId) -> list[Segment]:
    """The segments that depend on this tag."""
    names = ("tags", "without_tags")
    uses = or_(*(segments.c.conditions[name].contains([tag]) for name in names))
    return await _select(tx, merchant_id, uses, _IN_USE)


async def change(
    tx: AsyncConnection,
    merchant_id: int,
    segment: SegmentId,
    name: str,
    conditions: SegmentConditions,
    now: datetime,
) -> Segment | None:
    """Give it another name and other conditions; None if there is none in use."""
    values = {"name": name, "conditions": as_json(conditions)}
    return await _set(tx, merchant_id, segment, now, _IN_USE, values)


async def delete(
    tx: AsyncConnection, merchant_id: int, segment: SegmentId, now: datetime
) -> Segment | None:
    """Take it out of use; None if there is none in use."""
    return await _set(tx, merchant_id, segment, now, _IN_USE, {"deleted_at": now})


async def restore(
    tx: AsyncConnection, merchant_id: int, segment: SegmentId, now: datetime
) -> Segment | None:
    """Bring a deleted one back; None if there is no deleted one."""
    return await _set(tx, merchant_id, segment, now, ~_IN_USE, {"deleted_at": None})


async def _select(
    tx: AsyncConnection, merchant_id: int, *those: ColumnElement[bool]
) -> list[Segment]:
    rows = await tx.execute(
        select(segments)
        .where(segments.c.merchant_id == merchant_id, *those)
        .order_by(segments.c.id.desc())
    )
    return [_segment_of(row) for row in rows.mappings()]


async def _set(
    tx: AsyncConnection,
    merchant_id: int,
    segment: SegmentId,
    now: datetime,
    standing: ColumnElement[bool],
    values: dict[str, Any],
) -> Segment | None:
    rows = await tx.execute(
        update(segments)
        .where(
            segments.c.merchant_id == merchant_id, segments.c.id == segment, standing
        )
        .values(updated_at=now, **values)
        .returning(*segments.c)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _segment_of(row)


def _segment_of(row: RowMapping) -> Segment:
    return Segment(
        id=SegmentId(row["id"]),
        name=row["name"],
        conditions=conditions_of(row["conditions"]),
    )

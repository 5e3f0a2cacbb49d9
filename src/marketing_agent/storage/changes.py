"""Changes: the writes that were made, with their results and their inverses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.conditions import is_one_of, is_storable
from marketing_agent.storage.tables import changes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChange:
    """A write that was made, with everything that undoing it takes."""

    approval_id: str
    tool: str
    arguments: Mapping[str, Any]
    made_by: str
    made_at: datetime
    result: Mapping[str, Any]
    inverse: Mapping[str, Any] | None = None
    """`{"tool": ..., "arguments": {...}}`: the call that would undo it."""
    target: str | None = None
    """What it was made on; None for a change that stands alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change(NewChange):
    """A stored change. Later ones have higher ids."""

    id: int
    undone_by: int | None = None
    """The id of the change that undid it."""


async def record(tx: AsyncConnection, merchant_id: int, new: NewChange) -> int:
    """Store a change and return its id."""
    change_id: int = (
        await tx.execute(
            insert(changes)
            .values(
                merchant_id=merchant_id,
                approval_id=new.approval_id,
                tool=new.tool,
                arguments=dict(new.arguments),
                made_by=new.made_by,
                made_at=new.made_at,
                result=dict(new.result),
                inverse=None if new.inverse is None else dict(new.inverse),
                target=new.target,
            )
            .returning(changes.c.id)
        )
    ).scalar_one()
    return change_id


async def made_with(
    tx: AsyncConnection, merchant_id: int, approval_id: str
) -> tuple[int, dict[str, Any]] | None:
    """The change made with this approval: its id, and what the write returned."""
    rows = await tx.execute(
        select(changes.c.id, changes.c.result).where(
            changes.c.merchant_id == merchant_id,
            changes.c.approval_id == approval_id,
        )
    )
    row = rows.one_or_none()
    return None if row is None else (row.id, row.result)


async def find(tx: AsyncConnection, merchant_id: int, change_id: int) -> Change | None:
    """The merchant's change with this id."""
    rows = await tx.execute(
        select(changes).where(
            changes.c.merchant_id == merchant_id, changes.c.id == change_id
        )
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _change_of(row)


async def newest(tx: AsyncConnection, merchant_id: int, limit: int) -> list[Change]:
    """The last `limit` changes of the merchant, newest first."""
    rows = await tx.execute(
        select(changes)
        .where(changes.c.merchant_id == merchant_id)
        .order_by(changes.c.id.desc())
        .limit(limit)
    )
    return [_change_of(row) for row in rows.mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesWanted:
    """Which changes are looked for; all that is given has to hold."""

    before: int | None = None
    """Only those with a lower id."""
    made_by: str | None = None
    tool: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Only those made earlier than this."""


async def page(
    tx: AsyncConnection, merchant_id: int, wanted: ChangesWanted, *, limit: int
) -> list[Change]:
    """Changes that are wanted, newest first."""
    if not all(map(is_storable, (wanted.made_by or "", wanted.tool or ""))):
        return []
    those = [changes.c.merchant_id == merchant_id]
    if wanted.before is not None:
        those.append(changes.c.id < wanted.before)
    if wanted.made_by is not None:
        those.append(changes.c.made_by == wanted.made_by)
    if wanted.tool is not None:
        those.append(changes.c.tool == wanted.tool)
    if wanted.since is not None:
        those.append(changes.c.made_at >= wanted.since)
    if wanted.until is not None:
        those.append(changes.c.made_at < wanted.until)
    rows = await tx.execute(
        select(changes).where(*those).order_by(changes.c.id.desc()).limit(limit)
    )
    return [_change_of(row) for row in rows.mappings()]


async def on_targets(
    tx: AsyncConnection, merchant_id: int, targets: Collection[str], after: int
) -> list[Change]:
    """The changes on any of these targets that were made after this one."""
    rows = await tx.execute(
        select(changes).where(
            changes.c.merchant_id == merchant_id,
            is_one_of(changes.c.target, targets),
            changes.c.id > after,
        )
    )
    return [_change_of(row) for row in rows.mappings()]


async def later_on(
    tx: AsyncConnection, merchant_id: int, target: str, change_id: int
) -> list[Change]:
    """The changes on this target that were made after this one."""
    rows = await tx.execute(
        select(changes).where(
            changes.c.merchant_id == merchant_id,
            changes.c.target == target,
            changes.c.id > change_id,
        )
    )
    return [_change_of(row) for row in rows.mappings()]


async def mark_undone(
    tx: AsyncConnection, merchant_id: int, change_id: int, by: int
) -> None:
    """Say which change undid this one."""
    await tx.execute(
        update(changes)
        .where(changes.c.merchant_id == merchant_id, changes.c.id == change_id)
        .values(undone_by=by)
    )


def _change_of(row: RowMapping) -> Change:
    return Change(
        id=row["id"],
        approval_id=row["approval_id"],
        tool=row["tool"],
        arguments=row["arguments"],
        made_by=row["made_by"],
        made_at=row["made_at"],
        result=row["result"],
        inverse=row["inverse"],
        target=row["target"],
        undone_by=row["undone_by"],
    )

"""The one import of a merchant: source segment, property, and how far it has read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.imports import Watermarks
from marketing_agent.storage.import_runs import IMPORT_KINDS
from marketing_agent.storage.tables import import_runs, imports

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSource:
    """What a merchant chooses."""

    segment_id: str
    segment_name: str
    property: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSetting(ImportSource):
    """A setting in force. `generation` tells it from every one before it."""

    generation: int
    created_at: datetime
    next_run_at: datetime
    full_run_at: datetime
    """When everyone is read again."""
    watermarks: Watermarks


async def find(tx: AsyncConnection, merchant_id: int) -> ImportSetting | None:
    """The merchant's import, if one is set."""
    rows = await tx.execute(select(imports).where(imports.c.merchant_id == merchant_id))
    row = rows.mappings().one_or_none()
    return None if row is None else _setting_of(row)


async def save(
    tx: AsyncConnection,
    merchant_id: int,
    source: ImportSource,
    now: datetime,
    *,
    full_run_at: datetime,
) -> ImportSetting:
    """Put this import in force, from now on and from the beginning."""
    chosen = {
        "segment_id": source.segment_id,
        "segment_name": source.segment_name,
        "property": source.property,
        "generation": await _next_generation(tx, merchant_id),
        "updated_at": now,
        "next_run_at": now,
        "full_run_at": full_run_at,
        "joined_watermark": None,
        "updated_watermark": None,
    }
    statement = insert(imports).values(
        merchant_id=merchant_id, created_at=now, **chosen
    )
    rows = await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id"], set_=chosen
        ).returning(imports)
    )
    return _setting_of(rows.mappings().one())


async def remove(tx: AsyncConnection, merchant_id: int) -> ImportSetting | None:
    """Take the import out of force; gives what it was."""
    rows = await tx.execute(
        delete(imports).where(imports.c.merchant_id == merchant_id).returning(imports)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _setting_of(row)


async def schedule(
    tx: AsyncConnection,
    merchant_id: int,
    *,
    next_run_at: datetime | None = None,
    full_run_at: datetime | None = None,
    watermarks: Watermarks | None = None,
) -> None:
    """Set what is given: when to run next, and where the next run begins."""
    values: dict[str, object] = {}
    if next_run_at is not None:
        values["next_run_at"] = next_run_at
    if full_run_at is not None:
        values["full_run_at"] = full_run_at
    if watermarks is not None:
        values["joined_watermark"] = watermarks.joined
        values["updated_watermark"] = watermarks.updated
    await tx.execute(
        update(imports).where(imports.c.merchant_id == merchant_id).values(**values)
    )


async def merchants_with_due(tx: AsyncConnection, now: datetime) -> list[int]:
    """Merchants whose import has something to begin or to go on with."""
    begin = select(imports.c.merchant_id).where(imports.c.next_run_at <= now)
    night = select(imports.c.merchant_id).where(imports.c.full_run_at <= now)
    on = select(import_runs.c.merchant_id).where(
        import_runs.c.state == "running",
        import_runs.c.kind.in_([kind.value for kind in IMPORT_KINDS]),
    )
    return list(await tx.scalars(begin.union(night, on)))


async def _next_generation(tx: AsyncConnection, merchant_id: int) -> int:
    """One more than any before, also after the setting was removed."""
    last = select(func.max(import_runs.c.generation)).where(
        import_runs.c.merchant_id == merchant_id
    )
    now = select(imports.c.generation).where(imports.c.merchant_id == merchant_id)
    before = func.greatest(last.scalar_subquery(), now.scalar_subquery(), 0)
    return int(await tx.scalar(select(before)) or 0) + 1


def _setting_of(row: RowMapping) -> ImportSetting:
    return ImportSetting(
        segment_id=row["segment_id"],
        segment_name=row["segment_name"],
        property=row["property"],
        generation=row["generation"],
        created_at=row["created_at"],
        next_run_at=row["next_run_at"],
        full_run_at=row["full_run_at"],
        watermarks=Watermarks(
            joined=row["joined_watermark"], updated=row["updated_watermark"]
        ),
    )

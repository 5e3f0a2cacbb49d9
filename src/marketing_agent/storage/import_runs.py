"""The runs of imports: where each stands, and what came of it.

A run's position, counts and requests change in the transaction of the rows that they
tell about, so that a killed run goes on exactly there.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, update

from marketing_agent.storage.tables import import_runs

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection


class RunKind(StrEnum):
    """What a run does; one of each may be running for a merchant."""

    IMPORT = "import"
    RECONCILE = "reconcile"
    """Reads a segment slowly, while runs of the first kind come and go."""
    FRIEND_CHECK = "friend_check"
    FOLLOWERS = "followers"
    """Learns who follows the LINE account from LINE's own list."""


IMPORT_KINDS: Final = (RunKind.IMPORT, RunKind.RECONCILE, RunKind.FRIEND_CHECK)
"""Those that go on in slices of the import."""


class ImportState(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    """Its setting was changed or removed meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRun:
    """A run that begins."""

    kind: RunKind
    extent: str | None
    generation: int
    segment_id: str | None
    segment_name: str | None
    property: str | None
    phase: str
    cursor: Mapping[str, Any]
    expected: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRun(NewRun):
    """A run as it stands; `counts` as the one who counts writes them."""

    id: int
    state: ImportState
    counts: Mapping[str, int]
    requests: int
    error: str | None
    """What keeps it from going on, or made it fail; nothing personal."""
    started_at: datetime
    updated_at: datetime
    ended_at: datetime | None


async def start(
    tx: AsyncConnection, merchant_id: int, new: NewRun, now: datetime
) -> StoredRun:
    """Begin; a second running one of its kind is refused by the database."""
    rows = await tx.execute(
        insert(import_runs)
        .values(
            merchant_id=merchant_id,
            kind=new.kind.value,
            extent=new.extent,
            generation=new.generation,
            segment_id=new.segment_id,
            segment_name=new.segment_name,
            property=new.property,
            state=ImportState.RUNNING.value,
            phase=new.phase,
            cursor=dict(new.cursor),
            expected=new.expected,
            counts={},
            started_at=now,
            updated_at=now,
        )
        .returning(import_runs)
    )
    return _run_of(rows.mappings().one())


async def running(
    tx: AsyncConnection, merchant_id: int, kind: RunKind
) -> StoredRun | None:
    """The run of this kind that goes on, if there is one."""
    rows = await tx.execute(
        select(import_runs).where(
            import_runs.c.merchant_id == merchant_id,
            import_runs.c.kind == kind.value,
            import_runs.c.state == ImportState.RUNNING.value,
        )
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _run_of(row)


async def merchants_with_running(tx: AsyncConnection, kind: RunKind) -> list[int]:
    """Merchants with a run of this kind that goes on."""
    rows = await tx.scalars(
        select(import_runs.c.merchant_id).where(
            import_runs.c.kind == kind.value,
            import_runs.c.state == ImportState.RUNNING.value,
        )
    )
    return list(rows)


async def find(tx: AsyncConnection, merchant_id: int, run_id: int) -> StoredRun | None:
    """This run."""
    rows = await tx.execute(
        select(import_runs).where(
            import_runs.c.merchant_id == merchant_id, import_runs.c.id == run_id
        )
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _run_of(row)


async def is_running(tx: AsyncConnection, merchant_id: int, run_id: int) -> bool:
    """Whether this run goes on; nobody can end it before this is committed."""
    state = await tx.scalar(
        select(import_runs.c.state)
        .where(import_runs.c.merchant_id == merchant_id, import_runs.c.id == run_id)
        .with_for_update()
    )
    return state == ImportState.RUNNING.value


async def checkpoint(
    tx: AsyncConnection, merchant_id: int, run: StoredRun, now: datetime
) -> None:
    """Store where this run stands, as long as it is running."""
    await tx.execute(
        update(import_runs)
        .where(
            import_runs.c.merchant_id == merchant_id,
            import_runs.c.id == run.id,
            import_runs.c.state == ImportState.RUNNING.value,
        )
        .values(
            phase=run.phase,
            cursor=dict(run.cursor),
            expected=run.expected,
            counts=dict(run.counts),
            requests=run.requests,
            error=run.error,
            updated_at=now,
        )
    )


async def end(
    tx: AsyncConnection,
    merchant_id: int,
    run_id: int,
    state: ImportState,
    now: datetime,
    *,
    error: str | None = None,
) -> None:
    """End a running run."""
    await tx.execute(
        update(import_runs)
        .where(
            import_runs.c.merchant_id == merchant_id,
            import_runs.c.id == run_id,
            import_runs.c.state == ImportState.RUNNING.value,
        )
        .values(state=state.value, error=error, updated_at=now, ended_at=now)
    )


async def newest(
    tx: AsyncConnection,
    merchant_id: int,
    kinds: Collection[RunKind],
    *,
    limit: int,
    before: int | None = None,
) -> list[StoredRun]:
    """The last runs of these kinds, newest first; only those before a run's id."""
    those = [
        import_runs.c.merchant_id == merchant_id,
        import_runs.c.kind.in_([kind.value for kind in kinds]),
    ]
    if before is not None:
        those.append(import_runs.c.id < before)
    rows = await tx.execute(
        select(import_runs).where(*those).order_by(import_runs.c.id.desc()).limit(limit)
    )
    return [_run_of(row) for row in rows.mappings()]


async def forget(
    tx: AsyncConnection, merchant_id: int, *, ended_before: datetime
) -> int:
    """Drop runs that ended long ago; gives how many."""
    ended = import_runs.c.ended_at < ended_before
    newest_id = select(func.max(import_runs.c.id)).where(
        import_runs.c.merchant_id == merchant_id
    )
    gone = await tx.execute(
        import_runs.delete().where(
            import_runs.c.merchant_id == merchant_id,
            ended,
            import_runs.c.id < newest_id.scalar_subquery(),
        )
    )
    return gone.rowcount


def _run_of(row: RowMapping) -> StoredRun:
    return StoredRun(
        id=row["id"],
        kind=RunKind(row["kind"]),
        extent=row["extent"],
        generation=row["generation"],
        segment_id=row["segment_id"],
        segment_name=row["segment_name"],
        property=row["property"],
        state=ImportState(row["state"]),
        phase=row["phase"],
        cursor=row["cursor"] or {},
        expected=row["expected"],
        counts=row["counts"],
        requests=row["requests"],
        error=row["error"],
        started_at=row["started_at"],
        updated_at=row["updated_at"],
        ended_at=row["ended_at"],
    )

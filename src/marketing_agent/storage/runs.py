"""Runs: one answer of the agent each, at most one at a time in a thread.

A run's process says that it is alive; one that has not for a while is taken for dead
and no longer keeps its thread busy.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import runs

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection


class RunState(StrEnum):
    """How far a run is. All but the first are final."""

    RUNNING = "running"
    DONE = "done"
    WAITING = "waiting"
    """It ended at a card; the answer starts a new run."""
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A run as other processes see it."""

    id: str
    thread_id: str
    state: RunState
    alive_at: datetime


async def start(
    tx: AsyncConnection, merchant_id: int, run_id: str, thread_id: str, now: datetime
) -> bool:
    """Whether the thread is now busy with this run; False when it was busy already."""
    new = insert(runs).values(
        merchant_id=merchant_id,
        id=run_id,
        thread_id=thread_id,
        state=RunState.RUNNING.value,
        started_at=now,
        alive_at=now,
    )
    started = await tx.execute(new.on_conflict_do_nothing().returning(runs.c.id))
    return started.one_or_none() is not None


async def bury(
    tx: AsyncConnection, merchant_id: int, thread_id: str, *, silent_since: datetime
) -> None:
    """Take the thread's run for dead when it was last alive before `silent_since`."""
    await tx.execute(
        update(runs)
        .where(
            runs.c.merchant_id == merchant_id,
            runs.c.thread_id == thread_id,
            runs.c.state == RunState.RUNNING.value,
            runs.c.alive_at < silent_since,
        )
        .values(state=RunState.FAILED.value, ended_at=runs.c.alive_at)
    )


async def find(tx: AsyncConnection, merchant_id: int, run_id: str) -> Run | None:
    """The run, in whatever state."""
    rows = await tx.execute(
        select(runs).where(runs.c.merchant_id == merchant_id, runs.c.id == run_id)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _run_of(row)


async def running_in(
    tx: AsyncConnection, merchant_id: int, thread_id: str
) -> Run | None:
    """The run that keeps this thread busy."""
    rows = await tx.execute(
        select(runs).where(
            runs.c.merchant_id == merchant_id,
            runs.c.thread_id == thread_id,
            runs.c.state == RunState.RUNNING.value,
        )
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _run_of(row)


async def is_alive(
    tx: AsyncConnection, merchant_id: int, run_id: str, now: datetime
) -> bool:
    """Say that this run's process lives; True when the run was asked to stop."""
    asked = await tx.scalar(
        update(runs)
        .where(runs.c.merchant_id == merchant_id, runs.c.id == run_id)
        .values(alive_at=now)
        .returning(runs.c.cancel_asked)
    )
    return bool(asked)


async def ask_to_stop(tx: AsyncConnection, merchant_id: int, run_id: str) -> None:
    """Whichever process runs it reads this within a second or two."""
    await tx.execute(
        update(runs)
        .where(runs.c.merchant_id == merchant_id, runs.c.id == run_id)
        .values(cancel_asked=True)
    )


async def end(
    tx: AsyncConnection,
    merchant_id: int,
    run_id: str,
    state: RunState,
    *,
    tokens_in: int,
    tokens_out: int,
    now: datetime,
) -> None:
    """The thread is free again."""
    await tx.execute(
        update(runs)
        .where(runs.c.merchant_id == merchant_id, runs.c.id == run_id)
        .values(
            state=state.value,
            ended_at=now,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
        )
    )


def _run_of(row: RowMapping) -> Run:
    return Run(
        id=row["id"],
        thread_id=row["thread_id"],
        state=RunState(row["state"]),
        alive_at=row["alive_at"],
    )

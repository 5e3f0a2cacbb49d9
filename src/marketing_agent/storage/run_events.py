"""What a run has said, numbered from 1, for those who read it later or elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import run_events, runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


async def append(
    tx: AsyncConnection,
    merchant_id: int,
    run_id: str,
    first: int,
    bodies: Sequence[str],
) -> None:
    """Store these events as numbers `first`, `first + 1` and so on."""
    if not bodies:
        return
    await tx.execute(
        insert(run_events),
        [
            {
                "merchant_id": merchant_id,
                "run_id": run_id,
                "number": first + place,
                "body": body,
            }
            for place, body in enumerate(bodies)
        ],
    )


async def after(
    tx: AsyncConnection, merchant_id: int, run_id: str, number: int
) -> list[tuple[int, str]]:
    """The events with a higher number, in order."""
    rows = await tx.execute(
        select(run_events.c.number, run_events.c.body)
        .where(
            run_events.c.merchant_id == merchant_id,
            run_events.c.run_id == run_id,
            run_events.c.number > number,
        )
        .order_by(run_events.c.number)
    )
    return [(row.number, row.body) for row in rows]


async def forget(
    tx: AsyncConnection, merchant_id: int, thread_id: str, *, ended_before: datetime
) -> None:
    """Delete what the thread's older runs said: the memory has the messages."""
    old = select(runs.c.id).where(
        runs.c.merchant_id == merchant_id,
        runs.c.thread_id == thread_id,
        runs.c.ended_at < ended_before,
    )
    await tx.execute(
        delete(run_events).where(
            run_events.c.merchant_id == merchant_id, run_events.c.run_id.in_(old)
        )
    )

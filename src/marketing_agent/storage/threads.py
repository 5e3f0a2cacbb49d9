"""Threads: a person's conversations with the Marketing Agent.

What was said is in the conversation's memory; here is whose it is. A thread's id is
chosen by the client and unique in the whole installation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import card_answers, run_events, runs, threads

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """One conversation and the person that it belongs to."""

    id: str
    owner: str
    title: str
    created_at: datetime
    updated_at: datetime


async def begin(
    tx: AsyncConnection,
    merchant_id: int,
    thread_id: str,
    owner: str,
    title: str,
    now: datetime,
) -> None:
    """Store a new thread, unless the id is taken, by whomever."""
    new = insert(threads).values(
        merchant_id=merchant_id,
        id=thread_id,
        owner=owner,
        title=title,
        created_at=now,
        updated_at=now,
    )
    await tx.execute(new.on_conflict_do_nothing())


async def find(
    tx: AsyncConnection, merchant_id: int, thread_id: str, owner: str
) -> Thread | None:
    """The thread, if it belongs to this person at this merchant."""
    rows = await tx.execute(
        select(threads).where(
            threads.c.merchant_id == merchant_id,
            threads.c.id == thread_id,
            threads.c.owner == owner,
        )
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _thread_of(row)


async def of_owner(
    tx: AsyncConnection, merchant_id: int, owner: str, *, limit: int
) -> list[Thread]:
    """This person's threads, the latest first."""
    rows = await tx.execute(
        select(threads)
        .where(threads.c.merchant_id == merchant_id, threads.c.owner == owner)
        .order_by(threads.c.updated_at.desc(), threads.c.id)
        .limit(limit)
    )
    return [_thread_of(row) for row in rows.mappings()]


async def touch(
    tx: AsyncConnection, merchant_id: int, thread_id: str, now: datetime
) -> None:
    """Something was said in it."""
    await tx.execute(
        update(threads)
        .where(threads.c.merchant_id == merchant_id, threads.c.id == thread_id)
        .values(updated_at=now)
    )


async def forget(tx: AsyncConnection, merchant_id: int, thread_id: str) -> None:
    """Delete it with its runs; approvals and changes stay, they are the audit."""
    of_thread = select(runs.c.id).where(
        runs.c.merchant_id == merchant_id, runs.c.thread_id == thread_id
    )
    await tx.execute(
        delete(run_events).where(
            run_events.c.merchant_id == merchant_id,
            run_events.c.run_id.in_(of_thread),
        )
    )
    for table in (runs, card_answers):
        await tx.execute(
            delete(table).where(
                table.c.merchant_id == merchant_id, table.c.thread_id == thread_id
            )
        )
    await tx.execute(
        delete(threads).where(
            threads.c.merchant_id == merchant_id, threads.c.id == thread_id
        )
    )


def _thread_of(row: RowMapping) -> Thread:
    return Thread(
        id=row["id"],
        owner=row["owner"],
        title=row["title"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )

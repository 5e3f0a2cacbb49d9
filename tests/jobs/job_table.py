"""Looking at the waiting wake-ups from outside, in their own tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from psycopg import AsyncConnection

if TYPE_CHECKING:
    from typing import LiteralString


async def statuses(url: str) -> list[str]:
    """List the state of every wake-up, the oldest first."""
    return [
        str(status)
        for (status,) in await rows(
            url,
            "SELECT status::text FROM wake_ups.procrastinate_jobs"
            " WHERE task_name = 'wake' ORDER BY id",
        )
    ]


async def waits(url: str) -> list[float]:
    """List in how many seconds each waiting wake-up is due."""
    return [
        float(str(seconds))
        for (seconds,) in await rows(
            url,
            "SELECT extract(epoch FROM scheduled_at - now())"
            " FROM wake_ups.procrastinate_jobs WHERE status = 'todo'"
            " AND task_name = 'wake' ORDER BY id",
        )
    ]


async def rows(url: str, question: LiteralString) -> list[tuple[object, ...]]:
    """Run one statement and give what it returns."""
    async with await AsyncConnection.connect(url) as connection:
        # Procrastinate's triggers need to find its types.
        await connection.execute("SET search_path TO wake_ups")
        answer = await connection.execute(question)
        return await answer.fetchall() if answer.description else []

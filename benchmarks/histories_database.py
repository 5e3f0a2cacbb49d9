"""Random histories through a real PostgreSQL, many more than the suite runs."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Final

from marketing_agent.storage.database import Database
from tests.ground import new_ground
from tests.services.telling import DifferenceError, play

AT_ONCE: Final = 10
"""Cases told at the same time, of two merchants each."""


def run(first: int, count: int) -> int:
    """Tell `count` histories, two to a seed; 1 and the seed when tables differ."""
    started = time.perf_counter()
    try:
        changes = asyncio.run(_told(first, count))
    except DifferenceError as difference:
        sys.stderr.write("\n")
        print(difference)
        return 1
    seconds = time.perf_counter() - started
    sys.stderr.write("\n")
    print(
        f"{count:,} histories through the database, {changes:,} changes of links, "
        f"{seconds:.1f} s: 0 differences"
    )
    return 0


async def _told(first: int, count: int) -> int:
    """How many changes of links there were."""
    last, changes = first + (count + 1) // 2, 0
    started = time.perf_counter()
    async with new_ground() as ground, ground.database() as url:
        db = Database(url)
        for start in range(first, last, AT_ONCE):
            seeds = range(start, min(start + AT_ONCE, last))
            results = await play(db, seeds)
            changes += sum(len(result.changes) for result in results)
            done = 2 * (seeds.stop - first)
            rate = done / (time.perf_counter() - started)
            sys.stderr.write(f"\r{done:>7,} of {count:,} histories, {rate:,.0f}/s ")
        await db.dispose()
    return changes

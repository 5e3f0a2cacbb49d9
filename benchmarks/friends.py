"""Segments at volume: counting, and the first and a deep page, by each condition.

`python -m benchmarks.friends --friends 1000000`. A figure is the slowest of three
rounds after one that warms up, through the repositories that the program uses.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias
from zoneinfo import ZoneInfo

import psycopg
from sqlalchemy import text

from benchmarks.friends_fill import FILL
from benchmarks.machine import this_machine
from marketing_agent.core.facts import Method
from marketing_agent.core.segments import (
    FollowStatus,
    Linkage,
    SegmentConditions,
    TagId,
)
from marketing_agent.core.signals import LineUserId, SignalHash
from marketing_agent.storage import (
    coverage,
    friend_search,
    funnel,
    outcomes,
    reviews,
    shared_values,
    tags,
)
from marketing_agent.storage.database import Database
from marketing_agent.storage.friend_conditions import Wanted
from marketing_agent.storage.friend_search import Place
from tests.ground import new_ground

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

MERCHANT: Final = 1
TOKYO: Final = ZoneInfo("Asia/Tokyo")
NOW: Final = datetime(2026, 11, 23, 12, tzinfo=UTC)
FOLLOWING: Final = frozenset({FollowStatus.FOLLOWING})
LONG_AGO, LATELY = date(2025, 3, 1), date(2026, 11, 1)
HALF, RARE = frozenset({TagId(1)}), frozenset({TagId(3)})
ROUNDS: Final = 3

Ask: TypeAlias = Callable[["AsyncConnection"], Awaitable[object]]

CASES: Final[dict[str, Wanted]] = {
    name: Wanted(zone=TOKYO, conditions=conditions)
    for name, conditions in {
        "everybody": SegmentConditions(),
        "following": SegmentConditions(follow_status=FOLLOWING),
        "linked": SegmentConditions(linkage=Linkage.LINKED, follow_status=FOLLOWING),
        "unlinked": SegmentConditions(
            linkage=Linkage.UNLINKED, follow_status=FOLLOWING
        ),
        "linked by the import": SegmentConditions(methods=frozenset({Method.IMPORT})),
        "linked by hand (0.1 %)": SegmentConditions(methods=frozenset({Method.PIN})),
        "linked before the oldest day": SegmentConditions(linked_before=LONG_AGO),
        "linked since November": SegmentConditions(linked_since=LATELY),
        "followed before the oldest day": SegmentConditions(followed_before=LONG_AGO),
        "a tag on half": SegmentConditions(tags=HALF),
        "a rare tag": SegmentConditions(tags=RARE),
        "without the tag on half": SegmentConditions(without_tags=HALF),
        "unlinked, tag on half": SegmentConditions(
            linkage=Linkage.UNLINKED, follow_status=FOLLOWING, tags=HALF
        ),
        "import, tag on half, oldest": SegmentConditions(
            methods=frozenset({Method.IMPORT, Method.QR_LINK}),
            follow_status=FOLLOWING,
            tags=HALF,
            linked_before=LONG_AGO,
        ),
        "nobody: followed late, linked early": SegmentConditions(
            followed_since=LATELY, linked_before=LONG_AGO
        ),
    }.items()
} | {
    "name beginning with hana (20 %)": Wanted(zone=TOKYO, name="hana"),
    "name that nobody has": Wanted(zone=TOKYO, name="hana zz"),
    "an email": Wanted(zone=TOKYO, signals=frozenset({SignalHash("of nobody")})),
    "a LINE User ID": Wanted(zone=TOKYO, line_user=LineUserId("U" + "0" * 32)),
}

OTHERS: Final[dict[str, Ask]] = {
    "coverage now, by method": lambda tx: coverage.now(tx, MERCHANT),
    "funnel": lambda tx: funnel.steps(tx, MERCHANT),
    "outcomes with reasons": lambda tx: outcomes.counts(tx, MERCHANT, NOW),
    "unlinked, never tried": lambda tx: coverage.count_untried(tx, MERCHANT),
    "unlinked, with signals": lambda tx: coverage.count_with_signals(tx, MERCHANT),
    "reviews, counted": lambda tx: reviews.count_held(tx, MERCHANT, NOW),
    "reviews, first page": lambda tx: reviews.held(tx, MERCHANT, NOW),
    "values that many share": lambda tx: shared_values.found(
        tx, MERCHANT, NOW - timedelta(days=30), at_least=5
    ),
    "tags with their friends": lambda tx: tags.friends_of_each(tx, MERCHANT),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What is measured, and milliseconds; None where it does not apply."""

    what: str
    found: int | None
    count: float | None
    first: float | None
    deep: float | None


def main() -> None:
    """Fill a database, measure, print a table."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.friends")
    options.add_argument("--friends", type=int, default=1_000_000)
    asyncio.run(_run(options.parse_args().friends))


async def _run(friends: int) -> None:
    machine = this_machine()
    async with new_ground() as ground, ground.database() as url:
        db = Database(url)
        async with db.transaction() as tx:
            for statement in FILL:
                await tx.execute(text(statement), {"friends": friends})
        async with await psycopg.AsyncConnection.connect(
            url, autocommit=True
        ) as connection:
            await connection.execute("VACUUM ANALYZE")
        deep = Place(
            first_seen=NOW - timedelta(minutes=friends * 0.9),
            line_user=LineUserId("U"),
        )
        rows = [await _measured(db, name, each, deep) for name, each in CASES.items()]
        rows += [await _asked(db, name, ask) for name, ask in OTHERS.items()]
        await db.dispose()
    print(f"{machine}, {friends:,} friends; slowest of {ROUNDS}, in ms\n")
    print(_table(rows))


async def _measured(db: Database, what: str, wanted: Wanted, deep: Place) -> Row:
    async with db.transaction() as tx:
        found = await friend_search.count(tx, MERCHANT, wanted)
    return Row(
        what=what,
        found=found,
        count=await _slowest(db, lambda tx: friend_search.count(tx, MERCHANT, wanted)),
        first=await _slowest(db, lambda tx: friend_search.page(tx, MERCHANT, wanted)),
        deep=await _slowest(
            db, lambda tx: friend_search.page(tx, MERCHANT, wanted, after=deep)
        ),
    )


async def _asked(db: Database, what: str, ask: Ask) -> Row:
    took = await _slowest(db, ask)
    return Row(what=what, found=None, count=took, first=None, deep=None)


async def _slowest(db: Database, ask: Ask) -> float:
    took = []
    for _ in range(ROUNDS + 1):
        async with db.transaction() as tx:
            started = time.perf_counter()
            await ask(tx)
            took.append((time.perf_counter() - started) * 1000)
    return max(took[1:])


def _table(rows: list[Row]) -> str:
    lines = [
        "| What | Friends | Count | First page | Deep page |",
        "|---|---:|---:|---:|---:|",
    ]
    for row in rows:
        found = "" if row.found is None else f"{row.found:,}"
        times = [
            "" if t is None else f"{t:,.0f}" for t in (row.count, row.first, row.deep)
        ]
        lines.append(f"| {row.what} | {found} | {' | '.join(times)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()

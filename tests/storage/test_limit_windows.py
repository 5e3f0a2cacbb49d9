from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from marketing_agent.core.errors import DatabaseUnavailable
from marketing_agent.storage.database import Database, database_now
from marketing_agent.storage.limit_windows import LimitWindows

if TYPE_CHECKING:
    from collections.abc import Mapping

State = tuple["Mapping[str, Any]", float]


class Seen:
    """A rule that keeps what it is given, and gives back what it was told to."""

    def __init__(self, gives: State | None = None) -> None:
        self.gives = gives
        self.given: list[tuple[Mapping[str, Any], float, float]] = []

    def __call__(
        self, windows: Mapping[str, Any], closed_until: float, now: float
    ) -> State | None:
        """Answer as the store expects of a rule."""
        self.given.append((windows, closed_until, now))
        return self.gives


def one_more(windows: Mapping[str, Any], closed_until: float, _: float) -> State:
    """Count."""
    return {"n": windows.get("n", 0) + 1}, closed_until


async def test_a_rule_meets_what_the_last_one_gave(db: Database) -> None:
    """Nothing at first, then that; another tier and another account have their own."""
    store, looking = LimitWindows(db), Seen()

    await store.change("acme", "profiles", looking)
    await store.change("acme", "profiles", Seen(({"n": [1.5, 2]}, 7.25)))
    await store.change("acme", "profiles", looking)
    await store.change("acme", "events", looking)
    await store.change("blossom", "profiles", looking)

    kept = [(windows, closed_until) for windows, closed_until, _ in looking.given]
    assert kept == [({}, 0.0), ({"n": [1.5, 2]}, 7.25), ({}, 0.0), ({}, 0.0)]


async def test_an_error_in_a_rule_changes_nothing(db: Database) -> None:
    """The row stays and is free for the next one."""

    def broken(*_: object) -> State:
        raise ZeroDivisionError

    store, looking = LimitWindows(db), Seen()
    await store.change("acme", "profiles", one_more)
    with pytest.raises(ZeroDivisionError):
        await store.change("acme", "profiles", broken)
    await store.change("acme", "profiles", looking)

    assert looking.given[0][0] == {"n": 1}


async def test_nobody_changes_a_row_under_another_s_hands(
    db: Database, database_url: str
) -> None:
    """Sixty changes at once, through two pools, from the first row on: all count."""
    other = Database(database_url)
    stores = [LimitWindows(db), LimitWindows(other)] * 30

    await asyncio.gather(*(s.change("acme", "profiles", one_more) for s in stores))

    looking = Seen()
    await stores[0].change("acme", "profiles", looking)
    await other.dispose()
    assert looking.given[0][0] == {"n": 60}


async def test_the_clock_is_read_when_the_row_is_ours(
    db: Database, database_url: str
) -> None:
    """Who waited for the row has a later time than whoever held it, never an earlier.

    The one that holds it changes nothing: PostgreSQL then reads nothing anew.
    """
    other, looking = Database(database_url), Seen()
    await LimitWindows(db).change("acme", "profiles", one_more)
    async with db.transaction() as tx:
        await tx.execute(text("SELECT * FROM limit_windows FOR UPDATE"))
        change = LimitWindows(other).change("acme", "profiles", looking)
        waiting = asyncio.create_task(change)
        async with asyncio.timeout(10):
            while not await tx.scalar(text("SELECT 1 FROM pg_locks WHERE NOT granted")):
                pass
        held_until = await database_now(tx)
    await waiting

    await other.dispose()
    assert looking.given[0][2] >= held_until.timestamp()


async def test_a_database_that_is_gone_is_said_to_be() -> None:
    """The error that everything else in storage raises."""
    gone = Database("postgresql://nobody@127.0.0.1:1/nothing")

    with pytest.raises(DatabaseUnavailable):
        await LimitWindows(gone).change("acme", "profiles", one_more)

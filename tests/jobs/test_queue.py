"""Wake-ups against a real server: never two waiting, none held up, none lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from marketing_agent.jobs.queue import WakeUps
from marketing_agent.storage.wake_up_tables import apply_schema
from tests.jobs.calls import Calls, working
from tests.jobs.job_table import rows, statuses, waits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest_asyncio.fixture
async def url(database_url: str) -> str:
    """Give a database with the tables of the wake-ups."""
    await apply_schema(database_url)
    return database_url


@pytest.fixture
def calls() -> Calls:
    """Give a record of calls."""
    return Calls()


@pytest_asyncio.fixture
async def wake_ups(url: str, calls: Calls) -> AsyncIterator[WakeUps]:
    """Give open wake-ups: "drain" and "look" are recorded, "break" fails too."""
    async with WakeUps(url, on_tick=calls.tick) as wake_ups:
        wake_ups.register("drain", calls.handle)
        wake_ups.register("look", calls.handle)
        wake_ups.register("break", calls.fail)
        yield wake_ups


async def test_a_wake_up_calls_the_handler_and_leaves_no_job(
    wake_ups: WakeUps, calls: Calls, url: str
) -> None:
    """The handler gets the merchant's id, and what is done is forgotten."""
    async with working(wake_ups):
        await wake_ups.wake("drain", 7)
        await calls.until(calls=1)

    assert calls.merchants == [7]
    assert await statuses(url) == []


async def test_two_alike_are_never_waiting(wake_ups: WakeUps, calls: Calls) -> None:
    """A hundred for one merchant are one call; other names have their own."""
    await asyncio.gather(*(wake_ups.wake("drain", 1) for _ in range(100)))
    await wake_ups.wake("look", 2)
    await wake_ups.wake("drain", 2)

    async with working(wake_ups):
        await calls.until(calls=3)

    assert sorted(calls.merchants) == [1, 2, 2]


async def test_a_running_handler_does_not_hold_up_the_next_wake_up(
    wake_ups: WakeUps, calls: Calls
) -> None:
    """What arrives while a handler runs is looked at again."""
    first_is_in, go_on = asyncio.Event(), asyncio.Event()

    async def slow(merchant_id: int) -> None:
        first_is_in.set()
        await go_on.wait()
        await calls.handle(merchant_id)

    wake_ups.register("slow", slow)
    async with working(wake_ups):
        await wake_ups.wake("slow", 1)
        await first_is_in.wait()
        await wake_ups.wake("slow", 1)
        go_on.set()
        await calls.until(calls=2)


async def test_a_later_wake_up_does_not_hold_up_an_earlier_one(
    wake_ups: WakeUps, calls: Calls, url: str
) -> None:
    """Now wins over in an hour, and so does in a second; the hour stays waiting."""
    await wake_ups.wake("drain", 1, after=timedelta(hours=1))
    await wake_ups.wake("drain", 1, after=timedelta(seconds=1))
    await wake_ups.wake("drain", 1)

    async with working(wake_ups):
        await calls.until(calls=2)

    (left,) = await waits(url)
    assert left > 3500


async def test_a_delay_is_kept_and_the_same_delay_waits_once(
    wake_ups: WakeUps, url: str
) -> None:
    """It is due in that many seconds, rounded up, however often it was asked for."""
    for _ in range(10):
        await wake_ups.wake("drain", 1, after=timedelta(minutes=10))

    found = await waits(url)
    # Ten requests can straddle the turn of a second.
    assert 1 <= len(found) <= 2
    assert all(598 < seconds <= 601 for seconds in found)


async def test_a_failing_handler_is_tried_again_and_then_given_up(
    wake_ups: WakeUps, calls: Calls, url: str
) -> None:
    """The next try waits longer each time; the last failure stays to be looked at."""
    await wake_ups.wake("break", 1)
    delays = []
    for attempt in range(1, 5):
        async with working(wake_ups):
            await calls.until(calls=attempt)
        delays += [round(seconds) for seconds in await waits(url)]
        await rows(url, "UPDATE wake_ups.procrastinate_jobs SET scheduled_at = now()")

    assert delays == [2, 10, 30]
    assert await statuses(url) == ["failed"]


async def test_a_failure_does_not_hold_up_a_new_wake_up(
    wake_ups: WakeUps, calls: Calls, url: str
) -> None:
    """While a failed one waits, a new one is served, and queues no second try."""
    await wake_ups.wake("break", 1)
    async with working(wake_ups):
        await calls.until(calls=1)
    await wake_ups.wake("break", 1)
    assert await statuses(url) == ["todo", "todo"]
    async with working(wake_ups):
        await calls.until(calls=2)

    assert calls.merchants == [1, 1]
    assert await statuses(url) == ["todo"]


async def test_the_tick_comes_by_itself_and_once_for_all_workers(
    wake_ups: WakeUps, calls: Calls, url: str
) -> None:
    """Workers that start tick at once, and one of them does it for that minute."""
    async with WakeUps(url, on_tick=calls.tick) as others:
        async with working(wake_ups), working(others):
            await calls.until(ticks=1)
        minutes = await rows(
            url, "SELECT defer_timestamp FROM wake_ups.procrastinate_periodic_defers"
        )

    # A new minute may have begun meanwhile; one row is kept, of the latest.
    assert len(minutes) == 1
    assert calls.ticks in {1, 2}


async def test_a_broken_tick_stops_neither_the_worker_nor_the_next_tick(
    url: str, calls: Calls
) -> None:
    """An error in the tick is one failed job; wake-ups go on."""

    async def broken() -> None:
        await calls.tick()
        raise ZeroDivisionError

    async with WakeUps(url, on_tick=broken) as wake_ups:
        wake_ups.register("drain", calls.handle)
        async with working(wake_ups):
            await calls.until(ticks=1)
            await wake_ups.wake("drain", 1)
            await calls.until(calls=1)


async def test_stopping_lets_a_running_handler_end(
    wake_ups: WakeUps, calls: Calls, url: str
) -> None:
    """Cancelling the worker is graceful: what runs is finished, and nothing stays."""
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slow(merchant_id: int) -> None:
        started.set()
        await go_on.wait()
        await calls.handle(merchant_id)

    wake_ups.register("slow", slow)
    await wake_ups.wake("slow", 1)
    worker = asyncio.create_task(wake_ups.run_worker(concurrency=1))
    await started.wait()
    worker.cancel()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await worker

    assert calls.merchants == [1]
    assert await statuses(url) == []


async def test_one_name_has_one_handler(wake_ups: WakeUps, calls: Calls) -> None:
    """Registering a name twice is a mistake of the program and said so at once."""
    with pytest.raises(ValueError, match="drain has a handler already"):
        wake_ups.register("drain", calls.handle)

"""Wake-ups when workers are killed, the database goes away, or its tables are old."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
import pytest_asyncio

from marketing_agent.core.errors import SetupMissing
from marketing_agent.jobs.queue import WakeUps
from marketing_agent.storage.embedded import embedded_server, stop_server
from marketing_agent.storage.wake_up_tables import apply_schema
from tests.ground import Ground, data_folder
from tests.jobs.calls import Calls, working
from tests.jobs.job_table import rows, statuses

HANGING_WORKER = Path(__file__).with_name("hanging_worker.py")
HALF_A_MINUTE_LATER = (
    "UPDATE wake_ups.procrastinate_workers"
    " SET last_heartbeat = last_heartbeat - interval '31 seconds'"
)
CUT = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND datname = current_database()"
)


@pytest_asyncio.fixture
async def url(database_url: str) -> str:
    """Give a database with the tables of the wake-ups."""
    await apply_schema(database_url)
    return database_url


async def kill_a_worker_that_works(url: str) -> None:
    """Start a worker in a process of its own, and SIGKILL it inside a handler."""
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, str(HANGING_WORKER), url), stdout=subprocess.PIPE
    )
    assert worker.stdout
    try:
        async with asyncio.timeout(30):
            await worker.stdout.readuntil(b"merchant 1 is being served\n")
    finally:
        worker.kill()
        await worker.wait()


async def test_a_killed_worker_blocks_no_new_wake_up(url: str) -> None:
    """What a killed worker had in hand does not hold up what comes after it."""
    calls = Calls()
    async with WakeUps(url, on_tick=calls.tick) as wake_ups:
        wake_ups.register("drain", calls.handle)
        await wake_ups.wake("drain", 1)
        await kill_a_worker_that_works(url)
        assert await statuses(url) == ["doing"]

        await wake_ups.wake("drain", 1)
        async with working(wake_ups):
            await calls.until(calls=1)

    assert await statuses(url) == ["doing"]


async def test_the_tick_hands_on_what_a_killed_worker_had(url: str) -> None:
    """Once its heartbeat is old, another worker does the work and nothing stays."""
    calls = Calls()
    async with WakeUps(url, on_tick=calls.tick) as wake_ups:
        wake_ups.register("drain", calls.handle)
        await wake_ups.wake("drain", 1)
        await kill_a_worker_that_works(url)
        await rows(url, HALF_A_MINUTE_LATER)
        await wake_ups.tick()
        assert await statuses(url) == ["todo"]
        async with working(wake_ups):
            await calls.until(calls=1)

    assert await statuses(url) == []


async def test_the_tick_leaves_a_living_worker_alone(url: str) -> None:
    """A handler that takes its time is not started again while its worker lives."""
    calls, started, go_on = Calls(), asyncio.Event(), asyncio.Event()

    async def slow(merchant_id: int) -> None:
        await calls.handle(merchant_id)
        started.set()
        await go_on.wait()

    async with WakeUps(url, on_tick=calls.tick) as wake_ups:
        wake_ups.register("drain", slow)
        async with working(wake_ups):
            await wake_ups.wake("drain", 1)
            await started.wait()
            await wake_ups.tick()
            assert await statuses(url) == ["doing"]
            go_on.set()

    assert calls.merchants == [1]


async def test_the_tick_forgets_old_failures_and_keeps_fresh_ones(url: str) -> None:
    """A failed wake-up is kept for a day."""
    calls = Calls()
    async with WakeUps(url, on_tick=calls.tick) as wake_ups:
        for merchant_id in (1, 2):
            await wake_ups.wake("drain", merchant_id)
        await rows(
            url, "UPDATE wake_ups.procrastinate_jobs SET status = 'failed' RETURNING id"
        )
        await rows(
            url,
            "UPDATE wake_ups.procrastinate_events SET at = now() - interval '25 hours'"
            " WHERE job_id = (SELECT min(id) FROM wake_ups.procrastinate_jobs)",
        )
        await wake_ups.tick()

    assert await statuses(url) == ["failed"]


async def test_a_worker_survives_the_loss_of_its_connections(url: str) -> None:
    """After the server cut every connection, wake-ups are served again."""
    calls = Calls()
    async with WakeUps(url, on_tick=calls.tick) as wake_ups:
        wake_ups.register("drain", calls.handle)
        async with working(wake_ups):
            await calls.until(ticks=1)
            await rows(url, CUT)
            await wake_ups.wake("drain", 1)
            await calls.until(calls=1)


async def test_a_worker_survives_a_restart_of_the_server() -> None:
    """A wake-up fails nobody while the server is away; then work goes on."""
    calls = Calls()
    with data_folder() as folder:
        async with embedded_server(folder, durable=False) as server:
            await apply_schema(server.url)
            async with WakeUps(server.url, on_tick=calls.tick) as wake_ups:
                wake_ups.register("drain", calls.handle)
                async with working(wake_ups):
                    await calls.until(ticks=1)
                    await stop_server(folder)
                    await wake_ups.wake("drain", 1)
                    async with embedded_server(folder, durable=False):
                        # A wake-up over a connection that is not back yet is left
                        # to the tick, which this test stands in for.
                        while not calls.merchants:
                            await wake_ups.wake("drain", 2)
                            await asyncio.sleep(0.1)

    assert set(calls.merchants) == {2}


async def test_opening_without_tables_says_what_to_do(ground: Ground) -> None:
    """A database that was never migrated is a clear error at once."""
    async with ground.database(template="template1") as empty:
        with pytest.raises(SetupMissing, match="marketing-agent migrate"):
            async with WakeUps(empty, on_tick=Calls().tick):
                pass


async def test_opening_without_a_database_is_a_clear_error() -> None:
    """A database that is away is told within seconds."""
    nobody_there = "postgresql://127.0.0.1:1/shop"
    with pytest.raises(SetupMissing, match="cannot be reached"):
        async with WakeUps(nobody_there, on_tick=Calls().tick):
            pass


async def test_the_tables_are_made_once_however_many_ask(database_url: str) -> None:
    """Several processes may bring the tables up to date at once; jobs survive that."""
    await asyncio.gather(*(apply_schema(database_url) for _ in range(4)))
    calls = Calls()
    async with WakeUps(database_url, on_tick=calls.tick) as wake_ups:
        await wake_ups.wake("drain", 1)
    await apply_schema(database_url)

    assert await statuses(database_url) == ["todo"]


async def test_tables_of_another_version_are_made_anew(url: str) -> None:
    """An upgrade of Procrastinate needs no migration: the tick finds the work again."""
    calls = Calls()
    await rows(url, "COMMENT ON SCHEMA wake_ups IS '2.0.0'")
    await rows(url, "ALTER TABLE wake_ups.procrastinate_jobs DROP COLUMN attempts")
    await apply_schema(url)

    async with WakeUps(url, on_tick=calls.tick) as wake_ups:
        wake_ups.register("drain", calls.handle)
        async with working(wake_ups):
            await wake_ups.wake("drain", 1)
            await calls.until(calls=1)


async def test_the_tables_stay_out_of_the_way_of_ours(url: str) -> None:
    """Nothing of Procrastinate is in the schema that our migrations own."""
    found = await rows(
        url,
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE nspname = 'public' AND relname LIKE '%procrastinate%'",
    )
    assert found == []

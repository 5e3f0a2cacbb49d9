"""`marketing-agent worker` in a process of its own, and what it is in the middle of."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import text

from tests.house import environment_of, eventually
from tests.processes import environment

if TYPE_CHECKING:
    from asyncio import StreamReader
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator

    from tests.house import House

_COMMAND = (sys.executable, "-m", "marketing_agent.cli", "worker")
_HALF_A_MINUTE_LATER = text(
    "UPDATE wake_ups.procrastinate_workers"
    " SET last_heartbeat = last_heartbeat - interval '31 seconds'"
)
_WAITING_FOR_A_LOCK = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@asynccontextmanager
async def worker(house: House) -> AsyncIterator[Process]:
    """Run a worker of this house; it is killed at the end if it still lives."""
    with tempfile.TemporaryDirectory() as nowhere:
        process = await asyncio.create_subprocess_exec(
            *_COMMAND,
            env=environment(environment_of(house.settings)),
            cwd=nowhere,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.stdout
        try:
            async with asyncio.timeout(30):
                await _until_it_works(process.stdout)
            yield process
        finally:
            await sigkill(process)


async def _until_it_works(printed: StreamReader) -> None:
    said = b""
    while line := await printed.readline():
        said += line
        if b"Working" in line:
            return
    raise AssertionError(said.decode())


async def sigkill(process: Process) -> None:
    """Kill it in the middle of whatever it does."""
    if process.returncode is None:
        process.kill()
    await process.wait()


async def until_a_drain_waits_for_the_merchant(house: House) -> None:
    """Wait until a worker has begun a drain that somebody else's lock holds up."""

    async def look() -> bool:
        async with house.program.ground.database.transaction() as tx:
            return bool(await tx.scalar(_WAITING_FOR_A_LOCK))

    await eventually(look)


async def until_klaviyo_holds_a_call(house: House) -> None:
    """Wait until the worker is in the middle of a call that Klaviyo does not answer."""
    await asyncio.to_thread(house.stage.klaviyo.faults.wait_until_held, 1, 20)


async def a_minute_later(house: House) -> None:
    """The killed worker has been silent for long enough, and the tick comes.

    The house's clock stays: a process of its own has the real one.
    """
    async with house.program.ground.database.transaction() as tx:
        await tx.execute(_HALF_A_MINUTE_LATER)
    await house.tick()

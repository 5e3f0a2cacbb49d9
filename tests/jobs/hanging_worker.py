"""A worker whose handler never ends. Usage: hanging_worker.py URL.

Prints a line when its handler was called.
"""

from __future__ import annotations

import asyncio
import sys

from marketing_agent.jobs.queue import WakeUps


async def _hang(merchant_id: int) -> None:
    print(f"merchant {merchant_id} is being served", flush=True)  # noqa: T201 - the test reads it
    await asyncio.Event().wait()


async def _no_tick() -> None:
    """Leave the tick to the worker under test."""


async def _work(url: str) -> None:
    async with WakeUps(url, on_tick=_no_tick) as wake_ups:
        wake_ups.register("drain", _hang)
        await wake_ups.run_worker(concurrency=2)


asyncio.run(_work(sys.argv[1]))

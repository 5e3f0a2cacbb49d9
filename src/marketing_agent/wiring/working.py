"""The worker: it looks at what is due, until it is told to stop."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

from marketing_agent.wiring.installation import Installation, open_installation
from marketing_agent.wiring.terminal import say, settings_of_environment

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

_CANCEL_AGAIN_S: Final = 12.0
"""Longer than the ten seconds that a worker gives its running handlers to end."""


async def work() -> None:
    """Work until stopped."""
    settings = settings_of_environment()
    async with open_installation(settings) as program:
        say("Working. Ctrl-C stops after what is in hand.")
        async with working(program, concurrency=settings.worker_concurrency):
            await asyncio.Event().wait()


@asynccontextmanager
async def working(program: Installation, *, concurrency: int) -> AsyncIterator[None]:
    """Run a worker until the block ends; then let it finish what it has in hand."""
    worker = asyncio.create_task(program.wake_ups.run_worker(concurrency=concurrency))
    try:
        yield
    finally:
        # The worker's start can swallow a cancellation, and would then run for ever.
        while not worker.done():
            worker.cancel()
            await asyncio.wait([worker], timeout=_CANCEL_AGAIN_S)
        with suppress(asyncio.CancelledError):
            await worker

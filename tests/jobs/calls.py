"""What a worker called, with a way to wait for it, and a worker to call."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from marketing_agent.jobs.queue import WakeUps


class Calls:
    """Records the calls of a handler and of the tick."""

    def __init__(self) -> None:
        self.merchants: list[int] = []
        self.ticks = 0
        self._news = asyncio.Condition()

    async def handle(self, merchant_id: int) -> None:
        """Serve as a handler."""
        async with self._news:
            self.merchants.append(merchant_id)
            self._news.notify_all()

    async def fail(self, merchant_id: int) -> None:
        """Serve as a handler that is broken."""
        await self.handle(merchant_id)
        raise ZeroDivisionError

    async def tick(self) -> None:
        """Serve as the tick."""
        async with self._news:
            self.ticks += 1
            self._news.notify_all()

    async def until(self, *, calls: int = 0, ticks: int = 0) -> None:
        """Wait until so many have come in."""
        async with asyncio.timeout(20), self._news:
            await self._news.wait_for(
                lambda: len(self.merchants) >= calls and self.ticks >= ticks
            )


@asynccontextmanager
async def working(wake_ups: WakeUps) -> AsyncIterator[None]:
    """Run a worker inside the block and stop it as a service does: by cancelling."""
    worker = asyncio.create_task(wake_ups.run_worker(concurrency=4))
    try:
        yield
    finally:
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker

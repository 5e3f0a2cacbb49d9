"""Pruning: a thread's memory is cut back once it has been quiet for a moment.

Not after every run: nobody waits for it, and whoever goes on talking is not held up.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from psycopg import OperationalError

from marketing_agent.agent.memory import prune

if TYPE_CHECKING:
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

_QUIET_S: Final = 1.0

Key = tuple[int, str]
"""A merchant and a thread."""


class Pruning:
    """Keeps what the next run of a thread needs, and nothing of how it came about."""

    def __init__(self, memory: AsyncPostgresSaver) -> None:
        self._memory = memory
        self._waiting: dict[Key, asyncio.Task[None]] = {}
        self._at_work: set[asyncio.Task[None]] = set()

    def put_off(self, merchant_id: int, thread_id: str) -> None:
        """Prune this thread a moment after the last time that this was called."""
        key = (merchant_id, thread_id)
        if key in self._waiting:
            self._waiting[key].cancel()
        self._waiting[key] = asyncio.create_task(self._when_quiet(key))

    async def aclose(self) -> None:
        """Prune at once what is waiting, and end."""
        waiting, self._waiting = self._waiting, {}
        for task in waiting.values():
            task.cancel()
        for key in waiting:
            await self._prune(key)
        await asyncio.gather(*self._at_work)

    async def _when_quiet(self, key: Key) -> None:
        await asyncio.sleep(_QUIET_S)
        task = self._waiting.pop(key)
        self._at_work.add(task)
        try:
            await self._prune(key)
        finally:
            self._at_work.discard(task)

    async def _prune(self, key: Key) -> None:
        """A run that has begun meanwhile may be faster; then the next time does it."""
        with suppress(OperationalError):
            await prune(self._memory, *key)

"""One watch per merchant, however many tabs: it looks once a second while any is open.

Bounded per person, and ended at once when the program stops.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Final

import structlog

from marketing_agent.core.errors import DatabaseUnavailable, NotAllowed
from marketing_agent.services import live

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground
    from marketing_agent.services.live import Marks

MOST_TABS: Final = 20
"""Of one person; a browser over HTTP/1.1 opens no more than six."""
_EVERY_S: Final = 1.0

_log = structlog.get_logger(__name__)


class TooManyTabs(NotAllowed):
    """So many pages are open that this one is not kept up to date. Close some."""

    retry_after: Final = 60.0


class _Watch:
    """What is known of one merchant, and who waits for the next look."""

    def __init__(self) -> None:
        self.marks: Marks | None = None
        self.tabs = 0
        self.looked = asyncio.Condition()
        self.task: asyncio.Task[None] | None = None
        self.over = False

    async def tell(self, *, over: bool = False) -> None:
        """Let every tab go on; with `over` to its end."""
        async with self.looked:
            self.over = over
            self.looked.notify_all()


class Watchers:
    """The watches of this process."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._watches: dict[int, _Watch] = {}
        self._tabs: Counter[tuple[int, str]] = Counter()
        self._closed = asyncio.Event()

    def close(self) -> None:
        """End every stream: the program stops, and would wait for them."""
        self._closed.set()

    def admit(self, caller: Caller) -> None:
        """Raises TooManyTabs."""
        if self._tabs[caller.merchant_id, caller.subject] >= MOST_TABS:
            raise TooManyTabs

    @asynccontextmanager
    async def watching(self, caller: Caller) -> AsyncIterator[AsyncIterator[Marks]]:
        """The marks after every look, also where they are the same as before."""
        person, watch = (caller.merchant_id, caller.subject), self._join(caller)
        self._tabs[person] += 1
        try:
            yield self._looks(watch)
        finally:
            self._tabs[person] -= 1
            if not self._tabs[person]:
                del self._tabs[person]
            self._leave(caller.merchant_id, watch)

    def _join(self, caller: Caller) -> _Watch:
        watch = self._watches.setdefault(caller.merchant_id, _Watch())
        watch.tabs += 1
        if watch.task is None:
            watch.task = asyncio.create_task(self._look(caller.merchant_id, watch))
        return watch

    def _leave(self, merchant_id: int, watch: _Watch) -> None:
        watch.tabs -= 1
        if not watch.tabs:
            del self._watches[merchant_id]
            if watch.task is not None:
                watch.task.cancel()

    async def _looks(self, watch: _Watch) -> AsyncIterator[Marks]:
        if watch.marks is not None:
            yield watch.marks
        while True:
            async with watch.looked:
                if not watch.over:
                    await watch.looked.wait()
            if watch.over:
                return
            if watch.marks is not None:
                yield watch.marks

    async def _look(self, merchant_id: int, watch: _Watch) -> None:
        try:
            while not self._closed.is_set():
                await self._look_once(merchant_id, watch)
                await watch.tell()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._closed.wait(), _EVERY_S)
        finally:
            await watch.tell(over=True)

    async def _look_once(self, merchant_id: int, watch: _Watch) -> None:
        """An outage is no change: the tabs hear when the database is back."""
        try:
            watch.marks = await live.marks(self._ground, merchant_id)
        except DatabaseUnavailable:
            _log.warning("live updates wait for the database", merchant_id=merchant_id)

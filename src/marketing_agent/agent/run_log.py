"""What a run says, in order, for any number of readers, who may come late."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from marketing_agent.storage import run_events, runs
from marketing_agent.storage.runs import RunState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from ag_ui.core import BaseEvent

    from marketing_agent.core.errors import MarketingAgentError
    from marketing_agent.services.ground import Ground

_POLL_S: Final = 0.3

Line = tuple[int, str]
"""An event's number, from 1, and the event as JSON."""


def as_line(event: BaseEvent) -> str:
    """The event as it goes over the wire."""
    return event.model_dump_json(by_alias=True)


class RunLog:
    """The log of a run in this process. Readers follow it as it is written."""

    def __init__(self, run_id: str, thread_id: str) -> None:
        self.run_id = run_id
        self.thread_id = thread_id
        self.error: MarketingAgentError | None = None
        """Why the run failed."""
        self._lines: list[str] = []
        self._stored = 0
        self._closed = False
        self._news = asyncio.Event()

    @classmethod
    def of_the_past(cls, run_id: str, thread_id: str, lines: Sequence[Line]) -> RunLog:
        """The log of a run that has ended."""
        log = cls(run_id, thread_id)
        log._lines = [body for _, body in lines]
        log._closed = True
        return log

    def append(self, event: BaseEvent) -> None:
        """Say this to everyone who reads."""
        self._lines.append(as_line(event))
        self._wake()

    def close(self) -> None:
        """Nothing follows."""
        self._closed = True
        self._wake()

    @property
    def lines(self) -> Sequence[str]:
        """What has been said so far, as JSON."""
        return self._lines

    def not_stored(self) -> tuple[int, list[str]]:
        """What the table does not have yet: the first number, and the events."""
        return self._stored + 1, self._lines[self._stored :]

    def are_stored(self, count: int) -> None:
        """The table has that many more."""
        self._stored += count

    async def follow(self, after: int = 0) -> AsyncIterator[Line]:
        """The events with a higher number, to the end of the run."""
        place = max(0, after)
        while True:
            news = self._news
            while place < len(self._lines):
                place += 1
                yield place, self._lines[place - 1]
            if self._closed:
                return
            await news.wait()

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()


async def follow_stored(
    ground: Ground, merchant_id: int, run_id: str, after: int = 0
) -> AsyncIterator[Line]:
    """The same for a run that ended earlier, or that another process runs."""
    place = after
    while True:
        async with ground.database.transaction() as tx:
            run = await runs.find(tx, merchant_id, run_id)
            lines = await run_events.after(tx, merchant_id, run_id, place)
        for number, body in lines:
            place = number
            yield number, body
        if run is None or run.state is not RunState.RUNNING:
            return
        await asyncio.sleep(_POLL_S)

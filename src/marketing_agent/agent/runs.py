"""Runs: start one, follow it, stop it. A run goes on when nobody listens.

It belongs to the process that started it. One run per thread, among all processes: the
database holds that, and frees the thread of a process that died.
"""

from __future__ import annotations

import asyncio
import traceback
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from marketing_agent.agent.calling import Calling
from marketing_agent.agent.events import Telling
from marketing_agent.agent.pruning import Pruning
from marketing_agent.agent.run import Ending, Run
from marketing_agent.agent.run_log import RunLog, as_line, follow_stored
from marketing_agent.agent.threads import own_thread
from marketing_agent.agent.told_errors import language_of_run
from marketing_agent.core.errors import (
    Conflict,
    DatabaseUnavailable,
    MarketingAgentError,
    NotFound,
)
from marketing_agent.core.masked_text import masked_text
from marketing_agent.storage import merchants, run_events, runs, threads
from marketing_agent.storage.runs import RunState

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

    from marketing_agent.agent.loop import Loops
    from marketing_agent.agent.run_input import RunInput
    from marketing_agent.agent.run_log import Line
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground
    from marketing_agent.toolbox.registry import Toolbox

_ALIVE_EVERY_S: Final = 1.0
_SILENT_FOR: Final = timedelta(seconds=15)
_LONGEST_RUN_S: Final = 300.0
_EVENTS_KEPT: Final = timedelta(hours=1)
_MOST_OF_A_TITLE: Final = 60

_log = structlog.get_logger(__name__)


class ThreadBusy(Conflict):
    """The agent is still answering in this conversation. Wait, or stop it first."""


class WentWrong(MarketingAgentError):
    """Something went wrong on our side. What was done before stands; try again."""


class TookTooLong(MarketingAgentError):
    """The answer took too long and was stopped. What was done before stands."""


class Runs:
    """The runs of this process."""

    def __init__(
        self,
        ground: Ground,
        toolbox: Toolbox,
        loops: Loops,
        memory: AsyncPostgresSaver,
    ) -> None:
        self._ground = ground
        self._toolbox = toolbox
        self._loops = loops
        self._pruning = Pruning(memory)
        self._logs: dict[tuple[int, str], RunLog] = {}
        self._tasks: dict[tuple[int, str], asyncio.Task[None]] = {}
        self._ending: set[tuple[int, str]] = set()

    async def start(self, caller: Caller, asked: RunInput) -> RunLog:
        """Start answering. A run id that is known is not run again, but told again.

        Raises NotFound for somebody else's thread, and ThreadBusy.
        """
        key = (caller.merchant_id, asked.run_id)
        calling = await self._began(caller, asked)
        if calling is None:
            return self._logs.get(key) or await self._told_before(caller, asked)
        log = self._logs[key] = RunLog(asked.run_id, asked.thread_id)
        self._tasks[key] = asyncio.create_task(self._run(calling, asked, log))
        return log

    async def follow(
        self, caller: Caller, run_id: str, after: int
    ) -> AsyncIterator[Line]:
        """The events of this person's run with a higher number, to its end.

        Raises NotFound.
        """
        await self._own_run(caller, run_id)
        log = self._logs.get((caller.merchant_id, run_id))
        if log is not None:
            return log.follow(after)
        return follow_stored(self._ground, caller.merchant_id, run_id, after)

    async def cancel(self, caller: Caller, run_id: str) -> None:
        """Stop a run; what it has done stands. Raises NotFound."""
        await self._own_run(caller, run_id)
        key = (caller.merchant_id, run_id)
        if key in self._tasks:
            self._stop(key)
            return
        async with self._ground.database.transaction() as tx:
            await runs.ask_to_stop(tx, caller.merchant_id, run_id)

    async def language(self, caller: Caller, thread_id: str, said: str | None) -> str:
        """The language to tell a failure in. Raises nothing."""
        return await language_of_run(self._loops.of(caller), caller, thread_id, said)

    async def aclose(self) -> None:
        """Stop what is running here; each run ends as cancelled."""
        tasks = list(self._tasks.values())
        for key in list(self._tasks):
            self._stop(key)
        await asyncio.gather(*tasks)
        await self._pruning.aclose()

    def _stop(self, key: tuple[int, str]) -> None:
        """A run that is writing its end is left alone."""
        if key not in self._ending:
            self._tasks[key].cancel()

    async def _began(self, caller: Caller, asked: RunInput) -> Calling | None:
        """Keep the thread busy with this run; None when it is busy already."""
        merchant_id, now = caller.merchant_id, self._ground.clock()
        async with self._ground.database.transaction() as tx:
            merchant = await merchants.get(tx, merchant_id)
            if asked.message is not None:
                title = _title(asked.message, merchant.phone_region)
                await threads.begin(
                    tx, merchant_id, asked.thread_id, caller.subject, title, now
                )
            await own_thread(tx, caller, asked.thread_id)
            dead = now - _SILENT_FOR
            await runs.bury(tx, merchant_id, asked.thread_id, silent_since=dead)
            if not await runs.start(
                tx, merchant_id, asked.run_id, asked.thread_id, now
            ):
                return None
            await threads.touch(tx, merchant_id, asked.thread_id, now)
        return Calling(
            ground=self._ground,
            toolbox=self._toolbox,
            caller=caller,
            phone_region=merchant.phone_region,
        )

    async def _told_before(self, caller: Caller, asked: RunInput) -> RunLog:
        """Raises ThreadBusy unless exactly this run has ended already."""
        async with self._ground.database.transaction() as tx:
            run = await runs.find(tx, caller.merchant_id, asked.run_id)
            lines = await run_events.after(tx, caller.merchant_id, asked.run_id, 0)
        if run is None or run.thread_id != asked.thread_id or not lines:
            raise ThreadBusy
        if run.state is RunState.RUNNING:
            raise ThreadBusy
        return RunLog.of_the_past(asked.run_id, asked.thread_id, lines)

    async def _run(self, calling: Calling, asked: RunInput, log: RunLog) -> None:
        """A run always ends with an event and a free thread, whatever happens."""
        telling = Telling(asked.thread_id, asked.run_id, log.append)
        telling.started()
        loop = self._loops.of(calling.caller)
        try:
            async with self._kept_alive(calling, log), asyncio.timeout(_LONGEST_RUN_S):
                ending = await Run(loop, calling, asked, telling).play()
        except asyncio.CancelledError:
            ending = Ending(state=RunState.CANCELLED, event=telling.cancelled())
        except Exception as error:  # noqa: BLE001 - told, logged, and the thread freed
            log.error = _as_told(error)
            language = await self.language(
                calling.caller, asked.thread_id, asked.message
            )
            event = telling.failed(log.error, language)
            ending = Ending(state=RunState.FAILED, event=event)
        key = (calling.caller.merchant_id, asked.run_id)
        self._ending.add(key)
        await self._ended(calling, telling, log, ending)
        self._pruning.put_off(calling.caller.merchant_id, asked.thread_id)
        del self._tasks[key]
        self._ending.discard(key)

    async def _ended(
        self, calling: Calling, telling: Telling, log: RunLog, ending: Ending
    ) -> None:
        """The thread is free before a client hears of the end, and writes again."""
        merchant_id, now = calling.caller.merchant_id, self._ground.clock()
        first, lines = log.not_stored()
        last = [*lines, as_line(ending.event)]
        with suppress(DatabaseUnavailable):
            async with self._ground.database.transaction() as tx:
                await run_events.append(tx, merchant_id, log.run_id, first, last)
                await runs.end(
                    tx,
                    merchant_id,
                    log.run_id,
                    ending.state,
                    tokens_in=telling.tokens_in,
                    tokens_out=telling.tokens_out,
                    now=now,
                )
                old = now - _EVENTS_KEPT
                await run_events.forget(
                    tx, merchant_id, log.thread_id, ended_before=old
                )
        del self._logs[merchant_id, log.run_id]
        log.append(ending.event)
        log.close()

    @asynccontextmanager
    async def _kept_alive(self, calling: Calling, log: RunLog) -> AsyncIterator[None]:
        run = asyncio.current_task()
        assert run is not None, "a run is a task"
        over = asyncio.Event()
        beating = asyncio.create_task(self._beat(calling, log, run, over))
        try:
            yield
        finally:
            # Not cancelled: that would cost a connection in mid-transaction.
            over.set()
            await beating

    async def _beat(
        self,
        calling: Calling,
        log: RunLog,
        run: asyncio.Task[None],
        over: asyncio.Event,
    ) -> None:
        while not await _happens(over, within_s=_ALIVE_EVERY_S):
            with suppress(DatabaseUnavailable):
                if await self._say_alive(calling.caller.merchant_id, log):
                    run.cancel()

    async def _say_alive(self, merchant_id: int, log: RunLog) -> bool:
        """Store what was said so far; whether somebody asked to stop."""
        first, lines = log.not_stored()
        async with self._ground.database.transaction() as tx:
            await run_events.append(tx, merchant_id, log.run_id, first, lines)
            now = self._ground.clock()
            stop = await runs.is_alive(tx, merchant_id, log.run_id, now)
        log.are_stored(len(lines))
        return stop

    async def _own_run(self, caller: Caller, run_id: str) -> None:
        async with self._ground.database.transaction() as tx:
            run = await runs.find(tx, caller.merchant_id, run_id)
            if run is None:
                raise NotFound(noun="run", name=run_id)
            await own_thread(tx, caller, run.thread_id)


async def _happens(event: asyncio.Event, *, within_s: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            await event.wait()
    return event.is_set()


def _title(message: str, region: str) -> str:
    return " ".join(masked_text(message, region).split())[:_MOST_OF_A_TITLE]


def _as_told(error: Exception) -> MarketingAgentError:
    """What the merchant reads; our own faults are for the operator's log."""
    match error:
        case DatabaseUnavailable():
            pass
        case MarketingAgentError():
            return error
        case TimeoutError():
            return TookTooLong()
    # Where, and not what: an error's own words may quote what somebody wrote.
    where = traceback.format_tb(error.__traceback__)
    _log.error("a run failed", error=type(error).__name__, where=where)
    return WentWrong()

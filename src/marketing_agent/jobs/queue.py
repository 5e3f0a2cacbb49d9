"""Durable wake-ups: "look at merchant M now", kept in PostgreSQL by Procrastinate.

A wake-up carries no state. What is due stands in our tables and the tick of every
minute finds it again, so a lost wake-up loses nothing and a repeated one does nothing.
Procrastinate's `lock` is not used; handlers take the merchant's own lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Self

import structlog
from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status

from marketing_agent.core.errors import SetupMissing
from marketing_agent.storage.database import conninfo
from marketing_agent.storage.wake_up_tables import SEARCH_PATH

if TYPE_CHECKING:
    from types import TracebackType

_WAKE: Final = "wake"
_TICK: Final = "tick"
_EVERY_MINUTE: Final = "* * * * *"
_BACK_OFF: Final = (2, 10, 30)  # seconds; after that the tick goes on trying
_POLL_S: Final = 1.0  # how late a delayed wake-up may start
_GRACE_S: Final = 10.0
_STALLED_S: Final = 30.0  # a worker silent for so long counts as killed
_CONNECT_S: Final = 3.0
_RECONNECT_S: Final = 2.0
_KEEP_FAILED_HOURS: Final = 24
_TICK_FIRST: Final = 1

_log = structlog.get_logger(__name__)

Handler = Callable[[int], Awaitable[None]]
"""Does what is due for the merchant of this id; must be safe to run at any time."""


class WakeUps:
    """The wake-ups of one database, to be used as an async context manager."""

    def __init__(self, url: str, *, on_tick: Callable[[], Awaitable[None]]) -> None:
        """`on_tick` is awaited once a minute, by one of all workers."""
        self._on_tick = on_tick
        self._handlers: dict[str, Handler] = {}
        connector = PsycopgConnector(
            conninfo=conninfo(url),
            kwargs={"prepare_threshold": None},
            configure=_use_our_schema,
            min_size=1,
            max_size=8,
            timeout=_CONNECT_S,
        )
        self._app = App(connector=connector)
        self._app.task(name=_WAKE)(self._run)
        tick = self._app.task(name=_TICK, queueing_lock=_TICK)(self._run_tick)
        self._app.periodic(cron=_EVERY_MINUTE, priority=_TICK_FIRST)(tick)

    async def __aenter__(self) -> Self:
        """Connect.

        Raises SetupMissing when the database is away or has no tables for wake-ups.
        """
        try:
            async with asyncio.timeout(_CONNECT_S):
                await self._app.open_async()
                ready = await self._app.check_connection_async()
        except (TimeoutError, ConnectorException) as error:
            await self._app.close_async()
            raise _not_ready("The database cannot be reached.") from error
        if not ready:
            await self._app.close_async()
            raise _not_ready("Run `marketing-agent migrate`.")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._app.close_async()

    def register(self, name: str, handler: Handler) -> None:
        """`wake(name, ...)` calls this handler in a worker. One handler per name."""
        if name in self._handlers:
            raise ValueError(f"{name} has a handler already")
        self._handlers[name] = handler

    async def wake(
        self, name: str, merchant_id: int, *, after: timedelta | None = None
    ) -> None:
        """Have the handler called for the merchant soon, or once `after` has passed.

        Two for now are never waiting, nor two for the same later second. An earlier one
        is never held up by a later one. A wake-up already running does not count: what
        was stored after it looked would be missed.

        Call it after the commit. It never fails a caller whose work is stored: without
        a database it logs a warning, and the tick does the rest.
        """
        if after is None:
            await self._defer(f"{name}:{merchant_id}", name, merchant_id)
            return
        due = _next_full_second(datetime.now(UTC) + after)
        lock = f"{name}:{merchant_id}:{due.timestamp():.0f}"
        await self._defer(lock, name, merchant_id, due=due)

    async def run_worker(self, *, concurrency: int) -> None:
        """Call handlers, `concurrency` at once, and tick, until cancelled.

        When cancelled, running handlers get ten seconds to end. When the database goes
        away, it is tried again until it is back.
        """
        while True:
            try:
                await self._app.run_worker_async(
                    concurrency=concurrency,
                    fetch_job_polling_interval=_POLL_S,
                    shutdown_graceful_timeout=_GRACE_S,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    update_heartbeat_interval=_STALLED_S / 3,
                    stalled_worker_timeout=_STALLED_S,
                )
            except ConnectorException as error:
                _log.warning("worker lost the database", error=_cause(error))
            # Procrastinate also returns quietly when one of its side tasks has failed.
            await asyncio.sleep(_RECONNECT_S)

    async def tick(self) -> None:
        """Do what every minute does.

        That is `on_tick`, then waking up again what a killed worker had in hand, then
        forgetting what failed long ago.
        """
        await self._on_tick()
        await self._rescue()
        await self._app.job_manager.delete_old_jobs(
            nb_hours=_KEEP_FAILED_HOURS,
            include_failed=True,
            include_cancelled=True,
            include_aborted=True,
        )

    async def _run_tick(self, timestamp: int) -> None:
        _log.debug("tick", timestamp=timestamp)
        await self.tick()

    async def _run(self, name: str, merchant_id: int, failures: int) -> None:
        try:
            await self._handlers[name](merchant_id)
        except Exception as error:
            _log.warning(
                "wake-up failed",
                wake_up=name,
                merchant_id=merchant_id,
                failures=failures + 1,
                error=type(error).__name__,
            )
            if failures >= len(_BACK_OFF):
                raise
            await self._try_again(name, merchant_id, failures)

    async def _try_again(self, name: str, merchant_id: int, failures: int) -> None:
        # Not Procrastinate's own retry: that would put the job back under its queueing
        # lock, hold up the wake-ups after it, and stick in `doing` if one is waiting.
        await self._defer(
            f"{name}:{merchant_id}:again",
            name,
            merchant_id,
            due=datetime.now(UTC) + timedelta(seconds=_BACK_OFF[failures]),
            failures=failures + 1,
        )

    async def _defer(
        self,
        lock: str,
        name: str,
        merchant_id: int,
        *,
        due: datetime | None = None,
        failures: int = 0,
    ) -> None:
        job = self._app.configure_task(_WAKE, queueing_lock=lock, schedule_at=due)
        try:
            await job.defer_async(name=name, merchant_id=merchant_id, failures=failures)
        except AlreadyEnqueued:
            _log.debug("wake-up is waiting already", lock=lock)
        except ConnectorException as error:
            _log.warning("wake-up is left to the tick", lock=lock, error=_cause(error))

    async def _rescue(self) -> None:
        stalled = await self._app.job_manager.get_stalled_jobs(
            seconds_since_heartbeat=_STALLED_S
        )
        for job in stalled:
            await self._rescue_one(job)

    async def _rescue_one(self, job: Job) -> None:
        wanted: dict[str, Any] = job.task_kwargs
        if job.task_name == _WAKE:
            await self.wake(wanted["name"], wanted["merchant_id"])
        try:
            await self._app.job_manager.finish_job(
                job, status=Status.FAILED, delete_job=True
            )
        except ConnectorException as error:
            # Another tick, or the slow worker itself, has just finished it.
            _log.info("a stalled wake-up was gone already", error=_cause(error))


def _not_ready(fix: str) -> SetupMissing:
    return SetupMissing(what="The queue of wake-ups", fix=fix)


def _cause(error: BaseException) -> str:
    return type(error.__cause__ or error).__name__


async def _use_our_schema(connection: Any) -> None:
    await connection.execute(SEARCH_PATH)
    await connection.commit()


def _next_full_second(moment: datetime) -> datetime:
    return (moment + timedelta(microseconds=999_999)).replace(microsecond=0)

"""Running a command until it ends or is told to stop, and then stopping in order."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from collections.abc import Coroutine


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end and give the result; Ctrl-C and SIGTERM cancel and give None."""
    _log_to_stderr()
    return asyncio.run(_until_told(work))


async def _until_told(work: Coroutine[Any, Any, Any]) -> Any:
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows
            loop.add_signal_handler(signal_, task.cancel)
    with suppress(asyncio.CancelledError):
        return await task
    return None


def _log_to_stderr() -> None:
    """Logs are JSON lines on standard error; standard output is for the answer."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )

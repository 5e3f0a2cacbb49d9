"""Ctrl-C means something else at the prompt than while the agent answers."""

from __future__ import annotations

import asyncio
import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Interrupts:
    """Calls what Ctrl-C means now; at first that is to stop the program."""

    def __init__(self) -> None:
        task = asyncio.current_task()
        assert task is not None, "made inside of a task"
        self.stop_the_program = task.cancel
        self._call: Callable[[], object] = task.cancel
        with suppress(NotImplementedError):  # Windows
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGINT, self._interrupted)

    @contextmanager
    def meaning(self, call: Callable[[], object]) -> Iterator[None]:
        """Inside of the block Ctrl-C calls this."""
        before, self._call = self._call, call
        try:
            yield
        finally:
            self._call = before

    def _interrupted(self) -> None:
        self._call()

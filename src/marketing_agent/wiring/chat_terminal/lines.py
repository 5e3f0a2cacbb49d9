"""Lines that a person types, or that come out of a pipe, without blocking the loop."""

from __future__ import annotations

import asyncio
import os
import termios
from contextlib import suppress
from typing import Final

_MOST_BYTES: Final = 65_536


class Lines:
    """Reads a file descriptor by lines; only when one is asked for."""

    def __init__(self, descriptor: int = 0) -> None:
        self._descriptor = descriptor
        self._read = b""
        self._ended = False
        self.is_terminal = os.isatty(descriptor)

    async def next(self) -> str | None:
        """The next line without its end; None when no more will come."""
        while b"\n" not in self._read and not self._ended:
            more = await self._more()
            self._ended = not more
            self._read += more
        line, _, self._read = self._read.partition(b"\n")
        if self._ended and not line and not self._read:
            return None
        return line.decode(errors="replace").rstrip("\r")

    def forget_typed_ahead(self) -> None:
        """What was typed before a question answers nothing; a pipe's lines do."""
        if self.is_terminal:
            self._read = b""
            with suppress(termios.error):
                termios.tcflush(self._descriptor, termios.TCIFLUSH)

    async def _more(self) -> bytes:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        # A file cannot be waited for, and need not.
        with suppress(PermissionError):
            loop.add_reader(self._descriptor, ready.set)
            try:
                await ready.wait()
            finally:
                loop.remove_reader(self._descriptor)
        try:
            return os.read(self._descriptor, _MOST_BYTES)
        except OSError:  # The terminal is gone.
            return b""

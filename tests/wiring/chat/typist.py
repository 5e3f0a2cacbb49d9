"""Somebody who types at a terminal of their own, and reads what it shows."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import struct
import sys
import termios
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests import processes

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

_PATIENCE_S = 30.0
_SIZE = struct.pack("HHHH", 60, 100, 0, 0)


@dataclass(slots=True, kw_only=True)
class Typist:
    """Reads on until some words are there, and types."""

    process: Process
    terminal: int
    shown: str = ""
    _seen: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def reads(self, words: str) -> None:
        """Wait until the screen shows these words after those read before."""
        async with asyncio.timeout(_PATIENCE_S):
            while (found := self.shown.find(words, self._seen)) < 0:
                self._news.clear()
                await self._news.wait()
        self._seen = found + len(words)

    def types(self, line: str) -> None:
        """A line, and Enter."""
        self.presses(f"{line}\n")

    def presses(self, keys: str) -> None:
        """Keys as the terminal sends them."""
        os.write(self.terminal, keys.encode())

    async def leaves(self) -> int:
        """Wait for the end; the exit status."""
        async with asyncio.timeout(_PATIENCE_S):
            return await self.process.wait()

    def look(self) -> None:
        """Read what is new on the screen."""
        try:
            self.shown += os.read(self.terminal, 65_536).decode(errors="replace")
        except OSError:  # The program has closed its side.
            asyncio.get_running_loop().remove_reader(self.terminal)
        self._news.set()


@asynccontextmanager
async def typing(
    *arguments: str, folder: Path, environment: Mapping[str, str]
) -> AsyncIterator[Typist]:
    """Run a command on a terminal of 100 by 60; one that still lives is killed."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, _SIZE)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "marketing_agent.cli", *arguments),
        cwd=folder,
        env=processes.environment({"TERM": "xterm-256color", **environment}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        preexec_fn=_take_the_terminal,
    )
    os.close(theirs)
    typist = Typist(process=process, terminal=ours)
    loop = asyncio.get_running_loop()
    loop.add_reader(ours, typist.look)
    try:
        yield typist
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        loop.remove_reader(ours)
        os.close(ours)


def _take_the_terminal() -> None:
    """Make Ctrl-C come as a signal: the terminal controls a session of its own."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)

"""The command line as an operator uses it: processes of their own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests import processes

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """Where an operator types: a working folder and what the environment says."""

    folder: Path
    environment: Mapping[str, str]

    async def run(self, *arguments: str, typed: str = "", **environment: str) -> Answer:
        """Run a command to its end; `typed` comes to it through a pipe."""
        stdin = subprocess.PIPE if typed else subprocess.DEVNULL
        process = await self._start(arguments, environment, stdin)
        async with asyncio.timeout(PATIENCE_S):
            out, err = await process.communicate(typed.encode() or None)
        assert process.returncode is not None
        return Answer(status=process.returncode, out=out.decode(), err=err.decode())

    @asynccontextmanager
    async def running(
        self, *arguments: str, **environment: str
    ) -> AsyncIterator[Process]:
        """Keep a command running; one that still lives at the end is killed."""
        process = await self._start(arguments, environment)
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _start(
        self,
        arguments: tuple[str, ...],
        environment: Mapping[str, str],
        stdin: int = subprocess.DEVNULL,
    ) -> Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "marketing_agent.cli", *arguments),
            cwd=self.folder,
            env=processes.environment({**self.environment, **environment}),
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )


async def line_with(process: Process, words: str) -> str:
    """Read what a command prints until a line has these words."""
    assert process.stdout
    async with asyncio.timeout(PATIENCE_S):
        while words not in (line := (await process.stdout.readline()).decode()):
            assert line, f"it ended without saying {words!r}"
        return line


async def stopped_by(process: Process, signal: int) -> Answer:
    """Send a signal and wait for the end."""
    process.send_signal(signal)
    async with asyncio.timeout(PATIENCE_S):
        out, err = await process.communicate()
    assert process.returncode is not None
    return Answer(status=process.returncode, out=out.decode(), err=err.decode())

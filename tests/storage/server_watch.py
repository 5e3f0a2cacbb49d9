"""Looking at embedded servers from outside: their processes, and a holder of one."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import AsyncConnection

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncIterator, Callable

HOLD_SERVER = Path(__file__).with_name("hold_server.py")


@asynccontextmanager
async def another_process(
    folder: Path, *arguments: str
) -> AsyncIterator[tuple[Process, str]]:
    """Let another process hold the server; gives it with the URL that it printed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(HOLD_SERVER), str(folder), *arguments),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin
    assert process.stdout
    try:
        async with asyncio.timeout(30):
            url = (await process.stdout.readline()).decode().strip()
        yield process, url
    finally:
        process.stdin.close()
        await process.wait()


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - no event crosses processes
            await asyncio.sleep(0.001)


async def ask(url: str, question: str) -> object:
    """Run one statement and give the first column of its first row, if any."""
    async with await AsyncConnection.connect(url) as connection:
        answer = await connection.execute(question.encode())
        row = await answer.fetchone() if answer.description else None
        return row[0] if row else None


def postmaster(folder: Path) -> int:
    """Find the server's first process."""
    pid_file = folder / "postgres" / "postmaster.pid"
    return int(pid_file.read_text().split()[0])


def server_processes(folder: Path) -> set[int]:
    """Find the server's first process and all its children."""
    first = postmaster(folder)
    table = [[int(number) for number in line.split()] for line in _ps("pid=,ppid=")]
    return {first} | {pid for pid, parent in table if parent == first}


def alive(processes: set[int]) -> set[int]:
    """Keep those that still run; one that nobody has buried yet (Z) does not."""
    states = dict(line.split(maxsplit=1) for line in _ps("pid=,stat="))
    return {pid for pid in processes if states.get(str(pid), "Z")[0] != "Z"}


def _ps(columns: str) -> list[str]:
    listing = ["ps", "-A", "-o", columns]
    done = subprocess.run(listing, check=True, capture_output=True, text=True)  # noqa: S603
    return done.stdout.splitlines()

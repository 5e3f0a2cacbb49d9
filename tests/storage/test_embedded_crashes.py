"""The embedded server after crashes: killed parents, cancelled starts, stale files."""

from __future__ import annotations

import asyncio
import os
import pwd
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from marketing_agent.storage.embedded import embedded_server, is_running, stop_server
from tests.ground import data_folder
from tests.storage.server_watch import (
    HOLD_SERVER,
    alive,
    another_process,
    ask,
    postmaster,
    server_processes,
    until,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a data folder that does not exist yet."""
    with data_folder() as folder:
        yield folder


@pytest.mark.parametrize("death", [signal.SIGTERM, signal.SIGKILL])
async def test_a_killed_parent_leaves_it_to_an_explicit_stop(
    folder: Path, death: signal.Signals
) -> None:
    """The server outlives its parent; one stop leaves no process of it running."""
    async with another_process(folder) as (parent, _):
        parent.send_signal(death)
        assert await parent.wait() == -death
    processes = server_processes(folder)
    assert is_running(folder)
    assert len(alive(processes)) > 1

    assert await stop_server(folder) is True
    assert not is_running(folder)
    assert alive(processes) == set()


async def test_the_next_start_adopts_what_a_killed_parent_left(folder: Path) -> None:
    """After SIGKILL the next process gets the same server, and ends it when leaving."""
    async with another_process(folder) as (parent, _):
        parent.kill()
        await parent.wait()
    serving = postmaster(folder)

    async with embedded_server(folder, durable=False) as server:
        assert postmaster(folder) == serving
        assert await ask(server.url, "SELECT 1") == 1

    assert not is_running(folder)


async def test_a_parent_killed_while_making_the_data_does_no_harm(folder: Path) -> None:
    """Half-made data is thrown away, and the next start makes it whole."""
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, str(HOLD_SERVER), str(folder)), stdin=subprocess.PIPE
    )
    await until((folder / "postgres.unfinished" / "base").exists)
    parent.kill()
    await parent.wait()

    async with embedded_server(folder, durable=False) as server:
        assert await ask(server.url, "SELECT 1") == 1
    assert not (folder / "postgres.unfinished").exists()


@pytest.mark.parametrize("moment", ["server.lock", "postgres.unfinished", "postgres"])
async def test_a_cancelled_start_leaves_nothing_running(
    folder: Path, moment: str
) -> None:
    """Ctrl-C at any moment of the first start ends with no server."""

    async def start() -> None:
        async with embedded_server(folder, durable=False):
            await asyncio.Event().wait()

    starting = asyncio.create_task(start())
    await until((folder / moment).exists)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting

    assert not is_running(folder)


async def test_ctrl_c_in_the_terminal_does_not_reach_it(folder: Path) -> None:
    """The server is in no process group of ours, so only we decide when it ends."""
    async with embedded_server(folder, durable=False):
        assert os.getpgid(postmaster(folder)) != os.getpgid(0)


async def test_a_stale_process_file_does_not_prevent_a_start(folder: Path) -> None:
    """After a power cut the number in postmaster.pid may belong to anybody."""
    async with embedded_server(folder, durable=False):
        left = (folder / "postgres" / "postmaster.pid").read_text()
        serving = str(postmaster(folder))
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "60"], user=user) as stranger:  # noqa: ASYNC220, S607
        stale = left.replace(serving, str(stranger.pid))
        (folder / "postgres" / "postmaster.pid").write_text(stale)
        try:
            async with embedded_server(folder, durable=False) as server:
                assert await ask(server.url, "SELECT 1") == 1
            assert stranger.poll() is None
        finally:
            stranger.kill()


async def test_a_crashed_server_recovers_what_was_committed(folder: Path) -> None:
    """A durable server that was killed itself comes back with every commit."""
    async with embedded_server(folder) as server:
        await ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
        os.kill(postmaster(folder), signal.SIGKILL)
        await until(lambda: not is_running(folder))

        async with embedded_server(folder) as again:
            assert await ask(again.url, "SELECT answer FROM kept") == 42

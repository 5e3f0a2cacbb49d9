"""The tables of a database, brought to what this program needs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.engine import make_url

from marketing_agent.storage.migrate import drift, revisions, upgrade
from marketing_agent.storage.tables import metadata

if TYPE_CHECKING:
    from tests.ground import Ground


def _tables(url: str) -> set[str]:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names


def _run(url: str, statement: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


async def test_an_empty_database_gets_every_table(ground: Ground) -> None:
    """From nothing to the newest revision, without any difference to `tables`."""
    async with ground.database(template="template0") as url:
        assert await asyncio.to_thread(_tables, url) == set()
        has, needs = await asyncio.to_thread(revisions, url)
        assert has is None
        assert needs is not None

        await asyncio.to_thread(upgrade, url)

        assert await asyncio.to_thread(_tables, url) >= set(metadata.tables)
        assert await asyncio.to_thread(revisions, url) == (needs, needs)
        assert await asyncio.to_thread(drift, url) == []


async def test_a_second_upgrade_changes_nothing(database_url: str) -> None:
    """Every start of the program upgrades; rows and tables stay as they are."""
    add = "INSERT INTO merchants (name, webhook_key) VALUES ('Kissa', 'key')"
    await asyncio.to_thread(_run, database_url, add)
    before = await asyncio.to_thread(_tables, database_url)

    await asyncio.to_thread(upgrade, database_url)

    assert await asyncio.to_thread(_tables, database_url) == before
    assert await asyncio.to_thread(drift, database_url) == []
    only_one = "SELECT 1 / (count(*) = 1)::int FROM merchants"
    await asyncio.to_thread(_run, database_url, only_one)


async def test_several_processes_may_upgrade_at_once(ground: Ground) -> None:
    """One does the work, the others wait and find it done."""
    async with ground.database(template="template0") as url:
        await asyncio.gather(*(asyncio.to_thread(upgrade, url) for _ in range(3)))

        has, needs = await asyncio.to_thread(revisions, url)
        assert has == needs
        assert await asyncio.to_thread(drift, url) == []


async def test_drift_names_what_differs(database_url: str) -> None:
    """A table that was changed by hand is found, so the tests above mean something."""
    await asyncio.to_thread(_run, database_url, "ALTER TABLE links DROP since")
    await asyncio.to_thread(
        _run, database_url, "ALTER TABLE outbox ALTER tries TYPE text"
    )

    found = str(await asyncio.to_thread(drift, database_url))

    assert "since" in found
    assert "tries" in found

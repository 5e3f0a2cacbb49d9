"""The database handle, against a real server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from marketing_agent.core.errors import SetupMissing
from marketing_agent.storage.database import Database, conninfo, database_now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest_asyncio.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """Give a handle with one empty table of notes."""
    db = Database(database_url)
    async with db.transaction() as tx:
        await tx.execute(text("CREATE TABLE notes (note text UNIQUE)"))
    yield db
    await db.dispose()


async def _notes(db: Database) -> list[str]:
    async with db.transaction() as tx:
        found = await tx.execute(text("SELECT note FROM notes ORDER BY note"))
        return list(found.scalars())


async def _write(db: Database, *notes: str) -> None:
    async with db.transaction() as tx:
        for note in notes:
            await tx.execute(text("INSERT INTO notes VALUES (:note)"), {"note": note})


async def test_a_transaction_is_committed_or_undone_whole(db: Database) -> None:
    """What a transaction wrote stands at its end, and is gone after an error."""
    await _write(db, "kept")
    with pytest.raises(IntegrityError):
        await _write(db, "lost", "kept")

    assert await _notes(db) == ["kept"]


async def test_a_transaction_is_read_committed(db: Database) -> None:
    """A transaction sees what another one committed after it began."""
    async with db.transaction() as tx:
        level = await tx.execute(text("SHOW transaction_isolation"))
        assert level.scalar_one() == "read committed"
        await _write(db, "meanwhile")
        seen = await tx.execute(text("SELECT count(*) FROM notes"))
        assert seen.scalar_one() == 1


async def test_statements_are_never_prepared(db: Database) -> None:
    """A statement run many times on one connection leaves no kept plan behind."""
    async with db.transaction() as tx:
        for number in range(20):
            await tx.execute(text("SELECT CAST(:n AS int)"), {"n": number})
        kept = await tx.execute(text("SELECT count(*) FROM pg_prepared_statements"))
        assert kept.scalar_one() == 0


async def test_one_merchant_waits_for_itself_and_for_nobody_else(db: Database) -> None:
    """A second transaction of one merchant waits; another merchant's does not."""
    order: list[str] = []

    async def second() -> None:
        async with db.merchant_transaction(1):
            order.append("second")

    async with db.merchant_transaction(1):
        waiting = asyncio.create_task(second())
        await _until_somebody_waits(db)
        async with db.merchant_transaction(2):
            order.append("other merchant")
        order.append("first")
    await waiting

    assert order == ["other merchant", "first", "second"]


async def _until_somebody_waits(db: Database) -> None:
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(10), db.transaction() as tx:
        while not (await tx.execute(waiting)).scalar_one():
            """Ask again: the answer changes without any event of ours."""


async def test_the_clock_is_aware_utc_and_moves_within_a_transaction(
    db: Database,
) -> None:
    """Two readings in one transaction differ, are in UTC and agree with our clock."""
    async with db.merchant_transaction(1) as tx:
        first, second = await database_now(tx), await database_now(tx)

    assert first < second
    assert first.tzinfo == UTC
    assert abs(datetime.now(UTC) - first) < timedelta(minutes=1)


async def test_times_come_back_in_utc_whatever_the_server_prefers(db: Database) -> None:
    """A database with another default zone still answers in UTC."""
    async with db.transaction() as tx:
        name = (await tx.execute(text("SELECT current_database()"))).scalar_one()
        await tx.execute(text(f"ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'"))
    await db.dispose()

    async with db.transaction() as tx:
        zone = await tx.execute(text("SHOW timezone"))
        assert zone.scalar_one() == "UTC"


async def test_a_lost_connection_is_told_once_and_then_replaced(db: Database) -> None:
    """A connection cut under a transaction is a clear error, and the next works."""
    end = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(SetupMissing, match="cannot be reached"):
        async with db.transaction() as tx:
            await tx.execute(end)

    assert await _notes(db) == []


async def test_idle_connections_that_died_cost_no_error(
    db: Database, database_url: str
) -> None:
    """After a server cut the idle connections, the next transaction just works."""
    cut = text(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )
    other = Database(database_url)
    async with other.transaction() as tx:
        assert (await tx.execute(cut)).scalar_one() == 1
    await other.dispose()

    assert await _notes(db) == []


async def test_an_unreachable_database_is_a_clear_error_without_its_password() -> None:
    """Nobody listens: the error names the place and the fix, never the password."""
    db = Database("postgresql://hana:s3cret@127.0.0.1:1/shop")

    with pytest.raises(SetupMissing, match=r"127\.0\.0\.1:1/shop") as caught:
        async with db.transaction():
            pass

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://host/shop", "sqlite://"])
def test_only_postgresql_urls_are_taken(url: str) -> None:
    """Anything but a PostgreSQL URL is refused with the form it should have."""
    with pytest.raises(SetupMissing, match="postgresql://user:password@host/name"):
        Database(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
async def test_every_usual_spelling_of_the_scheme_works(
    database_url: str, scheme: str
) -> None:
    """Hosting services and SQLAlchemy users write the scheme in their own ways."""
    url = database_url.replace("postgresql", scheme, 1)
    db = Database(url)
    async with db.transaction() as tx:
        assert (await tx.execute(text("SELECT 1"))).scalar_one() == 1
    await db.dispose()

    assert conninfo(url) == conninfo(database_url)


async def test_a_cancelled_query_is_cancelled_and_no_lost_database(
    database_url: str,
) -> None:
    """Whoever suppresses an outage must not suppress being told to stop."""
    database = Database(database_url)

    async def ask() -> None:
        async with database.transaction() as tx:
            asking.set()
            await tx.execute(text("SELECT pg_sleep(0.5)"))

    asking = asyncio.Event()
    task = asyncio.create_task(ask())
    await asking.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.transaction() as tx:
        assert await tx.scalar(text("SELECT 1")) == 1
    await database.dispose()

"""The handle to the database: transactions, the merchant's lock, the clock.

One PostgreSQL, reached by a libpq URL through SQLAlchemy and psycopg 3. Times come back
aware and in UTC.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event, func, select
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from marketing_agent.core.errors import DatabaseUnavailable, SetupMissing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

# The first half of the two-number form of PostgreSQL's advisory locks: "merchant" on a
# telephone keypad. The second half is the merchant's id.
_MERCHANT_LOCKS: Final = 63_724_268
# "work" likewise; the second half is a hash of the work and the merchant.
_WORK_LOCKS: Final = 9_675
_CONNECT_TIMEOUT_S: Final = 10


class Database:
    """A pool of connections to the database behind `url`."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        """Nothing is connected yet.

        Raises SetupMissing when `url` is not a PostgreSQL URL.
        """
        self._url = _parsed(url)
        # prepare_threshold: a plan kept from when a table was empty made a batch job
        # three times slower. pre_ping: a restarted server costs no failed request.
        self._engine = create_async_engine(
            self._url.set(drivername="postgresql+psycopg"),
            connect_args={
                "prepare_threshold": None,
                "connect_timeout": _CONNECT_TIMEOUT_S,
            },
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,
            pool_size=pool_size,
            hide_parameters=True,
        )
        event.listen(self._engine.sync_engine, "connect", _speak_utc)
        event.listen(self._engine.sync_engine, "handle_error", self._explain)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One READ COMMITTED transaction: committed at the end, undone by an error.

        Raises DatabaseUnavailable, also when the database is lost meanwhile.
        """
        async with self._engine.begin() as tx:
            yield tx

    @asynccontextmanager
    async def merchant_transaction(
        self, merchant_id: int
    ) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that has the merchant to itself, among all processes.

        Waits for its turn. The lock is `pg_advisory_xact_lock(63724268, merchant_id)`,
        so merchant ids are below 2**31, and it is given back with the transaction.
        """
        async with self.transaction() as tx:
            lock = func.pg_advisory_xact_lock(_MERCHANT_LOCKS, merchant_id)
            await tx.execute(select(lock))
            yield tx

    @asynccontextmanager
    async def my_turn(self, work: str, merchant_id: int) -> AsyncIterator[bool]:
        """Whether nobody else, in any process, is at this work for this merchant.

        Never waits. While the block lasts the turn is ours, outside any transaction; a
        process that dies gives it back with its connection.
        """
        key = func.hashtext(f"{work}:{merchant_id}")
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            lock = func.pg_try_advisory_lock(_WORK_LOCKS, key)
            mine = bool(await connection.scalar(select(lock)))
            try:
                yield mine
            finally:
                if mine:
                    unlock = func.pg_advisory_unlock(_WORK_LOCKS, key)
                    await connection.execute(select(unlock))

    async def dispose(self) -> None:
        """Close the connections; the handle can be used again and reconnects."""
        await self._engine.dispose()

    def _explain(self, context: ExceptionContext) -> None:
        # A cancelled task stays a cancelled task, though it costs its connection.
        if not isinstance(context.original_exception, Exception):
            return
        never_connected = context.connection is None
        if context.is_pre_ping or not (never_connected or context.is_disconnect):
            return
        raise DatabaseUnavailable(
            where=self._url.render_as_string(hide_password=True),
            detail=context.original_exception,
        ) from context.original_exception


async def database_now(tx: AsyncConnection) -> datetime:
    """Read the database's clock as it stands now: aware, UTC, in microseconds.

    Read it under the merchant's lock for the `stored` of facts. The clock may repeat or
    be set back: keeping `stored` growing is the caller's matter.
    """
    now: datetime = (await tx.execute(select(func.clock_timestamp()))).scalar_one()
    return now


def conninfo(url: str) -> str:
    """Name the same database for psycopg, which knows no SQLAlchemy drivers.

    Raises SetupMissing when `url` is not a PostgreSQL URL.
    """
    parsed = _parsed(url).set(drivername="postgresql")
    return parsed.render_as_string(hide_password=False)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    # Hosting services hand out the old scheme `postgres:`.
    if parsed is None or parsed.drivername.partition("+")[0] not in (
        "postgresql",
        "postgres",
    ):
        raise SetupMissing(
            what="The database",
            fix="DATABASE_URL has to look like postgresql://user:password@host/name.",
        )
    return parsed


def _speak_utc(connection: Any, _record: object) -> None:
    # A server's own default would decide the zone of the times that come back.
    cursor = connection.cursor()
    cursor.execute("SET TIME ZONE 'UTC'")
    cursor.close()
    connection.commit()

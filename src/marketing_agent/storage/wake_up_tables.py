"""The tables of the wake-ups, in a PostgreSQL schema of their own.

They hold nothing that the tick cannot find again, so a new version of Procrastinate
simply gets new tables.
"""

from __future__ import annotations

from typing import Final

import procrastinate
from procrastinate.schema import SchemaManager
from psycopg import AsyncConnection, sql

from marketing_agent.storage.database import conninfo

_SCHEMA: Final = "wake_ups"
SEARCH_PATH: Final = sql.SQL("SET search_path TO {}").format(sql.Identifier(_SCHEMA))
# "wakeups" on a telephone keypad: one migration at a time.
_LOCK: Final = 9_253_877


async def apply_schema(url: str) -> None:
    """Make the tables of the installed Procrastinate, unless they stand already.

    Safe to call at any time and from several processes at once. Tables of another
    version are dropped with the wake-ups waiting in them; the tick finds those again.
    """
    async with await AsyncConnection.connect(conninfo(url)) as tx:
        await tx.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        found = await tx.execute(
            "SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", [_SCHEMA]
        )
        if await found.fetchone() != (procrastinate.__version__,):
            await _make_anew(tx)


async def _make_anew(tx: AsyncConnection[tuple[object, ...]]) -> None:
    name = sql.Identifier(_SCHEMA)
    version = sql.Literal(procrastinate.__version__)
    await tx.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(name))
    await tx.execute(sql.SQL("CREATE SCHEMA {}").format(name))
    await tx.execute(sql.SQL("COMMENT ON SCHEMA {} IS {}").format(name, version))
    await tx.execute(SEARCH_PATH)
    await tx.execute(SchemaManager.get_schema())

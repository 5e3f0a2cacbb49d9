"""The conversations' memory: LangGraph's checkpoints in PostgreSQL, kept short.

The tables are LangGraph's own, in a schema of their own. A thread's key in them names
its merchant, and only the newest checkpoint of a thread is kept.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from psycopg import AsyncConnection, sql
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from marketing_agent.storage.database import conninfo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from langchain_core.runnables import RunnableConfig

_SCHEMA: Final = "conversations"
# "memory" on a telephone keypad: one process makes the tables.
_LOCK: Final = 636_679
_MOST_CONNECTIONS: Final = 8


def memory_key(merchant_id: int, thread_id: str) -> str:
    """What a thread is called in the memory."""
    return f"{merchant_id}:{thread_id}"


def configured(merchant_id: int, thread_id: str) -> RunnableConfig:
    """What a run of this thread hands to the loop."""
    key = memory_key(merchant_id, thread_id)
    return {"configurable": {"thread_id": key}, "recursion_limit": 60}


@asynccontextmanager
async def open_memory(url: str) -> AsyncIterator[AsyncPostgresSaver]:
    """The memory in the database behind `url`, whose tables `make_tables` has made.

    Connects when it is first used. Raises SetupMissing when `url` is no PostgreSQL URL.
    """
    pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
        conninfo(url),
        connection_class=AsyncConnection[DictRow],
        kwargs={
            "autocommit": True,
            "prepare_threshold": None,
            "row_factory": dict_row,
            "options": f"-c search_path={_SCHEMA}",
        },
        min_size=0,
        max_size=_MOST_CONNECTIONS,
        open=False,
    )
    async with pool:
        yield AsyncPostgresSaver(pool)


async def prune(memory: AsyncPostgresSaver, merchant_id: int, thread_id: str) -> None:
    """Keep what the next run needs, and nothing of how it came about."""
    await memory.aprune([memory_key(merchant_id, thread_id)])


async def forget(memory: AsyncPostgresSaver, merchant_id: int, thread_id: str) -> None:
    """Delete everything that was said in a thread."""
    await memory.adelete_thread(memory_key(merchant_id, thread_id))


async def make_tables(url: str) -> None:
    """Make or renew the memory's tables; safe from several processes at once."""
    schema = sql.Identifier(_SCHEMA)
    connection = await AsyncConnection.connect(
        conninfo(url), autocommit=True, row_factory=dict_row
    )
    async with connection:
        await connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        await connection.execute(
            sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema)
        )
        await connection.execute(sql.SQL("SET search_path TO {}").format(schema))
        await AsyncPostgresSaver(connection).setup()

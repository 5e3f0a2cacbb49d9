"""What every repository's tests stand on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from marketing_agent.storage.database import Database
from tests.storage.world import new_merchant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy.ext.asyncio import AsyncConnection


@pytest_asyncio.fixture
async def db(database_url: str) -> AsyncIterator[Database]:
    """Give a handle that is closed after the test."""
    db = Database(database_url)
    yield db
    await db.dispose()


@pytest_asyncio.fixture
async def tx(db: Database) -> AsyncIterator[AsyncConnection]:
    """Give one transaction that lasts as long as the test."""
    async with db.transaction() as tx:
        yield tx


@pytest_asyncio.fixture
async def merchant_id(tx: AsyncConnection) -> int:
    """Give a merchant who has nothing yet; nobody else sees it before the end."""
    return await new_merchant(tx)

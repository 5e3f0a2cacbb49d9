"""A running house for every journey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.house import House, open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest_asyncio.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """Give a house on a database of its own."""
    async with open_house(database_url) as opened:
        yield opened

"""A house whose worker is a process of its own, to be killed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.house import House, open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest_asyncio.fixture
async def house(database_url: str) -> AsyncIterator[House]:
    """Give a house that serves but does no work behind."""
    async with open_house(database_url, with_worker=False) as opened:
        yield opened

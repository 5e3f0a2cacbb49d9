"""The stand of the import's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.services.imports.stand import Stand, open_stand

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest_asyncio.fixture
async def stand(database_url: str) -> AsyncIterator[Stand]:
    """Give a merchant with a Klaviyo account, on a database of its own."""
    async with open_stand(database_url) as opened:
        yield opened

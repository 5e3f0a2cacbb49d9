"""The stage of the customer's pages, on a database of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.api.customer.stage import Stage, staged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
async def stage(database_url: str) -> AsyncIterator[Stage]:
    """Give a shop that is connected to LINE and has one custom QR code."""
    async with staged(database_url) as made:
        yield made

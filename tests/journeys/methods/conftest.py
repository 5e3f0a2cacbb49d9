"""One desk for each test, with one of the four methods set up on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest_asyncio

from tests.desk import desk
from tests.journeys.methods.ways import WAYS

if TYPE_CHECKING:
    import pytest

    from tests.desk import Desk
    from tests.journeys.methods.ways import Way

__all__ = ["desk"]


@pytest_asyncio.fixture(params=WAYS)
async def way(request: pytest.FixtureRequest, desk: Desk) -> Way:
    """Give each method in turn, set up at its own desk."""
    opened = WAYS[request.param](desk)
    await opened.set_up()
    return opened

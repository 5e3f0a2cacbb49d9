"""One desk for each test, with one of the four methods set up on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest_asyncio

from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.sender import Patience, Sender
from tests.desk import open_desk
from tests.journeys.methods.four_methods import WAYS
from tests.services.imports.stand import NoLimits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

    from tests.desk import Desk
    from tests.journeys.methods.ways import Way


@pytest_asyncio.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """Give a desk whose workers need not wait for our own limits in real time."""
    async with open_desk(database_url) as opened, open_http(opened.network) as http:
        sender = Sender(http, limits=NoLimits(), patience=Patience(attempts=1))
        yield replace(opened, ground=replace(opened.ground, sender=sender))


@pytest_asyncio.fixture(params=WAYS)
async def way(request: pytest.FixtureRequest, desk: Desk) -> Way:
    """Give each method in turn, set up at its own desk."""
    opened = WAYS[request.param](desk)
    await opened.set_up()
    return opened

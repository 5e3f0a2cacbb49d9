"""A LINE sandbox on an in-process network, with a merchant's server beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from marketing_agent.sandbox.line import AccountType, LineWorld, line_app
from marketing_agent.sandbox.network import Network
from tests.sandbox.line.stage import CALLBACK, LINE, LOGIN, MESSAGING, Clock, Merchant

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@pytest.fixture
def clock() -> Clock:
    """Give a clock to move by hand."""
    return Clock()


@pytest.fixture
def merchant() -> Merchant:
    """Give the server that LINE calls."""
    return Merchant()


@pytest.fixture
def network(merchant: Merchant) -> Network:
    """Give a network with the merchant on it."""
    network = Network()
    network.serve("shop.test", merchant.app())
    return network


@pytest.fixture
async def world(clock: Clock, network: Network) -> AsyncIterator[LineWorld]:
    """Give LINE, served on the network and set up for the merchant."""
    world = LineWorld(
        login_channel=LOGIN,
        messaging_channel=MESSAGING,
        clock=clock,
        transport=network,
    )
    world.account_type = AccountType.VERIFIED
    world.base_url = LINE
    world.register_callback(CALLBACK)
    world.webhooks.endpoint = "https://shop.test/webhook"
    network.serve("line.test", line_app(world))
    yield world
    await world.aclose()


@pytest.fixture
async def line(network: Network, world: LineWorld) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client of `api.line.me`."""
    async with httpx.AsyncClient(transport=network, base_url=world.base_url) as client:
        yield client

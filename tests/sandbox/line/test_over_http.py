"""The LINE sandbox on a real port: a whole login, broken connections, a clean stop."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
import uvicorn

from marketing_agent.sandbox.line import (
    Fault,
    FaultKind,
    LineWorld,
    WebhookMode,
    line_app,
)
from marketing_agent.sandbox.phone import Phone
from tests.sandbox.line.stage import LOGIN, MESSAGING, Merchant, authorize_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an app on a free port of this machine; yields its base URL."""
    config = uvicorn.Config(app, port=0, log_level="critical", ws="none")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    # uvicorn sets a flag and no event
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await running


@pytest.fixture
async def http_world(merchant: Merchant) -> AsyncIterator[LineWorld]:
    """Give LINE and the merchant on ports of this machine."""
    world = LineWorld(login_channel=LOGIN, messaging_channel=MESSAGING)
    async with served(merchant.app()) as shop, served(line_app(world)) as base_url:
        world.base_url = base_url
        world.webhooks.endpoint = f"{shop}/webhook"
        world.register_callback(f"{shop}/callback")
        yield world


async def test_a_login_over_sockets(http_world: LineWorld, merchant: Merchant) -> None:
    """The same screens, cookies and webhooks work between real servers."""
    hana = http_world.add_user("はな")
    callback = next(iter(http_world.callbacks))
    http_world.webhooks.mode = WebhookMode.EARLY
    path = authorize_url(redirect_uri=callback).removeprefix("https://line.test")

    async with Phone(hana) as phone:
        start = await phone.open(http_world.base_url + path)
        page = await phone.log_in(start)

    assert page.url.startswith(f"{callback}?code=")
    assert merchant.types() == ["follow"]


async def test_a_closed_connection_breaks_at_the_client(http_world: LineWorld) -> None:
    """The client of a real server sees the connection break off."""
    http_world.faults.add(Fault(path="/v2/bot/info", kind=FaultKind.CLOSE))

    async with httpx.AsyncClient(base_url=http_world.base_url) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            await client.get("/v2/bot/info")
        again = await client.get("/v2/bot/info")

    assert again.status_code == 401


async def test_stopping_drops_late_webhooks(merchant: Merchant) -> None:
    """A server with an hour's webhook ahead stops at once, and sends nothing."""
    world = LineWorld(login_channel=LOGIN, messaging_channel=MESSAGING)
    world.webhooks.mode, world.webhooks.delay = WebhookMode.LATE, 3600

    async with served(line_app(world)):
        world.webhooks.endpoint = "http://127.0.0.1:9/webhook"
        await world.follow(world.add_user("はな"))

    await world.webhooks_settled()
    assert world.webhooks.deliveries == []
    assert merchant.received == []


async def test_a_hanging_call_does_not_keep_the_server_up() -> None:
    """After `aclose` the hanging call is answered and the server stops."""
    world = LineWorld(login_channel=LOGIN, messaging_channel=MESSAGING)
    fault = world.faults.add(Fault(path="/v2/bot/info", kind=FaultKind.HANG))

    async with (
        served(line_app(world)) as base_url,
        httpx.AsyncClient(base_url=base_url) as client,
    ):
        call = asyncio.create_task(client.get("/v2/bot/info"))
        # a fault counts down and sets no event
        while fault.times:  # noqa: ASYNC110
            await asyncio.sleep(0)
        await world.aclose()
        response = await call

    assert response.status_code == 401

"""The LINE sandbox as one ASGI app: access.line.me, api.line.me, line.me."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, Response

from marketing_agent.sandbox.line.account_page import AccountPage
from marketing_agent.sandbox.line.bot_api import BotApi
from marketing_agent.sandbox.line.channel_tokens import ChannelTokens
from marketing_agent.sandbox.line.control import Control
from marketing_agent.sandbox.line.errors import LineRefusal, UnknownLineUser
from marketing_agent.sandbox.line.home import Home
from marketing_agent.sandbox.line.login import LoginPages, sent_back
from marketing_agent.sandbox.line.login_api import LoginApi
from marketing_agent.sandbox.line.push_api import PushApi
from marketing_agent.sandbox.line.requests import RefusedRequest, UntrustedRequest
from marketing_agent.sandbox.line.traffic import Traffic
from marketing_agent.sandbox.line.webhook_api import WebhookApi

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from marketing_agent.sandbox.line.world import LineWorld


def line_app(world: LineWorld) -> Starlette:
    """Serve a world. Its webhooks are stopped when the server shuts down."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await world.aclose()

    login = LoginPages(world)
    rooms = (
        Home(world),
        login,
        AccountPage(world),
        LoginApi(world),
        ChannelTokens(world),
        BotApi(world),
        PushApi(world),
        WebhookApi(world),
        Control(world),
    )
    return Starlette(
        routes=[route for room in rooms for route in room.routes()],
        middleware=[
            Middleware(
                Traffic, faults=world.faults, calls=world.calls, clock=world.clock
            )
        ],
        exception_handlers={
            LineRefusal: _refusal,
            UnknownLineUser: _unknown,
            UntrustedRequest: login.not_allowed,
            RefusedRequest: sent_back,
        },
        lifespan=lifespan,
    )


async def _refusal(_: Request, error: Exception) -> Response:
    assert isinstance(error, LineRefusal)
    return JSONResponse(error.body, error.status, error.headers)


async def _unknown(_: Request, error: Exception) -> Response:
    return JSONResponse({"message": f"There is no LINE user {error}."}, 404)

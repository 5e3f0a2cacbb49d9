"""A second shop beside the first one, on the same platforms and in one program.

Klaviyo and LINE serve all merchants under one address, and tell them apart by their
credentials. Here each merchant has a sandbox of its own behind such an address.
"""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import httpx
from starlette.requests import Request
from starlette.responses import Response

from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.klaviyo.account import Account
from marketing_agent.sandbox.line import Bot, Channel, LineWorld, line_app
from marketing_agent.sandbox.seed import PERSONAS
from marketing_agent.wiring.serving import bound, serving_all
from marketing_agent.wiring.stage import set_stage
from tests.house import Clock, House, connected_merchant, house_on

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

_NOT_MINE = {400, 401}


@dataclass(frozen=True, slots=True)
class OneAddress:
    """Asks each platform in turn; one that does not know the credentials passes on."""

    apps: tuple[Any, ...]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give the first answer of one that knows the caller, else the last."""
        request = Request(scope, receive)
        answers = [await self._ask(each, request) for each in self.apps]
        known = [each for each in answers if each.status_code not in _NOT_MINE]
        answer = (known or answers)[0]
        headers = {k: v for k, v in answer.headers.items() if k != "content-length"}
        reply = Response(answer.content, answer.status_code, headers)
        await reply(scope, receive, send)

    async def _ask(self, app: Any, request: Request) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return await client.request(
                request.method,
                str(request.url),
                headers=request.headers.raw,
                content=await request.body(),
            )


@asynccontextmanager
async def two_houses(database_url: str) -> AsyncIterator[tuple[House, House]]:
    """Two merchants of one program: the same customers, other platforms."""
    clock = Clock()
    async with AsyncExitStack() as opened:
        stage = await opened.enter_async_context(set_stage(clock=clock))
        klaviyo, line = _second_klaviyo(clock), _second_line(clock)
        pairs = (
            (OneAddress((klaviyo_app(stage.klaviyo), klaviyo_app(klaviyo)))),
            (OneAddress((line_app(stage.line), line_app(line)))),
        )
        urls = await opened.enter_async_context(
            serving_all([(app, bound("127.0.0.1", 0)) for app in pairs])
        )
        opened.push_async_callback(line.aclose)
        stage.line.base_url = line.base_url = urls[1]
        shared = replace(stage, klaviyo_url=urls[0], line_url=urls[1])
        first = await opened.enter_async_context(house_on(shared, clock, database_url))
        other_stage = replace(shared, klaviyo=klaviyo, line=line)
        merchant_id = await connected_merchant(first.program, other_stage)
        yield first, replace(first, stage=other_stage, merchant_id=merchant_id)


def _second_klaviyo(clock: Clock) -> KlaviyoWorld:
    account = Account(public_id="Ao1Tea", organization="Aoi Tea")
    klaviyo = KlaviyoWorld(
        clock=clock, account=account, private_key="pk_sandbox_aoi_tea"
    )
    for person in PERSONAS:
        klaviyo.add_profile(email=person.email, phone_number=person.phone)
    return klaviyo


def _second_line(clock: Clock) -> LineWorld:
    line = LineWorld(
        login_channel=Channel(id="2000000003", secret="login-channel-of-aoi-tea"),
        messaging_channel=Channel(id="2000000004", secret="messaging-of-aoi-tea"),
        bot=Bot(basic_id="@901aoite", display_name="Aoi Tea"),
        clock=clock,
    )
    for person in PERSONAS:
        line.add_user(person.line_name, person.language, user_id=person.line_user_id)
    return line

"""Record the cassettes anew, against the sandboxes: `python -m tests.cassettes.record`.

Needs no network: the sandboxes are called in this process, under host names of their
own, so no cassette names a port or a machine. Review the difference before keeping it:
it is how our wire, or the sandboxes' answers, have changed.
"""

from __future__ import annotations

import asyncio

import httpx
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.line.authorize import (
    LoginGranted,
    authorize_url,
    read_callback,
)
from marketing_agent.platforms.sender import Sender
from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.line import Bot, Channel, LineWorld, line_app
from marketing_agent.sandbox.network import Network
from marketing_agent.sandbox.phone import Phone
from tests.cassettes import klaviyo_story, line_story
from tests.cassettes.tape import recording


async def record_klaviyo() -> None:
    """Record the story of the Klaviyo client."""
    world = KlaviyoWorld(
        clock=lambda: klaviyo_story.NOW, private_key=klaviyo_story.PRIVATE_KEY
    )
    world.add_profile(
        profile_id=klaviyo_story.HANA,
        email="hana.sato@mail.test",
        phone_number="+819000000011",
        properties={"Favourite Roast": "Light"},
    )
    world.add_profile(profile_id=klaviyo_story.KENTA, email="kenta+coffee@mail.test")
    network = Network()
    network.serve(klaviyo_story.HOST, klaviyo_app(world))
    exchange_id = world.exchange_id(klaviyo_story.HANA).replace("%3D", "=")
    redaction = klaviyo_story.redaction(exchange_id)
    async with open_http(network) as http:
        with recording(klaviyo_story.CASSETTE, redaction):
            await klaviyo_story.play(Sender(http), exchange_id)


async def record_line() -> None:
    """Record the story of the LINE clients; the customer's taps are not part of it."""
    network = Network()
    world = _line(network)
    code = await _code_of_a_login(network)
    async with open_http(network) as http:
        with recording(line_story.CASSETTE, line_story.redaction(code)):
            await line_story.play(Sender(http), code)
    await world.aclose()


def _line(network: Network) -> LineWorld:
    login, bot = line_story.LOGIN_CHANNEL, line_story.BOT_CHANNEL
    world = LineWorld(
        login_channel=Channel(login.id, login.secret),
        messaging_channel=Channel(bot.id, bot.secret),
        bot=Bot(user_id=line_story.BOT),
        clock=lambda: line_story.NOW,
        transport=network,
    )
    world.register_callback("https://link.test/line/callback")
    world.add_user("はな", user_id=line_story.HANA)
    network.serve(line_story.HOST, line_app(world))
    network.serve("link.test", _merchant())
    return world


def _merchant() -> Starlette:
    async def well(_: object) -> Response:
        return Response()

    everything = Route("/{path:path}", well, methods=["GET", "POST"])
    return Starlette(routes=[everything])


async def _code_of_a_login(network: Network) -> str:
    url = authorize_url(
        line_story.BASE_URL,
        line_story.LOGIN_CHANNEL.id,
        line_story.CALLBACK,
        line_story.ATTEMPT,
    )
    async with Phone(line_story.HANA, transport=network) as phone:
        page = await phone.log_in(await phone.open(url))
    granted = read_callback(httpx.URL(page.url).params)
    assert isinstance(granted, LoginGranted)
    return granted.code


async def record() -> None:
    """Record both."""
    await record_klaviyo()
    await record_line()


if __name__ == "__main__":
    asyncio.run(record())

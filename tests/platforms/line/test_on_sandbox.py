from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from marketing_agent.core.errors import CredentialsRefused
from marketing_agent.core.signals import LineUserId
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.line.channel_tokens import ChannelTokens
from marketing_agent.platforms.line.messaging import LineMessaging
from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.platforms.line.webhooks import (
    FollowEvent,
    OtherEvent,
    UnfollowEvent,
    read_delivery,
    signature_is_valid,
)
from marketing_agent.platforms.sender import Sender
from marketing_agent.sandbox.line import Channel, Friendship, LineWorld, line_app
from marketing_agent.sandbox.network import Network
from tests.platforms.stand_ins import HandClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

CHANNEL = LineChannel(id="1650000002", secret="messaging-secret-of-the-sandbox-2")


class Postbox:
    """A merchant's webhook that keeps what arrives, as it arrives."""

    def __init__(self) -> None:
        self.letters: list[tuple[bytes, str | None]] = []

    async def take(self, request: Request) -> Response:
        """Keep the raw body and its signature."""
        signature = request.headers.get("x-line-signature")
        self.letters.append((await request.body(), signature))
        return Response()


@dataclass
class LineClock:
    """LINE's own clock, moved by hand."""

    now: datetime = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def line_clock() -> LineClock:
    """Give LINE a clock."""
    return LineClock()


@pytest.fixture
def postbox() -> Postbox:
    """Give a webhook."""
    return Postbox()


@pytest.fixture
async def world(postbox: Postbox, line_clock: LineClock) -> AsyncIterator[LineWorld]:
    """Give LINE in a box, which calls that webhook."""
    network = Network()
    route = Route("/webhook", postbox.take, methods=["POST"])
    network.serve("merchant.test", Starlette(routes=[route]))
    world = LineWorld(
        login_channel=Channel("1650000001", "login-secret-of-the-sandbox-0001"),
        messaging_channel=Channel(CHANNEL.id, CHANNEL.secret),
        clock=lambda: line_clock.now,
        transport=network,
    )
    world.webhooks.endpoint = "https://merchant.test/webhook"
    yield world
    await world.aclose()


@pytest.fixture
async def messaging(world: LineWorld) -> AsyncIterator[LineMessaging]:
    """Give our client, calling LINE in the box."""
    clock = HandClock()
    network = Network()
    network.serve("line.test", line_app(world))
    async with open_http(network) as http:
        sender = Sender(http, timing=clock.timing)
        tokens = ChannelTokens("https://line.test", sender, now=clock.now)
        yield LineMessaging("https://line.test", CHANNEL, sender, tokens)


async def test_a_webhook_of_line_s_is_believed_and_read(
    world: LineWorld, postbox: Postbox
) -> None:
    """Follow, message, block: each body is signed over its bytes and names the user."""
    hana = world.add_user("はな", friendship=Friendship.BLOCKED)
    await world.unblock(hana)
    await world.write(hana, "こんにちは")
    await world.block(hana)
    await world.webhooks_settled()

    for raw, signature in postbox.letters:
        assert signature_is_valid(CHANNEL.secret, raw, signature)
        assert not signature_is_valid(CHANNEL.secret, raw + b" ", signature)
    deliveries = [read_delivery(raw) for raw, _ in postbox.letters]
    assert {delivery.destination for delivery in deliveries} == {world.bot.user_id}
    events = [event for delivery in deliveries for event in delivery.events]
    order = (FollowEvent, OtherEvent, UnfollowEvent)
    follow, message, unfollow = sorted(events, key=lambda each: order.index(type(each)))
    assert isinstance(follow, FollowEvent)
    assert (follow.user_id, follow.is_unblocked) == (hana, True)
    assert isinstance(message, OtherEvent)
    assert (message.user_id, message.type) == (hana, "message")
    assert isinstance(unfollow, UnfollowEvent)


async def test_a_kept_token_that_line_no_longer_takes_is_replaced(
    messaging: LineMessaging, world: LineWorld, line_clock: LineClock
) -> None:
    """Where LINE's clock and ours disagree about its end, no call fails for it."""
    hana = LineUserId(world.add_user("はな", friendship=Friendship.FRIEND))
    assert await messaging.profile(hana) is not None
    line_clock.now += timedelta(minutes=16)

    assert await messaging.profile(hana) is not None


async def test_another_secret_is_said_to_be_refused(world: LineWorld) -> None:
    """The merchant is told that id and secret do not belong together."""
    network = Network()
    network.serve("line.test", line_app(world))
    async with open_http(network) as http:
        sender = Sender(http)
        tokens = ChannelTokens("https://line.test", sender)
        wrong = LineChannel(id=CHANNEL.id, secret="another")

        with pytest.raises(CredentialsRefused):
            await LineMessaging("https://line.test", wrong, sender, tokens).bot_info()

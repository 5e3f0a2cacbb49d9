from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from marketing_agent.core.errors import CredentialsRefused, LoginNotConfirmed
from marketing_agent.core.signals import LineUserId
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.line.authorize import (
    LoginAttempt,
    LoginGranted,
    LoginPage,
    authorize_url,
    read_callback,
)
from marketing_agent.platforms.line.channel_tokens import ChannelTokens
from marketing_agent.platforms.line.login import LineLogin
from marketing_agent.platforms.line.messaging import LineMessaging
from marketing_agent.platforms.line.types import (
    FollowersNotListed,
    FollowersPage,
    FollowersStartExpired,
    LineChannel,
    VerifiedLogin,
)
from marketing_agent.platforms.line.webhooks import (
    FollowEvent,
    OtherEvent,
    UnfollowEvent,
    read_delivery,
    signature_is_valid,
)
from marketing_agent.platforms.sender import Sender
from marketing_agent.sandbox.line import (
    AccountType,
    Channel,
    Friendship,
    LineWorld,
    line_app,
)
from marketing_agent.sandbox.network import Network
from marketing_agent.sandbox.phone import Phone
from tests.platforms.stand_ins import HandClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

CHANNEL = LineChannel(id="1650000002", secret="messaging-secret-of-the-sandbox-2")
LOGIN = LineChannel(id="1650000001", secret="login-secret-of-the-sandbox-0001")
CALLBACK = "https://merchant.test/callback"
ATTEMPT = LoginAttempt(state="5" * 32, nonce="7" * 32, code_verifier="v" * 43)


class Postbox:
    """A merchant's webhook that keeps what arrives, as it arrives."""

    def __init__(self) -> None:
        self.letters: list[tuple[bytes, str | None]] = []

    async def take(self, request: Request) -> Response:
        """Keep the raw body and its signature."""
        signature = request.headers.get("x-line-signature")
        self.letters.append((await request.body(), signature))
        return Response()


async def empty(_: Request) -> Response:
    """Show a page with nothing on it."""
    return Response()


def a_login(http: httpx.AsyncClient) -> LineLogin:
    """Make our client of LINE Login."""
    sender = Sender(http)
    tokens = ChannelTokens("https://line.test", sender)
    return LineLogin("https://line.test", LOGIN, sender, tokens)


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
        login_channel=Channel(LOGIN.id, LOGIN.secret),
        messaging_channel=Channel(CHANNEL.id, CHANNEL.secret),
        clock=lambda: line_clock.now,
        transport=network,
    )
    world.webhooks.endpoint = "https://merchant.test/webhook"
    world.register_callback(CALLBACK)
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


async def test_every_friend_is_listed_once(
    messaging: LineMessaging, world: LineWorld
) -> None:
    """Pages of a crowd in which some have blocked the account: all but those."""
    crowd = world.add_crowd(2_500)
    for place in (0, 7, 1_500):
        await world.block(crowd.user_id(place))
    world.account_type = AccountType.VERIFIED
    listed: list[str] = []
    start: str | None = None

    while True:
        page = await messaging.followers(start)
        assert isinstance(page, FollowersPage)
        listed += page.user_ids
        start = page.next
        if start is None:
            break

    assert len(listed) == len(set(listed)) == 2_497
    assert all(world.is_friend(user_id) for user_id in listed)


async def test_what_stops_a_list_of_friends_is_told_apart(
    messaging: LineMessaging, world: LineWorld, line_clock: LineClock
) -> None:
    """An account that may not list its friends, and a page asked for a day later."""
    world.add_crowd(2)
    unverified = await messaging.followers()
    world.account_type = AccountType.PREMIUM
    page = await messaging.followers(limit=1)
    assert isinstance(page, FollowersPage)
    line_clock.now += timedelta(hours=25)

    assert unverified == FollowersNotListed()
    assert await messaging.followers(page.next) == FollowersStartExpired()


async def test_a_login_with_email_lasts_until_it_is_taken_back(
    world: LineWorld, line_clock: LineClock
) -> None:
    """Email asked for and told; two months later refreshed and deauthorized, for good.

    After it LINE asks the customer for consent again.
    """
    world.email_permission = True
    hana = world.add_user("はな", email="hana.sato@mail.test")
    page = LoginPage(scopes=("profile", "openid", "email"))
    network = Network()
    network.serve("line.test", line_app(world))
    network.serve("merchant.test", Starlette(routes=[Route("/callback", empty)]))
    url = authorize_url("https://line.test", LOGIN.id, CALLBACK, ATTEMPT, page)
    async with Phone(hana, transport=network) as phone:
        back = await phone.log_in(await phone.open(url))
        granted = read_callback(dict(httpx.URL(back.url).params))
        assert isinstance(granted, LoginGranted)
        async with open_http(network) as http:
            login = a_login(http)
            tokens = await login.exchange(
                granted.code,
                redirect_uri=CALLBACK,
                code_verifier=ATTEMPT.code_verifier,
            )
            who = await login.verify(
                tokens.id_token, nonce=ATTEMPT.nonce, now=line_clock.now
            )
            line_clock.now += timedelta(days=60)
            assert await login.deauthorize(tokens.access_token) is False
            renewed = await login.refresh(tokens.refresh_token or "")
            assert await login.deauthorize(renewed.access_token) is True
            with pytest.raises(LoginNotConfirmed):
                await login.refresh(renewed.refresh_token or "")
        asked_again = await phone.open(url)

    assert who == VerifiedLogin(
        user_id=LineUserId(hana), name="はな", email="hana.sato@mail.test"
    )
    assert asked_again.has("line-allow")


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

from __future__ import annotations

import json

import httpx
import pytest

from marketing_agent.core.errors import (
    BadInput,
    CredentialsRefused,
    PlatformAnswerUnreadable,
    PlatformRefused,
)
from marketing_agent.core.signals import LineUserId
from marketing_agent.platforms.line.channel_tokens import ChannelTokens
from marketing_agent.platforms.line.messaging import LineMessaging
from marketing_agent.platforms.line.types import (
    Followers,
    FollowersNotListed,
    FollowersPage,
    FollowersStartExpired,
    LineBot,
    LineChannel,
    LineProfile,
    WebhookEndpoint,
    WebhookTest,
)
from tests.platforms.stand_ins import Wire, answer

CHANNEL = LineChannel(id="1234567890", secret="bot-secret")
HANA = LineUserId("U" + "0" * 31 + "1")
BOT = LineUserId("U" + "b" * 32)


def a_token(text: str = "t1") -> httpx.Response:
    """Make LINE's answer to a request for a channel token."""
    return answer(200, {"access_token": text, "expires_in": 900})


def a_client(wire: Wire) -> LineMessaging:
    """Make a client that speaks to `wire`."""
    sender = wire.sender()
    tokens = ChannelTokens("https://api.test", sender, now=wire.clock.now)
    return LineMessaging("https://api.test", CHANNEL, sender, tokens)


async def test_the_bot_tells_who_it_is() -> None:
    """Its user id is what webhooks name as their destination."""
    body = {
        "userId": BOT,
        "basicId": "@216ru",
        "displayName": "Acme Tea",
        "chatMode": "bot",
        "markAsReadMode": "manual",
    }
    wire = Wire(a_token(), answer(200, body))

    bot = await a_client(wire).bot_info()

    assert bot == LineBot(
        user_id=BOT, basic_id="@216ru", name="Acme Tea", chat_mode="bot"
    )
    assert wire.paths[1] == "GET /v2/bot/info"
    assert wire.asked[1].headers["authorization"] == "Bearer t1"


async def test_a_friend_s_profile_is_read() -> None:
    """Name, picture and language; the name does not show in a repr."""
    body = {"userId": HANA, "displayName": "Hana", "language": "ja"}
    wire = Wire(a_token(), answer(200, body))

    profile = await a_client(wire).profile(HANA)

    assert profile == LineProfile(user_id=HANA, name="Hana", language="ja")
    assert "Hana" not in repr(profile)
    assert wire.paths[1] == f"GET /v2/bot/profile/{HANA}"


async def test_someone_whom_line_does_not_show_is_none() -> None:
    """Unknown, blocked, no friend, no consent: LINE answers all with one 404."""
    wire = Wire(a_token(), answer(404, {"message": "Not found"}))

    assert await a_client(wire).profile(HANA) is None


async def test_a_404_of_something_in_between_proves_nothing() -> None:
    """A proxy's page must not make us believe that a friend has left."""
    wire = Wire(a_token(), httpx.Response(404, html="<h1>Not Found</h1>"))

    with pytest.raises(PlatformAnswerUnreadable):
        await a_client(wire).profile(HANA)


@pytest.mark.parametrize("odd", ["", "hana", "../info", "U" + "G" * 32])
async def test_an_id_that_can_be_none_asks_nothing(odd: str) -> None:
    """LINE forbids probing with ids that do not exist."""
    wire = Wire()

    assert await a_client(wire).profile(LineUserId(odd)) is None
    assert wire.asked == []


async def test_friends_are_listed_page_by_page() -> None:
    """The first page asks for no start, the next one for where the first ended."""
    wire = Wire(
        a_token(),
        answer(200, {"userIds": [HANA, "hana", 7], "next": "n1"}),
        answer(200, {"userIds": []}),
    )
    client = a_client(wire)

    first = await client.followers()
    last = await client.followers("n1", 2)

    assert first == FollowersPage(user_ids=(HANA,), next="n1")
    assert last == FollowersPage(user_ids=(), next=None)
    assert [request.url.query for request in wire.asked[1:]] == [
        b"limit=1000",
        b"limit=2&start=n1",
    ]


@pytest.mark.parametrize(
    ("status", "start", "means"),
    [
        (403, None, FollowersNotListed()),
        (403, "n1", FollowersNotListed()),
        (400, "n1", FollowersStartExpired()),
    ],
)
async def test_why_there_is_no_page_is_a_value(
    status: int, start: str | None, means: Followers
) -> None:
    """An import tells an account that may not list from a place that is too old."""
    wire = Wire(a_token(), answer(status, {"message": "no"}))

    assert await a_client(wire).followers(start) == means


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        (answer(400, {"message": "no"}), PlatformRefused),
        (httpx.Response(403, html="<p>"), PlatformAnswerUnreadable),
        (answer(200, {"userIds": "all"}), PlatformAnswerUnreadable),
    ],
)
async def test_other_answers_are_no_page(
    refused: httpx.Response, error: type[Exception]
) -> None:
    """A first page has no start that could expire, and a proxy knows no account."""
    with pytest.raises(error):
        await a_client(Wire(a_token(), refused)).followers()


@pytest.mark.parametrize("limit", [0, 1001])
async def test_a_page_of_a_size_that_line_has_not_is_not_asked_for(limit: int) -> None:
    """The mistake is ours and is said before anything is sent."""
    wire = Wire()

    with pytest.raises(BadInput, match="1 to 1000"):
        await a_client(wire).followers(limit=limit)
    assert wire.asked == []


async def test_a_refused_token_is_replaced_once() -> None:
    """A token that LINE no longer takes costs one more request and no failure."""
    body = {"userId": HANA, "displayName": "Hana"}
    wire = Wire(
        a_token("old"),
        answer(401, {"message": "Authentication failed"}),
        a_token("new"),
        answer(200, body),
    )

    assert await a_client(wire).profile(HANA) is not None
    assert wire.asked[3].headers["authorization"] == "Bearer new"


async def test_a_token_that_is_refused_again_is_an_error() -> None:
    """It is asked for once more and not for ever."""
    refused = [answer(401, {"message": "Authentication failed"}) for _ in range(2)]
    wire = Wire(a_token(), refused[0], a_token(), refused[1])

    with pytest.raises(CredentialsRefused):
        await a_client(wire).bot_info()


async def test_the_webhook_s_address_is_set_read_and_tried() -> None:
    """The three calls of the set-up check."""
    url = "https://link.test/webhooks/line/acme"
    tried = {
        "success": False,
        "timestamp": "2026-11-23T03:00:00Z",
        "statusCode": 404,
        "reason": "ERROR_STATUS_CODE",
        "detail": "404",
    }
    wire = Wire(
        a_token(),
        answer(200, {}),
        answer(200, {"endpoint": url, "active": True}),
        answer(200, tried),
    )
    client = a_client(wire)

    await client.set_webhook_endpoint(url)

    assert await client.webhook_endpoint() == WebhookEndpoint(url=url, active=True)
    assert await client.test_webhook() == WebhookTest(
        success=False, reason="ERROR_STATUS_CODE", status=404, detail="404"
    )
    assert wire.paths[1:] == [
        "PUT /v2/bot/channel/webhook/endpoint",
        "GET /v2/bot/channel/webhook/endpoint",
        "POST /v2/bot/channel/webhook/test",
    ]
    assert json.loads(wire.asked[1].content) == {"endpoint": url}


async def test_a_webhook_that_is_not_set_is_none() -> None:
    """A fresh channel has no address yet, which is no error."""
    wire = Wire(a_token(), answer(404, {"message": "Not found"}))

    assert await a_client(wire).webhook_endpoint() is None


async def test_a_refusal_keeps_line_s_id_of_the_request() -> None:
    """LINE's support asks for it; the texts carry no id of a person."""
    refused = answer(
        400,
        {"message": f"Invalid user {HANA}"},
        headers={"x-line-request-id": "request-1"},
    )
    wire = Wire(a_token(), refused)

    with pytest.raises(PlatformRefused) as error:
        await a_client(wire).set_webhook_endpoint("http://not-https.test")

    assert error.value.facts["request_id"] == "request-1"
    assert HANA not in f"{error.value!r} {error.value.facts}"

"""The LINE sandbox answers as line-openapi says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from marketing_agent.sandbox.line import (
    AccountType,
    Channel,
    Friendship,
    LineWorld,
    WebhookMode,
    line_app,
)
from marketing_agent.sandbox.network import Network
from tests.contracts.line_spec import (
    answer_schema,
    differences,
    document,
    webhook_differences,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LOGIN = Channel("1650000001", "login-secret-of-the-sandbox-0001")
MESSAGING = Channel("1650000002", "messaging-secret-of-the-sandbox-2")
PICTURE = "https://pictures.test/hana.png"
TEXT = {"type": "text", "text": "ようこそ"}


@pytest.fixture
async def world() -> AsyncIterator[LineWorld]:
    """Give a verified account whose webhooks are answered."""
    world = LineWorld(
        login_channel=LOGIN,
        messaging_channel=MESSAGING,
        transport=httpx.MockTransport(lambda _: httpx.Response(200)),
    )
    world.account_type = AccountType.VERIFIED
    world.webhooks.endpoint = "https://shop.test/webhook"
    yield world
    await world.aclose()


@pytest.fixture
async def line(world: LineWorld) -> AsyncIterator[httpx.AsyncClient]:
    """Give a client with a token of the Messaging API channel."""
    network = Network()
    network.serve("line.test", line_app(world))
    async with httpx.AsyncClient(
        transport=network, base_url="https://line.test"
    ) as client:
        form = {
            "grant_type": "client_credentials",
            "client_id": MESSAGING.id,
            "client_secret": MESSAGING.secret,
        }
        token = await client.post("/oauth2/v3/token", data=form)
        bearer = f"Bearer {token.json()['access_token']}"
        client.headers["authorization"] = bearer
        yield client


def check(
    response: httpx.Response, method: str, path: str, name: str = "messaging-api.yml"
) -> None:
    """Hold an answer to the documented shape of its status."""
    schema = answer_schema(name, method, path, response.status_code)
    assert differences(name, schema, response.json()) == []


async def test_a_stateless_token_is_as_documented(line: httpx.AsyncClient) -> None:
    """`POST /oauth2/v3/token` and its error have the documented shapes."""
    name = "channel-access-token.yml"
    form = {
        "grant_type": "client_credentials",
        "client_id": LOGIN.id,
        "client_secret": LOGIN.secret,
    }

    good = await line.post("/oauth2/v3/token", data=form)
    bad = await line.post("/oauth2/v3/token", data={})

    error = document(name)["components"]["schemas"]["ErrorResponse"]
    check(good, "post", "/oauth2/v3/token", name)
    assert differences(name, error, bad.json()) == []


@pytest.mark.parametrize(
    "path",
    [
        "/v2/bot/info",
        "/v2/bot/message/quota",
        "/v2/bot/message/quota/consumption",
        "/v2/bot/channel/webhook/endpoint",
        "/v2/bot/followers/ids",
    ],
)
async def test_reading_answers_are_as_documented(
    world: LineWorld, line: httpx.AsyncClient, path: str
) -> None:
    """Each reading call has the documented shape."""
    world.add_user("はな", friendship=Friendship.FRIEND)

    response = await line.get(path)

    assert response.status_code == 200
    check(response, "get", path)


async def test_pages_of_followers_are_as_documented(
    world: LineWorld, line: httpx.AsyncClient
) -> None:
    """A page with a successor has the documented shape, too."""
    for name in ("はな", "ケンタ"):
        world.add_user(name, friendship=Friendship.FRIEND)

    response = await line.get("/v2/bot/followers/ids", params={"limit": "1"})

    assert "next" in response.json()
    check(response, "get", "/v2/bot/followers/ids")


async def test_an_unlimited_quota_is_as_documented(
    world: LineWorld, line: httpx.AsyncClient
) -> None:
    """A plan without a limit has `type: none` and no value."""
    world.quota = None

    response = await line.get("/v2/bot/message/quota")

    assert response.json() == {"type": "none"}
    check(response, "get", "/v2/bot/message/quota")


async def test_a_profile_is_as_documented(
    world: LineWorld, line: httpx.AsyncClient
) -> None:
    """A friend's profile has the documented shape, with a picture and without."""
    for picture in (PICTURE, None):
        user = world.add_user("はな", friendship=Friendship.FRIEND, picture_url=picture)
        response = await line.get(f"/v2/bot/profile/{user}")
        check(response, "get", "/v2/bot/profile/{userId}")


async def test_a_push_and_its_refusals_are_as_documented(
    world: LineWorld, line: httpx.AsyncClient
) -> None:
    """200, 400 and 409 of push have the documented shapes."""
    hana = world.add_user("はな", friendship=Friendship.FRIEND)
    key = {"x-line-retry-key": "123e4567-e89b-12d3-a456-426614174000"}
    path = "/v2/bot/message/push"
    good = {"to": hana, "messages": [TEXT]}
    statuses = []

    for body in (good, good, {**good, "messages": []}):
        response = await line.post(path, json=body, headers=key)
        check(response, "post", path)
        statuses.append(response.status_code)

    assert statuses == [200, 409, 400]


async def test_a_webhook_test_is_as_documented(line: httpx.AsyncClient) -> None:
    """The result of testing an endpoint has the documented shape."""
    path = "/v2/bot/channel/webhook/test"

    check(await line.post(path), "post", path)


@pytest.mark.parametrize("mode", [WebhookMode.NORMAL, WebhookMode.OUT_OF_ORDER])
async def test_webhook_bodies_are_as_documented(
    world: LineWorld, mode: WebhookMode
) -> None:
    """Every kind of event that is sent, and the empty check, fit `webhook.yml`."""
    hana = world.add_user("はな")
    world.webhooks.mode = mode

    await world.follow(hana)
    await world.write(hana, "こんにちは")
    await world.block(hana)
    await world.unblock(hana)
    await world.webhooks.post("https://shop.test/webhook")
    await world.webhooks_settled()

    bodies = [json.loads(delivery.body) for delivery in world.webhooks.deliveries]
    kinds = {event["type"] for body in bodies for event in body["events"]}
    assert kinds == {"follow", "message", "unfollow"}
    assert [webhook_differences(body) for body in bodies] == [[]] * 5


def test_the_check_finds_what_differs() -> None:
    """A wrong type, a missing key and a foreign value are each named."""
    body = {
        "destination": "bot",
        "events": [{"type": "follow", "timestamp": "now", "mode": "loud"}],
    }

    found = " ".join(webhook_differences(body))

    assert "$.destination is 'bot', not like" in found
    assert "$.events[0].timestamp is 'now', not integer" in found
    assert "$.events[0].mode is 'loud', not one of" in found
    assert "$.events[0].follow is missing" in found

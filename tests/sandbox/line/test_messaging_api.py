"""The Messaging API: the bot, profiles, followers, push, the webhook endpoint."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

import pytest

from marketing_agent.sandbox.line import Friendship, LineWorld
from marketing_agent.sandbox.line.accounts import new_user_id
from tests.sandbox.line.stage import (
    LOGIN,
    MESSAGING,
    Clock,
    Merchant,
    bearer,
)

if TYPE_CHECKING:
    import httpx

TEXT = {"type": "text", "text": "ようこそ"}
PUSH = "/v2/bot/message/push"


@pytest.fixture
async def auth(line: httpx.AsyncClient) -> dict[str, str]:
    """Give the headers of the Messaging API channel."""
    return await bearer(line, MESSAGING)


@pytest.mark.parametrize(
    "form",
    [
        {"client_id": MESSAGING.id, "client_secret": "wrong"},
        {"client_id": "1650000009", "client_secret": MESSAGING.secret},
        {"grant_type": "authorization_code"},
        {},
    ],
)
async def test_a_token_needs_id_and_secret(
    line: httpx.AsyncClient, form: dict[str, str]
) -> None:
    """Wrong credentials are a 400 in the OAuth shape."""
    data = {"grant_type": "client_credentials", **form}

    response = await line.post("/oauth2/v3/token", data=data)

    assert response.status_code == 400
    assert set(response.json()) == {"error", "error_description"}


async def test_a_stateless_token_lives_fifteen_minutes(
    line: httpx.AsyncClient, auth: dict[str, str], clock: Clock
) -> None:
    """It works, and 900 seconds later it is a 401."""
    before = await line.get("/v2/bot/info", headers=auth)
    clock.move(seconds=900)
    after = await line.get("/v2/bot/info", headers=auth)

    assert (before.status_code, after.status_code) == (200, 401)


async def test_the_login_channels_token_opens_no_bot(line: httpx.AsyncClient) -> None:
    """A token of the other channel is refused, and so is none at all."""
    foreign = await bearer(line, LOGIN)

    assert (await line.get("/v2/bot/info", headers=foreign)).status_code == 401
    assert (await line.get("/v2/bot/info")).status_code == 401


async def test_the_bot_is_the_webhooks_destination(
    world: LineWorld, line: httpx.AsyncClient, auth: dict[str, str]
) -> None:
    """`userId` of the info is what webhooks call `destination`."""
    info = (await line.get("/v2/bot/info", headers=auth)).json()

    assert info["userId"] == world.bot.user_id
    assert info["basicId"].startswith("@")


async def test_only_friends_have_a_profile(
    world: LineWorld, line: httpx.AsyncClient, auth: dict[str, str]
) -> None:
    """Strangers, blockers and unknown IDs are one and the same 404."""
    friend = world.add_user("はな", "th", friendship=Friendship.FRIEND)
    others = [
        world.add_user("ケンタ"),
        world.add_user("あおい", friendship=Friendship.BLOCKED),
        new_user_id(),
    ]

    found = await line.get(f"/v2/bot/profile/{friend}", headers=auth)
    missing = [await line.get(f"/v2/bot/profile/{u}", headers=auth) for u in others]
    malformed = await line.get("/v2/bot/profile/hana", headers=auth)

    assert found.json() == {"userId": friend, "displayName": "はな", "language": "th"}
    assert {(r.status_code, r.json()["message"]) for r in missing} == {
        (404, "Not found")
    }
    assert malformed.status_code == 400


@pytest.mark.parametrize(
    ("friendship", "delivered"),
    [
        (Friendship.FRIEND, True),
        (Friendship.NONE, False),
        (Friendship.BLOCKED, False),
    ],
)
async def test_accepted_is_not_delivered(
    world: LineWorld,
    line: httpx.AsyncClient,
    auth: dict[str, str],
    friendship: Friendship,
    *,
    delivered: bool,
) -> None:
    """Push answers 200 for everyone, and reaches friends only."""
    user = world.add_user("はな", friendship=friendship)

    body = {"to": user, "messages": [TEXT]}
    response = await line.post(PUSH, json=body, headers=auth)

    assert response.status_code == 200
    assert len(response.json()["sentMessages"]) == 1
    assert [message.delivered for message in world.sent] == [delivered]


@pytest.mark.parametrize(
    "change",
    [
        {"to": "hana"},
        {"to": None},
        {"messages": []},
        {"messages": [TEXT] * 6},
        {"messages": ["hello"]},
        {"messages": [{"text": "no type"}]},
        {"to": "U" + "0" * 32},
    ],
)
async def test_a_bad_push_is_refused(
    world: LineWorld,
    line: httpx.AsyncClient,
    auth: dict[str, str],
    change: dict[str, object],
) -> None:
    """Malformed bodies and IDs of another provider are 400, and nothing is sent."""
    body = {"to": world.add_user("はな"), "messages": [TEXT], **change}

    response = await line.post(PUSH, json=body, headers=auth)

    assert response.status_code == 400
    assert response.json()["message"]
    assert world.sent == []


async def test_a_retry_key_sends_once(
    world: LineWorld, line: httpx.AsyncClient, auth: dict[str, str], clock: Clock
) -> None:
    """The repeat is a 409 naming the first answer; a day later the key is free."""
    hana = world.add_user("はな", friendship=Friendship.FRIEND)
    headers = {**auth, "x-line-retry-key": str(uuid.uuid4())}
    body = {"to": hana, "messages": [TEXT]}

    first = await line.post(PUSH, json=body, headers=headers)
    repeat = await line.post(PUSH, json=body, headers=headers)
    clock.move(hours=24)
    headers |= await bearer(line, MESSAGING)
    later = await line.post(PUSH, json=body, headers=headers)

    assert repeat.status_code == 409
    assert repeat.json()["sentMessages"] == first.json()["sentMessages"]
    assert repeat.headers["x-line-accepted-request-id"]
    assert later.status_code == 200
    assert len(world.sent) == 2


async def test_the_quota_counts_what_was_delivered(
    world: LineWorld, line: httpx.AsyncClient, auth: dict[str, str]
) -> None:
    """Undelivered messages are free; a spent quota is a 429."""
    world.quota = 1
    hana = world.add_user("はな", friendship=Friendship.FRIEND)
    ken = world.add_user("ケンタ")
    statuses = []

    for user in (ken, hana, hana):
        body = {"to": user, "messages": [TEXT]}
        response = await line.post(PUSH, json=body, headers=auth)
        statuses.append(response.status_code)

    quota = await line.get("/v2/bot/message/quota", headers=auth)
    used = await line.get("/v2/bot/message/quota/consumption", headers=auth)
    assert statuses == [200, 200, 429]
    assert quota.json() == {"type": "limited", "value": 1}
    assert used.json() == {"totalUsage": 1}


async def test_the_webhook_endpoint_can_be_set_and_read(
    world: LineWorld, line: httpx.AsyncClient, auth: dict[str, str]
) -> None:
    """404 while unset; then what was put, with the console's switch beside it."""
    path = "/v2/bot/channel/webhook/endpoint"
    world.webhooks.endpoint = None

    unset = await line.get(path, headers=auth)
    url = {"endpoint": "https://shop.test/webhook"}
    put = await line.put(path, json=url, headers=auth)

    assert unset.status_code == 404
    assert put.status_code == 200
    assert (await line.get(path, headers=auth)).json() == {**url, "active": True}


@pytest.mark.parametrize(
    ("endpoint", "status"),
    [
        ("http://127.0.0.1:8000/webhook", 200),
        ("http://shop.test/webhook", 400),
        ("shop.test/webhook", 400),
        ("https://[", 400),
        ("https://shop.test/" + "x" * 500, 400),
        (None, 400),
    ],
)
async def test_the_endpoint_must_be_https_unless_it_is_this_machine(
    line: httpx.AsyncClient, auth: dict[str, str], endpoint: str | None, status: int
) -> None:
    """LINE's rule, loosened for loopback only."""
    response = await line.put(
        "/v2/bot/channel/webhook/endpoint", json={"endpoint": endpoint}, headers=auth
    )

    assert response.status_code == status


@pytest.mark.parametrize(
    ("statuses", "endpoint", "reason"),
    [
        ([200], None, "OK"),
        ([503], None, "ERROR_STATUS_CODE"),
        ([], "https://nowhere.test/webhook", "COULD_NOT_CONNECT"),
    ],
)
async def test_the_webhook_test_tells_how_it_went(
    line: httpx.AsyncClient,
    auth: dict[str, str],
    merchant: Merchant,
    statuses: list[int],
    endpoint: str | None,
    reason: str,
) -> None:
    """The test posts an empty delivery and reports LINE's reason codes."""
    merchant.statuses = statuses
    body = {"endpoint": endpoint} if endpoint else None

    response = await line.post("/v2/bot/channel/webhook/test", json=body, headers=auth)

    assert response.json()["reason"] == reason
    assert response.json()["success"] is (reason == "OK")
    assert merchant.events() == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff"])
async def test_a_broken_body_is_a_400(
    line: httpx.AsyncClient, auth: dict[str, str], body: bytes
) -> None:
    """No body can make the sandbox fall over."""
    response = await line.post(PUSH, content=body, headers=auth)

    assert response.status_code == 400

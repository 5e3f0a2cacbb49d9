from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.line.types import (
    LineBot,
    LineProfile,
    VerifiedLogin,
    WebhookEndpoint,
    WebhookTest,
)
from marketing_agent.platforms.sender import Sender
from tests.cassettes import line_story as story
from tests.cassettes.tape import FOLDER, replaying

if TYPE_CHECKING:
    from vcr.cassette import Cassette


async def replayed() -> tuple[story.LineStory, Cassette]:
    """Play the story against its recording."""
    async with open_http() as http:
        with replaying(story.CASSETTE, story.redaction()) as cassette:
            return await story.play(Sender(http)), cassette


async def test_the_clients_send_exactly_what_was_recorded() -> None:
    """Every request equals its recording in method, URL, headers and body."""
    _, cassette = await replayed()

    assert cassette.all_played
    assert [f"{request.method} {request.path}" for request in cassette.requests] == [
        "POST /oauth2/v2.1/token",
        "POST /oauth2/v2.1/verify",
        "POST /oauth2/v2.1/verify",
        "POST /oauth2/v2.1/token",
        "GET /friendship/v1/status",
        "POST /oauth2/v3/token",
        "GET /v2/bot/info",
        f"GET /v2/bot/profile/{story.HANA}",
        f"GET /v2/bot/profile/{story.STRANGER}",
        "GET /v2/bot/channel/webhook/endpoint",
        "PUT /v2/bot/channel/webhook/endpoint",
        "GET /v2/bot/channel/webhook/endpoint",
        "POST /v2/bot/channel/webhook/test",
        "POST /oauth2/v3/token",
        "POST /user/v1/deauthorize",
        "GET /friendship/v1/status",
        "POST /user/v1/deauthorize",
        "POST /oauth2/v2.1/revoke",
    ]


async def test_a_login_is_understood() -> None:
    """The person, the friendship, and LINE's words where it refuses."""
    told, _ = await replayed()

    assert told.login == VerifiedLogin(user_id=story.HANA, name="はな")
    assert told.is_friend is True
    assert told.wrong_nonce == "Invalid IdToken Nonce."
    assert told.used_code == "invalid authorization code"


async def test_the_account_and_its_friends_are_understood() -> None:
    """The bot, a friend, and someone whom LINE does not show."""
    told, _ = await replayed()

    assert told.bot == LineBot(
        user_id=story.BOT,
        basic_id="@900hanac",
        name="Hana Coffee",
        chat_mode="bot",
    )
    assert told.friend == LineProfile(user_id=story.HANA, name="はな", language="ja")
    assert told.stranger is None


async def test_the_webhook_s_address_is_understood() -> None:
    """Not set, then set, then tried."""
    told, _ = await replayed()

    assert told.no_endpoint is None
    assert told.endpoint == WebhookEndpoint(url=story.WEBHOOK, active=True)
    assert told.tested == WebhookTest(
        success=True, reason="OK", status=200, detail="200"
    )


async def test_a_grant_is_taken_back_once() -> None:
    """After it the customer's token is good for nothing, not even for a repeat."""
    told, _ = await replayed()

    assert told.deauthorized is True
    assert told.after_deauthorize == "invalid token"
    assert told.deauthorized_again is False


@pytest.mark.parametrize(
    "private",
    [
        story.LOGIN_CHANNEL.secret,
        story.BOT_CHANNEL.secret,
        "eyJ",
        "127.0.0.1",
        "localhost",
    ],
)
async def test_the_cassette_holds_no_secret_and_no_machine(private: str) -> None:
    """It can be read by anyone, and means the same on every machine."""
    assert private not in (FOLDER / story.CASSETTE).read_text(encoding="utf-8")

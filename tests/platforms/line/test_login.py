from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import httpx
import pytest

from marketing_agent.core.errors import (
    CredentialsRefused,
    LoginNotConfirmed,
    PlatformAnswerUnreadable,
    PlatformRefused,
    PlatformUnreachable,
)
from marketing_agent.platforms.line.channel_tokens import ChannelTokens
from marketing_agent.platforms.line.login import LineLogin
from marketing_agent.platforms.line.types import LineChannel, UserTokens
from tests.platforms.stand_ins import Wire, answer

if TYPE_CHECKING:
    from marketing_agent.platforms.line.types import LoginTokens

CHANNEL = LineChannel(id="1234567890", secret="login-secret")
NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
HANA = "U" + "0" * 31 + "1"
CHANNEL_TOKEN = answer(200, {"access_token": "channel-token", "expires_in": 900})


def a_login(wire: Wire) -> LineLogin:
    """Make a client of LINE Login that speaks to `wire`."""
    sender = wire.sender()
    tokens = ChannelTokens("https://api.test", sender, now=wire.clock.now)
    return LineLogin("https://api.test", CHANNEL, sender, tokens)


def a_refusal(status: int, error: str, description: str = "no") -> httpx.Response:
    """Make an error as the OAuth endpoints write it."""
    return answer(status, {"error": error, "error_description": description})


def form_of(request: httpx.Request) -> dict[str, str]:
    """Give the form in a request."""
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    fields = parse_qs(request.content.decode())
    return {name: value for name, (value,) in fields.items()}


async def exchanged(wire: Wire) -> LoginTokens:
    """Exchange a code."""
    return await a_login(wire).exchange(
        "c1", redirect_uri="https://link.test/cb", code_verifier="v" * 43
    )


async def test_a_code_is_exchanged() -> None:
    """The form carries what LINE compares with the authorize request."""
    body = {
        "access_token": "user-token",
        "expires_in": 2592000,
        "id_token": "h.p.s",
        "refresh_token": "refresh",
        "scope": "profile openid",
        "token_type": "Bearer",
    }
    wire = Wire(answer(200, body))

    tokens = await exchanged(wire)

    assert wire.paths == ["POST /oauth2/v2.1/token"]
    assert form_of(wire.asked[0]) == {
        "grant_type": "authorization_code",
        "code": "c1",
        "redirect_uri": "https://link.test/cb",
        "client_id": "1234567890",
        "client_secret": "login-secret",
        "code_verifier": "v" * 43,
    }
    assert (tokens.access_token, tokens.id_token) == ("user-token", "h.p.s")
    assert (tokens.refresh_token, tokens.expires_in) == ("refresh", 2592000)
    assert "user-token" not in repr(tokens)
    assert "refresh'" not in repr(tokens)


async def test_a_code_is_never_exchanged_twice() -> None:
    """It is good for one request, so an unanswered one is not repeated."""
    wire = Wire(answer(503))

    with pytest.raises(PlatformUnreachable):
        await exchanged(wire)

    assert len(wire.asked) == 1


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        (a_refusal(400, "invalid_grant", "invalid code"), LoginNotConfirmed),
        (a_refusal(400, "invalid_request"), LoginNotConfirmed),
        (a_refusal(401, "invalid_client"), CredentialsRefused),
        (a_refusal(400, "invalid_client"), CredentialsRefused),
        (httpx.Response(400, html="<p>"), PlatformAnswerUnreadable),
        (answer(200, {"access_token": "t"}), PlatformAnswerUnreadable),
    ],
)
async def test_whose_fault_a_refusal_is(
    refused: httpx.Response, error: type[Exception]
) -> None:
    """The customer may start again; only a wrong channel is the merchant's to mend."""
    with pytest.raises(error):
        await exchanged(Wire(refused))


async def test_a_refresh_token_brings_another_access_token() -> None:
    """The form names the channel; there is no ID token, as nobody logged in."""
    body = {"access_token": "new", "expires_in": 2592000, "refresh_token": "r1"}
    wire = Wire(answer(200, body))

    tokens = await a_login(wire).refresh("r1")

    assert tokens == UserTokens(
        access_token="new", refresh_token="r1", expires_in=2592000
    )
    assert form_of(wire.asked[0]) == {
        "grant_type": "refresh_token",
        "refresh_token": "r1",
        "client_id": "1234567890",
        "client_secret": "login-secret",
    }


async def test_a_refresh_token_that_has_ended_is_the_customer_s_side() -> None:
    """Nothing is wrong with the channel: only the customer can log in once more."""
    wire = Wire(a_refusal(400, "invalid_grant", "invalid refresh token"))

    with pytest.raises(LoginNotConfirmed, match="invalid refresh token"):
        await a_login(wire).refresh("r1")


async def test_an_id_token_is_verified_by_line_and_by_us() -> None:
    """LINE is told channel and nonce, and what it answers is compared once more."""
    claims = {
        "iss": "https://access.line.me",
        "sub": HANA,
        "aud": CHANNEL.id,
        "exp": int(NOW.timestamp()) + 60,
        "nonce": "n1",
    }
    wire = Wire(answer(200, claims), answer(200, claims))
    login = a_login(wire)

    assert (await login.verify("h.p.s", nonce="n1", now=NOW)).user_id == HANA
    assert wire.paths == ["POST /oauth2/v2.1/verify"]
    assert form_of(wire.asked[0]) == {
        "id_token": "h.p.s",
        "client_id": "1234567890",
        "nonce": "n1",
    }
    with pytest.raises(LoginNotConfirmed, match="another attempt"):
        await login.verify("h.p.s", nonce="n2", now=NOW)


async def test_an_expired_id_token_confirms_nobody() -> None:
    """LINE's own reason is in the error; the token is not."""
    wire = Wire(a_refusal(400, "invalid_request", "IdToken expired."))

    with pytest.raises(LoginNotConfirmed, match=r"IdToken expired\.") as error:
        await a_login(wire).verify("header.payload.signature", nonce="n1", now=NOW)

    assert "payload" not in f"{error.value!r} {error.value.facts}"


async def test_the_friendship_is_asked_with_the_customer_s_token() -> None:
    """True is friend and not blocked; whether it changed just now does not matter."""
    wire = Wire(answer(200, {"friendFlag": True}), answer(200, {"friendFlag": False}))
    login = a_login(wire)

    assert await login.friendship("user-token") is True
    assert await login.friendship("user-token") is False
    assert wire.paths == ["GET /friendship/v1/status"] * 2
    assert wire.asked[0].headers["authorization"] == "Bearer user-token"


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        (answer(401, {"message": "invalid token"}), LoginNotConfirmed),
        (answer(403, {"message": "not linked"}), PlatformRefused),
        (answer(200, {"friendFlag": "yes"}), PlatformAnswerUnreadable),
        (answer(200, {}), PlatformAnswerUnreadable),
    ],
)
async def test_a_friendship_that_is_not_told_is_not_guessed(
    refused: httpx.Response, error: type[Exception]
) -> None:
    """Neither a refusal nor an odd answer is taken for "not a friend"."""
    with pytest.raises(error):
        await a_login(Wire(refused)).friendship("user-token")


async def test_a_grant_is_taken_back_with_a_channel_token() -> None:
    """Unlinking owes LINE this call: the channel's token outside, the user's inside."""
    wire = Wire(CHANNEL_TOKEN, httpx.Response(204))

    assert await a_login(wire).deauthorize("user-token") is True

    assert wire.paths == ["POST /oauth2/v3/token", "POST /user/v1/deauthorize"]
    assert wire.asked[1].headers["authorization"] == "Bearer channel-token"
    assert json.loads(wire.asked[1].content) == {"userAccessToken": "user-token"}


async def test_a_grant_whose_token_is_no_longer_good_cannot_be_taken_back() -> None:
    """The caller must tell the customer to do it in LINE's settings."""
    wire = Wire(CHANNEL_TOKEN, answer(400, {"message": "invalid token"}))

    assert await a_login(wire).deauthorize("old-token") is False


async def test_a_token_is_revoked() -> None:
    """LINE answers with nothing, also for a token that is already invalid."""
    wire = Wire(httpx.Response(200))

    await a_login(wire).revoke("user-token")

    assert wire.paths == ["POST /oauth2/v2.1/revoke"]
    assert form_of(wire.asked[0]) == {
        "access_token": "user-token",
        "client_id": "1234567890",
        "client_secret": "login-secret",
    }

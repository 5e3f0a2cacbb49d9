from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

import pytest

from marketing_agent.core.errors import CredentialsRefused
from marketing_agent.platforms.line.channel_tokens import ChannelTokens
from marketing_agent.platforms.line.types import LineChannel
from tests.platforms.stand_ins import Wire, answer

ACME = LineChannel(id="1234567890", secret="acme-secret")
BLOSSOM = LineChannel(id="9876543210", secret="blossom-secret")


def a_token(text: str, expires_in: int = 900) -> object:
    """Make LINE's answer."""
    return {"token_type": "Bearer", "access_token": text, "expires_in": expires_in}


def the_tokens(wire: Wire) -> ChannelTokens:
    """Make the tokens of a process that speaks to `wire`."""
    return ChannelTokens("https://api.test", wire.sender(), now=wire.clock.now)


async def test_a_token_is_asked_for_with_id_and_secret() -> None:
    """The body is a form, as the published specification says."""
    wire = Wire(answer(200, a_token("t1")))

    assert await the_tokens(wire).token(ACME) == "t1"

    assert wire.paths == ["POST /oauth2/v3/token"]
    assert parse_qs(wire.asked[0].content.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["1234567890"],
        "client_secret": ["acme-secret"],
    }


async def test_a_token_is_kept_for_twelve_minutes() -> None:
    """It lives fifteen, so what is handed out is always good for a while."""
    wire = Wire(answer(200, a_token("t1")), answer(200, a_token("t2")))
    tokens = the_tokens(wire)

    first = await tokens.token(ACME)
    wire.clock.seconds += 719
    kept = await tokens.token(ACME)
    wire.clock.seconds += 1

    assert (first, kept, await tokens.token(ACME)) == ("t1", "t1", "t2")


async def test_a_shorter_life_is_heeded() -> None:
    """Where LINE gives a token for less, it is kept for less."""
    wire = Wire(answer(200, a_token("t1", 100)), answer(200, a_token("t2")))
    tokens = the_tokens(wire)

    await tokens.token(ACME)
    wire.clock.seconds += 41

    assert await tokens.token(ACME) == "t2"


async def test_channels_have_their_own_tokens() -> None:
    """One merchant's call never carries another's token."""
    wire = Wire(answer(200, a_token("acme")), answer(200, a_token("blossom")))
    tokens = the_tokens(wire)

    assert await tokens.token(ACME) == "acme"
    assert await tokens.token(BLOSSOM) == "blossom"
    assert await tokens.token(ACME) == "acme"


async def test_many_callers_at_once_ask_line_once() -> None:
    """A burst of jobs for one merchant does not become a burst of token requests."""
    wire = Wire(answer(200, a_token("t1")))
    tokens = the_tokens(wire)

    given = await asyncio.gather(*(tokens.token(ACME) for _ in range(10)))

    assert set(given) == {"t1"}
    assert len(wire.asked) == 1


async def test_a_wrong_secret_is_said_to_be_one() -> None:
    """LINE answers it with a 400; the merchant is to check what they entered."""
    refused = {
        "error": "invalid_request",
        "error_description": "Invalid 'client_credentials'.",
    }
    wire = Wire(answer(400, refused))

    with pytest.raises(CredentialsRefused) as error:
        await the_tokens(wire).token(ACME)

    assert "acme-secret" not in f"{error.value!r} {error.value.facts}"
    assert "acme-secret" not in repr(ACME)

"""The chat client against a real server: whatever the connection does."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from starlette.responses import HTMLResponse

from marketing_agent.agent.scripted import call, together
from marketing_agent.wiring.chat_client import (
    ChatClient,
    ConnectionLost,
    NoServer,
    NoSuchThread,
    TokenRefused,
    open_chat,
)
from marketing_agent.wiring.chat_events import (
    Card,
    CardOpened,
    Done,
    Failed,
    Happening,
    TextPiece,
    ToolAnswered,
    ToolStarted,
)
from marketing_agent.wiring.chat_reading import NotAnAgent
from marketing_agent.wiring.serving import bound, serving
from tests.desk import EMAIL
from tests.wiring.chat.served import cutting, served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from langchain_core.messages import BaseMessage

    from marketing_agent.core.errors import MarketingAgentError

LONG = " ".join(f"word{number}\u2028" for number in range(150))


async def told(happenings: AsyncIterator[Happening]) -> list[Happening]:
    """Everything that a run does."""
    return [each async for each in happenings]


def text_of(happenings: Sequence[Happening]) -> str:
    """The agent's words."""
    pieces = [each.text for each in happenings if isinstance(each, TextPiece)]
    return "".join(pieces)


def cards_of(happenings: Sequence[Happening]) -> list[Card]:
    """What waits for an answer."""
    return [each.card for each in happenings if isinstance(each, CardOpened)]


async def test_a_card_is_opened_answered_and_found_again(database_url: str) -> None:
    """Say, look, ask, reload, approve: each arrives typed, with the tool's name."""
    steps = call("check_setup"), together("Like this?", call("create_qr_link", **EMAIL))
    async with (
        served(database_url, *steps, "Done.") as server,
        open_chat(server.url, server.token) as chat,
    ):
        first = await told(chat.say("Please help me"))
        async with open_chat(server.url, server.token, chat.thread_id) as reloaded:
            page = await reloaded.history()
            [card] = [each.as_card() for each in page.cards]
            second = await told(reloaded.answer({card.id: {"approved": True}}))
        who, threads = await chat.who_answers(), await chat.threads()

    assert [type(each) for each in first[:2]] == [ToolStarted, ToolAnswered]
    assert cards_of(first) == [card]
    assert card.arguments["email_variable"] == "{{ email }}"
    [made] = [each for each in second if isinstance(each, ToolAnswered)]
    assert (made.tool, made.status, made.change_id) == ("create_qr_link", "done", 1)
    assert "/l/" in made.data["linking_url"]
    assert text_of(second) == "Done."
    assert second[-1] == Done(outcome="success")
    assert (who.built_in, who.model) == (True, "scripted")
    assert [each.title for each in threads] == ["Please help me"]


async def test_a_connection_that_breaks_again_and_again_loses_nothing(
    database_url: str,
) -> None:
    """The text is whole and said once; the run was not started a second time."""
    async with (
        served(database_url, LONG) as server,
        cutting(server.port, 0, 450, 900, 700) as road,
        open_chat(road.url, server.token) as chat,
    ):
        happenings = await told(chat.say("Tell me a lot"))

    assert text_of(happenings) == LONG
    assert happenings[-1] == Done(outcome="success")
    paths = [request.split()[1] for request in road.requests]
    again = f"/api/v1/agent/runs/{chat.run_ids[0]}/events".encode()
    assert paths[:2] == [b"/api/v1/agent"] * 2
    assert set(paths[2:]) == {again}
    assert b"last-event-id: 0" not in b"".join(road.requests).lower()


async def test_a_connection_that_stays_broken_ends_with_a_way_back(
    database_url: str,
) -> None:
    """A bounded number of attempts, then an error that names the conversation."""
    async with (
        served(database_url, LONG) as server,
        cutting(server.port, 450, 0, 0, 0) as road,
        open_chat(road.url, server.token) as chat,
    ):
        chat.pauses_s = (0.0, 0.0)
        with pytest.raises(ConnectionLost, match=f"--thread {chat.thread_id}"):
            await told(chat.say("Tell me a lot"))


async def test_a_cancelled_run_says_so(database_url: str) -> None:
    """The stream ends as cancelled, and the conversation goes on."""
    started = asyncio.Event()

    async def thinking_for_ever(_: list[BaseMessage]) -> str:
        started.set()
        await asyncio.Event().wait()
        return "never"

    async with (
        served(database_url, thinking_for_ever, "Here I am.") as server,
        open_chat(server.url, server.token) as chat,
    ):
        run = asyncio.create_task(told(chat.say("Think")))
        await started.wait()
        await chat.cancel()
        cancelled = await run
        after = await told(chat.say("Are you there?"))

    assert cancelled[-1] == Done(outcome="cancelled")
    assert text_of(after) == "Here I am."


async def test_an_answer_that_is_not_taken_leaves_the_card_open(
    database_url: str,
) -> None:
    """The error names the field, and the same card can be answered again."""
    async with (
        served(database_url, call("create_qr_link", **EMAIL), "Done.") as server,
        open_chat(server.url, server.token) as chat,
    ):
        [card] = cards_of(await told(chat.say("Create one")))
        wrong = {"approved": True, "edited_args": {"name": ""}}
        [failed] = await told(chat.answer({card.id: wrong}))
        page = await chat.history()
        done = await told(chat.answer({card.id: {"approved": True}}))

    assert isinstance(failed, Failed)
    assert [each.id for each in page.cards] == [card.id]
    assert done[-1] == Done(outcome="success")


@pytest.mark.parametrize(
    ("token", "thread_id", "error", "says"),
    [
        pytest.param("nonsense", None, TokenRefused, "merchants token", id="401"),
        pytest.param(None, "unknown", NoSuchThread, "Leave out --thread", id="404"),
    ],
)
async def test_refusals_are_one_line_that_says_what_to_do(
    database_url: str,
    token: str | None,
    thread_id: str | None,
    error: type[MarketingAgentError],
    says: str,
) -> None:
    """No status code, no traceback: the next step."""
    async with (
        served(database_url) as server,
        open_chat(server.url, token or server.token, thread_id) as chat,
    ):
        with pytest.raises(error, match=says) as caught:
            await chat.history()

    assert "\n" not in caught.value.message


async def test_another_server_and_no_server_are_told_apart() -> None:
    """A wrong address is not taken for an agent that is down."""
    some_site = HTMLResponse("<h1>Welcome</h1>")
    async with (
        serving(some_site, bound("127.0.0.1", 0)) as url,
        open_chat(url, "token") as chat,
    ):
        with pytest.raises(NotAnAgent, match="Check the address"):
            await chat.who_answers()
        with pytest.raises(NotAnAgent):
            await told(chat.say("Hello"))
    for nowhere in ("http://127.0.0.1:1", "http://[", "no address"):
        with pytest.raises(NoServer, match="--demo"):
            await _who_answers(nowhere)


async def _who_answers(url: str) -> None:
    async with open_chat(url, "token") as chat:
        assert isinstance(chat, ChatClient)
        await chat.who_answers()

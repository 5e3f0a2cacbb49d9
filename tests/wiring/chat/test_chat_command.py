"""`marketing-agent chat` as a person and as a script use it."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from marketing_agent.agent.scripted import call, together
from marketing_agent.wiring.chat_client import open_chat
from marketing_agent.wiring.chat_events import Done
from tests import processes
from tests.desk import EMAIL
from tests.house import eventually
from tests.journeys.commands import Terminal
from tests.wiring.chat.served import Served, cutting, served
from tests.wiring.chat.typist import typing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from langchain_core.messages import AIMessage, BaseMessage

    from marketing_agent.wiring.chat_client import ChatClient
    from marketing_agent.wiring.chat_events import Happening
    from tests.wiring.chat.served import Cutting

MAKE_ONE = together("Like this?", call("create_qr_link", **EMAIL))
COPIED = re.compile(
    r"^https://links.test/l/\w+\?email={{ email }}&id={{ person.KlaviyoID }}$",
    re.MULTILINE,
)
QUESTION = "Approve? [y]es / [n]o / [e]dit "


def terminal_of(server: Served, folder: Path) -> Terminal:
    """Somebody who is signed in there."""
    return Terminal(folder=folder, environment=signed_in(server))


def signed_in(server: Served) -> dict[str, str]:
    """The environment of who talks to this server."""
    return {"MARKETING_AGENT_TOKEN": server.token}


def with_replies(text: str, *replies: str) -> AIMessage:
    """A message with quick replies."""
    message = together(text)
    message.additional_kwargs["quick_replies"] = list(replies)
    return message


def last_words(messages: list[BaseMessage]) -> str:
    """Say what the merchant has said."""
    return f"You said: {messages[-1].text}"


async def test_a_script_talks_through_a_pipe(database_url: str, tmp_path: Path) -> None:
    """Plain text: a look, a numbered reply, a card that only y approves, an undo."""
    asked = with_replies("Which signal?", "Email address", "Phone number")
    steps = (call("check_setup"), asked, last_words, MAKE_ONE, "Saved.", last_words)
    typed = "Set up\n2\nMake it\n\nsure\ny\n/undo 7\n/what\n/quit\n"
    async with served(database_url, *steps) as server:
        chat = ("chat", "--url", server.url)
        told = await terminal_of(server, tmp_path).run(*chat, typed=typed)

    assert (told.status, told.err) == (0, "")
    assert "\x1b" not in told.out
    assert "built-in planner (no language model) answers" in told.out
    assert "Looked: Check the connection - ok" in told.out
    assert re.search(r"^missing +Shop privacy policy", told.out, re.MULTILINE)
    assert "  2 Phone number\n> 2\nYou said: Phone number\n" in told.out
    assert "│ Merge variable of the email address: {{ email }}" in told.out
    assert told.out.count("Please type y, n or e.") == 2
    assert COPIED.search(told.out)
    assert "You said: undo change 7" in told.out
    assert "/threads" in told.out
    assert "chat --url http://localhost:" in told.out.splitlines()[-1]


async def test_a_pipe_that_ends_at_a_card_leaves_it_open(
    database_url: str, tmp_path: Path
) -> None:
    """Nothing is approved; the printed command shows the card again, and takes a no."""
    async with served(database_url, MAKE_ONE, last_words, last_words) as server:
        terminal = terminal_of(server, tmp_path)
        left = await terminal.run("chat", "--url", server.url, typed="Make it\n")
        *_, thread = left.out.split()
        again = ("chat", "--url", server.url, "--thread", thread)
        back = await terminal.run(*again, typed="n\nToo early\nAnd now?\n")
        changes = await server.desk.block("show_changes")

    assert "The card stays open." in left.out
    assert "> Make it\nLike this?\n" in back.out
    assert back.out.count(QUESTION) == 1
    assert "Write: Create a custom QR code - not done" in back.out
    assert "Too early" in back.out
    assert changes["changes"] == []


async def test_several_cards_are_answered_together(
    database_url: str, tmp_path: Path
) -> None:
    """One yes and one no: exactly one custom QR code."""
    two = together(
        call("create_qr_link", **{**EMAIL, "name": "One"}),
        call("create_qr_link", **{**EMAIL, "name": "Two"}),
    )
    async with served(database_url, two, "Fine.") as server:
        typed = "Make two\nn\n\nyes\n"
        terminal = terminal_of(server, tmp_path)
        told = await terminal.run("chat", "--url", server.url, typed=typed)
        shown = await server.desk.block("show_qr_links")

    assert told.out.count(QUESTION) == 2
    assert [each["name"] for each in shown["qr_links"]] == ["Two"]


async def test_a_person_edits_a_card_stops_an_answer_and_leaves(
    database_url: str, tmp_path: Path
) -> None:
    """On a terminal: what was typed ahead approves nothing, Ctrl-C stops the answer."""
    started = asyncio.Event()

    async def thinking_for_ever(_: list[BaseMessage]) -> str:
        started.set()
        await asyncio.Event().wait()
        return "never"

    async def after_a_while(_: list[BaseMessage]) -> AIMessage:
        await started.wait()
        return MAKE_ONE

    steps = (after_a_while, "Saved.", thinking_for_ever)
    async with (
        served(database_url, *steps) as server,
        typing(
            *("chat", "--url", server.url),
            folder=tmp_path,
            environment=signed_in(server),
        ) as person,
    ):
        await person.reads("> ")
        person.types("Make it")
        person.types("y")
        await person.reads("y\r\n")
        started.set()
        await person.reads(QUESTION)
        person.types("e")
        await person.reads("Name [Newsletter]: ")
        person.types("春の便り")
        for label in ("Link Type", "the email address", "the phone number"):
            await person.reads(f"{label} [")
            person.types("")
        await person.reads("Name: 春の便り")
        await person.reads(QUESTION)
        person.types("y")
        await person.reads("Saved.")
        started.clear()
        await person.reads("> ")
        person.types("Think")
        await started.wait()
        person.presses("\x03")
        await person.reads("Stopped.")
        await person.reads("> ")
        person.presses("\x03")
        status = await person.leaves()
        shown = await server.desk.block("show_qr_links")

    assert status == 0
    assert "▀▀▀▀▀▀▀" in person.shown
    assert "Traceback" not in person.shown
    assert [each["name"] for each in shown["qr_links"]] == ["春の便り"]


async def test_coming_back_while_the_agent_answers_hears_all_of_it(
    database_url: str, tmp_path: Path
) -> None:
    """The run that goes on is followed from its beginning, said once."""
    go_on = asyncio.Event()

    async def slowly(_: list[BaseMessage]) -> str:
        await go_on.wait()
        return "The whole answer."

    async with (
        served(database_url, "Hello.", slowly) as server,
        cutting(server.port) as road,
        open_chat(server.url, server.token) as chat,
    ):
        assert [each async for each in chat.say("Hi")]
        running = asyncio.create_task(_end_of(chat.say("Now slowly")))
        await eventually(lambda: _is_running(chat))
        back = ("chat", "--url", road.url, "--thread", chat.thread_id)
        talking = asyncio.create_task(terminal_of(server, tmp_path).run(*back))
        await eventually(lambda: _is_followed(road))
        go_on.set()
        told = await talking
        assert await running == Done(outcome="success")

    assert told.out.count("> Hi\nHello.\n") == 1
    assert told.out.count("> Now slowly\nThe whole answer.\n") == 1


async def _end_of(happenings: AsyncIterator[Happening]) -> Happening:
    return [each async for each in happenings][-1]


async def _is_running(chat: ChatClient) -> bool:
    return (await chat.history()).running is not None


async def _is_followed(road: Cutting) -> bool:
    return any(b"/events " in each for each in road.requests)


async def test_what_goes_wrong_is_one_line(tmp_path: Path) -> None:
    """No token, no server: exit status 1 and what to do."""
    terminal = Terminal(folder=tmp_path, environment={})
    nobody = await terminal.run("chat")
    nowhere = await terminal.run(
        "chat", "--url", "http://127.0.0.1:1", MARKETING_AGENT_TOKEN="x"
    )

    assert (nobody.status, nowhere.status) == (1, 1)
    assert "MARKETING_AGENT_TOKEN" in nobody.err
    assert "marketing-agent serve" in nowhere.err
    assert len(nobody.err.splitlines() + nowhere.err.splitlines()) == 2


def test_talking_to_a_server_needs_no_agent_here() -> None:
    """The command starts quickly: neither LangChain nor the agent room is imported."""
    program = (
        "import sys; from marketing_agent.wiring import chat_command, chat_terminal;"
        "print(*sys.modules)"
    )
    ran = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=processes.environment({}),
    )
    imported = {".".join(each.split(".")[:2]) for each in ran.stdout.split()}
    roots = {each.split(".")[0] for each in imported}

    assert "marketing_agent.wiring" in imported
    assert not {"langchain", "langchain_core", "langgraph", "openai"} & roots
    rooms = {each for each in imported if each.startswith("marketing_agent.")}
    assert rooms == {"marketing_agent.core", "marketing_agent.wiring"}

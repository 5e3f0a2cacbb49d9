"""The official AG-UI client accepts what the agent streams, and the agent it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from marketing_agent.agent.run_input import EmptyMessage
from marketing_agent.agent.runs import ThreadBusy
from marketing_agent.agent.scripted import ScriptedChatModel, call, together
from tests.agent.talk import NO, QR_CODE, YES, heard
from tests.agui.official_client import assert_conforms, open_counter

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_core.messages import BaseMessage

    from tests.agui.official_client import Counter, Turn

OTHER = QR_CODE | {"name": "Instagram"}


async def test_a_reply_becomes_a_message(database_url: str, packages: Path) -> None:
    """The client holds the merchant's message and the whole reply, and is done."""
    reply = "Good morning. What would you like to set up today, and for whom?"
    model = ScriptedChatModel([reply])
    async with open_counter(model, database_url, packages) as counter:
        [turn] = await counter.play({"say": "Hello"})
        assert turn.said == [("user", "Hello"), ("assistant", reply)]
        assert (turn.outcome, turn.error, turn.pending) == ("success", None, [])


async def test_two_cards_answered_in_one_resume(
    database_url: str, packages: Path
) -> None:
    """Of two writes in one message the approved one is made, once; then all goes on."""
    model = ScriptedChatModel(
        [
            together(
                "Two QR codes.",
                call("create_qr_link", "c-1", **QR_CODE),
                call("create_qr_link", "c-2", **OTHER),
            ),
            "One is made.",
            "You are welcome.",
        ]
    )
    async with open_counter(model, database_url, packages) as counter:
        asked, answered, thanked = await counter.play(
            {"say": "Make two"},
            {"answers": [YES, NO | {"reason": "no Instagram"}]},
            {"say": "Thank you"},
        )
        assert asked.outcome == "interrupt"
        assert [each["toolCallId"] for each in asked.pending] == ["c-1", "c-2"]
        assert {each["reason"] for each in asked.pending} == {"tool_call"}
        schemas = [each["responseSchema"] for each in asked.pending]
        assert all(each["required"] == ["approved"] for each in schemas)
        assert asked.told["state"] == {"cards": [each["id"] for each in asked.pending]}

        statuses = {name: each["status"] for name, each in answered.results.items()}
        assert statuses == {"c-1": "done", "c-2": "rejected"}
        assert (answered.outcome, answered.pending) == ("success", [])
        shown = await counter.desk.block("show_qr_links")
        assert [each["name"] for each in shown["qr_links"]] == [QR_CODE["name"]]

        assert thanked.said[-1] == ("assistant", "You are welcome.")
        await _same_history(counter, thanked)


async def _same_history(counter: Counter, turn: Turn) -> None:
    """The client holds each message once, as the server does."""
    page = (await counter.get("/api/v1/threads/t-1")).json()
    held = {each["id"]: each for each in turn.told["messages"]}
    assert len(held) == len(turn.told["messages"])
    assert {*held} == {each["id"] for each in page["messages"]}
    for each in page["messages"]:
        assert (held[each["id"]]["role"], held[each["id"]].get("content")) == (
            each["role"],
            each.get("content"),
        )


async def test_a_message_instead_of_an_answer(
    database_url: str, packages: Path
) -> None:
    """A client that gives up its cards for a message is heard; nothing is made.

    The client cannot write over open interrupts without cancelling them.
    """
    model = ScriptedChatModel(
        [
            together(call("create_qr_link", "c-1", **QR_CODE), call("check_setup")),
            "All is well.",
        ]
    )
    async with open_counter(model, database_url, packages) as counter:
        asked, instead = await counter.play(
            {"say": "Make one"}, {"say": "First, is all well?", "answers": [None]}
        )
        assert len(asked.pending) == 1
        assert model.seen[-1][-1].text == "First, is all well?"
        superseded = [each for each in model.seen[-1] if each.text.startswith("{")]
        assert '"superseded"' in superseded[-1].text
        assert instead.said[-1] == ("assistant", "All is well.")
        assert (instead.outcome, instead.pending) == ("success", [])
        assert (await counter.desk.block("show_qr_links"))["qr_links"] == []
        await _same_history(counter, instead)


async def test_a_message_after_a_reload(database_url: str, packages: Path) -> None:
    """A client that knows of no card writes over it; the card is no longer open."""
    model = ScriptedChatModel([call("create_qr_link", **QR_CODE), "Hello."])
    async with open_counter(model, database_url, packages) as counter:
        await counter.play({"say": "Make one"})
        [turn] = await counter.play({"say": "Hello"})
        assert turn.said[-1] == ("assistant", "Hello.")
        assert (await counter.get("/api/v1/threads/t-1")).json()["cards"] == []


async def test_the_client_leaves_and_reads_the_rest_later(
    database_url: str, packages: Path
) -> None:
    """The run goes on alone, and its events after the last one seen are all there."""
    left = asyncio.Event()

    async def after_it_left(_messages: list[BaseMessage]) -> str:
        await left.wait()
        return "All is well, and you were away."

    model = ScriptedChatModel([call("check_setup"), after_it_left])
    async with open_counter(model, database_url, packages) as counter:
        [turn] = await counter.play({"say": "Check", "leaveAfter": 3})
        assert (len(turn.types), turn.outcome) == (3, None)
        left.set()
        events = f"/api/v1/agent/runs/{turn.run_id}/events"
        whole = await counter.get(events)
        rest = await counter.get(events, **{"Last-Event-ID": "3"})

        await assert_conforms(whole.text, whole.headers["content-type"])
        assert heard(whole.text).events == turn.told["events"] + heard(rest.text).events
        assert whole.text.endswith(rest.text)
        assert rest.text.startswith("id: 4\n")
        assert heard(rest.text).text == "All is well, and you were away."


async def test_an_empty_message_is_an_error_that_the_client_reads(
    database_url: str, packages: Path
) -> None:
    """Nothing is run for it, the words are ours, and the next message is answered."""
    model = ScriptedChatModel(["Hello."])
    async with open_counter(model, database_url, packages) as counter:
        empty, full = await counter.play({"say": " \u200b "}, {"say": "Hello"})
        assert empty.types == ["RUN_STARTED", "RUN_ERROR"]
        assert empty.told["events"][-1]["message"] == EmptyMessage().message
        assert full.said[-1] == ("assistant", "Hello.")


async def test_a_busy_conversation_is_an_error_that_the_client_reads(
    database_url: str, packages: Path
) -> None:
    """Of two clients in one conversation the second hears why it has to wait."""
    asked, second = asyncio.Event(), asyncio.Event()

    async def slowly(_messages: list[BaseMessage]) -> str:
        asked.set()
        await second.wait()
        return "Here I am."

    model = ScriptedChatModel([slowly])
    async with open_counter(model, database_url, packages) as counter:
        first = asyncio.create_task(counter.play({"say": "Hello"}))
        await asked.wait()
        try:
            [refused] = await counter.play({"say": "Hello?"})
        finally:
            second.set()
        assert refused.types == ["RUN_STARTED", "RUN_ERROR"]
        assert refused.told["events"][-1]["message"] == ThreadBusy().message
        [answered] = await first
        assert answered.said[-1] == ("assistant", "Here I am.")


async def test_the_client_stops_a_run(database_url: str, packages: Path) -> None:
    """A cancelled run ends as such, and the conversation is free again."""

    async def until_greeted(messages: list[BaseMessage]) -> str:
        if messages[-1].type == "tool":
            await asyncio.Event().wait()
        return "Hello."

    # The stop may come before the model is asked again, or after.
    model = ScriptedChatModel([call("check_setup"), until_greeted, until_greeted])
    async with open_counter(model, database_url, packages) as counter:
        stopped, after = await counter.play(
            {"say": "Check", "cancelAfter": 5}, {"say": "Hello"}
        )
        assert (stopped.outcome, stopped.error) == ("cancelled", None)
        assert after.said[-1] == ("assistant", "Hello.")
        await _same_history(counter, after)

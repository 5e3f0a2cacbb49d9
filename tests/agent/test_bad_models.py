"""Whatever a model does, the merchant hears something clear, and no half is done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from langchain_core.messages import AIMessage

from marketing_agent.agent.models import ModelUnreachable
from marketing_agent.agent.scripted import (
    BrokenOff,
    ScriptedChatModel,
    call,
    together,
    unknown_call,
)
from tests.agent.talk import QR_CODE, talking_to

if TYPE_CHECKING:
    from marketing_agent.testing import ScriptedModel


async def test_a_model_in_circles_is_stopped_with_a_clear_message(
    database_url: str,
) -> None:
    """It calls tools without an end; the run ends, and the thread is free again."""
    model = ScriptedChatModel([call("show_qr_links")] * 12 + ["Sorry."])
    async with talking_to(model, database_url) as talk:
        heard = await talk.say("Go")
        assert heard.error == "WentInCircles"
        assert (await talk.say("Again")).text == "Sorry."


async def test_too_many_calls_at_once_are_stopped(database_url: str) -> None:
    """Of forty calls in one message ten are carried out."""
    many = together(*[call("show_qr_links") for _ in range(40)])
    async with talking_to(ScriptedChatModel([many, "Done."]), database_url) as talk:
        assert (await talk.say("Go")).statuses == ["done"] * 10


async def test_an_unknown_tool_is_an_error_that_the_model_reads(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """The run goes on, and the next words are the model's."""
    model = scripted_model(unknown_call("drop_database", now=True), "I cannot.")
    async with talking_to(model, database_url) as talk:
        heard = await talk.say("Go")
        assert heard.results[0]["code"] == "NotFound"
        assert heard.text == "I cannot."


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        QR_CODE | {"merchant_id": 2},
        QR_CODE | {"name": ["x"]},
        QR_CODE | {"approval_id": "x" * 22},
        {"unreadable_arguments": "{{{"},
    ],
)
async def test_arguments_that_do_not_fit_are_an_error_that_the_model_reads(
    scripted_model: ScriptedModel, database_url: str, arguments: dict[str, object]
) -> None:
    """Also a merchant or an approval in them: neither is ever an argument."""
    model = scripted_model(call("create_qr_link", **arguments), "I see.")
    async with talking_to(model, database_url) as talk:
        heard = await talk.say("Go")
        assert heard.results[0]["code"] == "BadArguments"
        assert heard.cards == []


@pytest.mark.parametrize("nothing", ["", "  \n", AIMessage(content="\u200b")])
async def test_a_model_that_says_nothing_is_an_error(
    scripted_model: ScriptedModel, database_url: str, nothing: str | AIMessage
) -> None:
    """An empty answer is not shown as if it were one."""
    async with talking_to(scripted_model(nothing), database_url) as talk:
        assert (await talk.say("Go")).error == "ModelAnswerUnreadable"


async def test_a_failing_model_is_named_and_never_replaced(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """The merchant hears that it cannot be reached; the message can be sent again."""
    model = scripted_model(ModelUnreachable(detail="no connection"), "Here I am.")
    async with talking_to(model, database_url) as talk:
        heard = await talk.say("Go")
        assert heard.error == "ModelUnreachable"
        assert "try again" in heard.events[-1]["message"].lower()
        assert (await talk.say("Go")).text == "Here I am."


async def test_a_model_that_breaks_off_in_mid_sentence_is_an_error(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """What it said is closed, and the end is an error, not half an answer."""
    broken = BrokenOff(text="I will now", error=ModelUnreachable(detail="it broke off"))
    async with talking_to(scripted_model(broken), database_url) as talk:
        heard = await talk.say("Go")
        kinds = [each["type"] for each in heard.events]
        assert kinds[-2:] == ["TEXT_MESSAGE_END", "RUN_ERROR"]


async def test_our_own_faults_are_not_told_in_detail(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """A bug ends the run with a sentence, and shows nothing of the program."""
    model = scripted_model(RuntimeError("secret detail"), "Fine.")
    async with talking_to(model, database_url) as talk:
        heard = await talk.say("Go")
        assert heard.error == "WentWrong"
        assert "secret detail" not in heard.wire
        assert (await talk.say("Go on")).text == "Fine."


async def test_a_platform_that_fails_is_an_answer_and_no_end(
    scripted_model: ScriptedModel, database_url: str
) -> None:
    """A tool's error carries its message to the model, and the run goes on."""
    model = scripted_model(call("unlink_friend", line_user_id="me"), "Which friend?")
    async with talking_to(model, database_url) as talk:
        heard = await talk.say("Unlink")
        assert heard.results[0]["code"] == "NotALineUserId"
        assert heard.text == "Which friend?"


async def test_a_model_that_hangs_can_be_stopped(database_url: str) -> None:
    """Cancelling ends the run as cancelled, and frees the thread."""
    asked = asyncio.Event()

    async def hang(_: object) -> str:
        asked.set()
        await asyncio.Event().wait()
        return "never"

    async with talking_to(ScriptedChatModel([hang, "Yes?"]), database_url) as talk:
        saying = asyncio.create_task(talk.say("Go", run="stuck"))
        await asked.wait()
        stopped = await talk.request("POST", "/api/v1/agent/runs/stuck/cancel")
        assert stopped.status_code == 202
        last = (await saying).events[-1]
        assert last["outcome"] == {"type": "cancelled"}
        assert (await talk.say("Hello?")).text == "Yes?"

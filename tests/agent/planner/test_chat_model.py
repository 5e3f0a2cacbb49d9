"""The planner as LangChain sees it."""

from __future__ import annotations

from functools import reduce
from operator import add

import pytest
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from tests.agent.planner.playing import EVERYTHING, Play, how, planner, schema

TOOLS = [schema(tool) for tool in EVERYTHING]
ASKED = [HumanMessage('Create a custom QR code called "Spring" by email')]


def test_its_kind_is_its_name() -> None:
    """It is told apart from language models by its type."""
    assert planner()._llm_type == "built-in planner"


def test_without_tools_it_only_talks() -> None:
    """A tool that was not bound is never called, even if the sentence asks for it."""
    assert not planner().invoke(ASKED).tool_calls
    none = planner().bind_tools(TOOLS, tool_choice="none").invoke(ASKED)
    assert not none.tool_calls


async def test_streaming_says_the_same() -> None:
    """The chunks add up to the message, in both kinds of stream, without usage."""
    model = planner().bind_tools(TOOLS)
    whole = model.invoke(ASKED)
    streams = (
        list(model.stream(ASKED)),
        [chunk async for chunk in model.astream(ASKED)],
    )
    for chunks in streams:
        summed = reduce(add, chunks)
        assert isinstance(summed, AIMessageChunk)
        assert summed.text == whole.text
        assert summed.tool_calls == whole.tool_calls
        assert how(summed) == how(whole)
        assert summed.usage_metadata is None
        assert chunks[-1].chunk_position == "last"
        assert len([chunk for chunk in chunks if chunk.text]) == 1
    assert (await model.ainvoke(ASKED)).tool_calls == whole.tool_calls


def test_ids_of_calls_follow_from_the_messages() -> None:
    """The system prompt does not count, so it may change."""
    model = planner().bind_tools(TOOLS)
    plain = model.invoke(ASKED).tool_calls[0]["id"]
    prompted = model.invoke([SystemMessage("Be kind."), *ASKED]).tool_calls[0]["id"]
    assert plain == prompted == "call_1_1"


def test_it_says_how_it_came_to_an_answer() -> None:
    """Intent, margin and rule stand with every message."""
    said = how(planner().bind_tools(TOOLS).invoke(ASKED))
    assert said["intent"] == "create_qr_link"
    assert said["margin"] > 0.12
    assert said["rule"] == "slots"


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [SystemMessage("You are helpful.")],
        [AIMessage("Something from another model.")],
        [ToolMessage("no JSON", tool_call_id="gone")],
        [ToolMessage("[1]", tool_call_id="gone")],
        [HumanMessage("x" * 200_000)],
        [HumanMessage([{"type": "text", "text": "hello"}])],
    ],
)
def test_strange_histories_are_answered(messages: list[HumanMessage]) -> None:
    """Whatever it is given, it has something to say."""
    assert planner().bind_tools(TOOLS).invoke(messages).text


def test_another_models_history_is_taken_over() -> None:
    """Messages without the planner's notes leave nothing open, and results count."""
    play = Play()
    play.say('Create a custom QR code called "Spring" by email')
    play.last.response_metadata.clear()
    told = play.approve()
    assert "is saved" in told.text


@pytest.mark.parametrize(
    "note",
    [
        [1],
        {"version": 0, "frames": [], "doubt": None},
        {"version": 1, "frames": [{"about": "setup", "asks": 7}]},
    ],
)
def test_a_note_of_another_shape_is_nothing(note: object) -> None:
    """What another version wrote, or somebody else, is not believed."""
    strange = AIMessage("Hm.", response_metadata={"planner": {"dialogue": note}})
    answer = planner().bind_tools(TOOLS).invoke([strange, HumanMessage("Yes")])
    assert answer.text == "What would you like to do?"

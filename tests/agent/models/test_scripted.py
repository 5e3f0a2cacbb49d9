from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.tools import tool

from marketing_agent.agent.scripted import (
    BrokenOff,
    ScriptedChatModel,
    ScriptFailed,
    call,
    together,
    unknown_call,
)

if TYPE_CHECKING:
    from pathlib import Path

    from marketing_agent.testing import ScriptedModel


@tool
def show_links(name: str) -> str:
    """Show links."""
    return f"link {name}"


async def streamed(model: ScriptedChatModel) -> tuple[list[AIMessageChunk], AIMessage]:
    """Collect the chunks, and what they add up to."""
    chunks = [each async for each in model.astream("Hello there")]
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole += chunk
    return chunks, whole


async def test_steps_are_played_in_order_and_prompts_are_kept(
    scripted_model: ScriptedModel,
) -> None:
    """Text, message and functions of the messages follow each other."""

    async def later(messages: list[BaseMessage]) -> str:
        return f"heard {messages[-1].text}"

    model = scripted_model("one", AIMessage("two"), lambda _: "three", later)

    said = [(await model.ainvoke(f"ask {n}")).text for n in range(4)]

    assert said == ["one", "two", "three", "heard ask 3"]
    assert [prompt[-1].text for prompt in model.seen] == [
        "ask 0",
        "ask 1",
        "ask 2",
        "ask 3",
    ]


@pytest.mark.parametrize("text", ["", "Hi", " two  words\nand a line ", "日本語 です"])
async def test_streamed_words_join_to_the_text(
    text: str, scripted_model: ScriptedModel
) -> None:
    """Not a character is lost or changed, and the last chunk carries the usage."""
    chunks, whole = await streamed(scripted_model(text))

    assert whole.text == text
    assert chunks[-1].chunk_position == "last"
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["input_tokens"] == 2


async def test_a_call_is_streamed_in_two_fragments(
    scripted_model: ScriptedModel,
) -> None:
    """Parallel calls come one after the other, each with half of its arguments."""
    parts = "Look.", call("show_links", name="a"), call("show_links", "mine", name="b")
    model = scripted_model(together(*parts)).bind_tools([show_links])

    chunks, whole = await streamed(model)

    fragments = [each.tool_call_chunks for each in chunks if each.tool_call_chunks]
    assert [len(each) for each in fragments] == [1, 1, 1, 1]
    assert [each[0]["name"] for each in fragments] == [
        "show_links",
        None,
        "show_links",
        None,
    ]
    assert [(each["id"], each["args"]) for each in whole.tool_calls] == [
        ("call_1", {"name": "a"}),
        ("mine", {"name": "b"}),
    ]
    assert whole.response_metadata["finish_reason"] == "tool_calls"


async def test_made_up_ids_are_unique_within_a_script(
    scripted_model: ScriptedModel,
) -> None:
    """A made-up id never equals another one, or one that the script gives."""
    calls = [call("show_links", name="x") for _ in range(3)]
    model = scripted_model(*calls, call("show_links", "call_2", name="y"))
    model.bind_tools([show_links])

    ids = [(await model.ainvoke("go")).tool_calls[0]["id"] for _ in range(4)]

    assert ids == ["call_1", "call_3", "call_4", "call_2"]


async def test_an_argument_may_be_called_anything(
    scripted_model: ScriptedModel,
) -> None:
    """The helper's own parameters never collide with a tool's."""
    model = scripted_model(unknown_call("any", tool="t", call_id="c", name="n"))

    answer = await model.ainvoke("go")

    assert answer.tool_calls[0]["args"] == {"tool": "t", "call_id": "c", "name": "n"}
    assert "deliberately_unknown" not in answer.response_metadata


async def test_an_unknown_tool_fails_even_if_the_error_is_swallowed() -> None:
    """Code that catches everything cannot hide a script's mistake."""
    model = ScriptedChatModel([call("show_lynx")]).bind_tools([show_links])

    with pytest.raises(ScriptFailed, match="no tool 'show_lynx' among"):
        await model.ainvoke("go")

    with pytest.raises(ScriptFailed, match="show_lynx"):
        model.assert_done()


async def test_a_script_that_is_too_short_names_the_last_message() -> None:
    """Whoever reads the failure sees what was asked too much."""
    model = ScriptedChatModel(["only this"])
    await model.ainvoke("first")

    with pytest.raises(ScriptFailed, match="only 1 steps, asked: 'and then'"):
        await model.ainvoke([HumanMessage("first"), HumanMessage("and then")])


def test_a_script_that_is_too_long_is_not_done() -> None:
    """Steps that were never asked for are told with the next one."""
    with pytest.raises(ScriptFailed, match="2 of 2 steps were not played; next: 'a'"):
        ScriptedChatModel(["a", "b"]).assert_done()


async def test_errors_are_raised_at_once_or_in_mid_stream(
    scripted_model: ScriptedModel,
) -> None:
    """A model may fail before it says anything, and after some words."""
    model = scripted_model(
        ConnectionError("gone"),
        BrokenOff(text="I was about", error=TimeoutError()),
        BrokenOff(text="not streamed", error=TimeoutError()),
    )
    heard: list[str] = []

    with pytest.raises(ConnectionError, match="gone"):
        await model.ainvoke("go")
    with pytest.raises(TimeoutError):
        await listen(model, heard)
    with pytest.raises(TimeoutError):
        await model.ainvoke("go")

    assert heard == ["I", " was", " about"]


async def listen(model: ScriptedChatModel, heard: list[str]) -> None:
    """Keep what comes before an error."""
    async for chunk in model.astream("go"):
        heard += [chunk.text]


def test_the_sync_ways_play_the_same_script(scripted_model: ScriptedModel) -> None:
    """Graphs run without an event loop see the same steps."""
    model = scripted_model("one two", call("show_links", name="a"))
    model.bind_tools([show_links])

    assert [each.text for each in model.stream("go")] == ["one", " two", ""]
    assert model.invoke("go").tool_calls[0]["args"] == {"name": "a"}


def test_an_async_step_asked_without_await_is_a_failure() -> None:
    """It would otherwise be an answer nobody can read."""

    async def later(_: list[BaseMessage]) -> str:
        return "never"

    with pytest.raises(ScriptFailed, match="without await"):
        ScriptedChatModel([later]).invoke("go")


async def test_an_agent_plays_through_it(scripted_model: ScriptedModel) -> None:
    """A loop with a tool and a stream ends with the last step's words."""
    model = scripted_model(call("show_links", name="Summer"), "There it is.")
    agent = create_agent(model, tools=[show_links])
    asked = {"messages": [HumanMessage("Show the links")]}

    parts = [part async for part in agent.astream(asked, stream_mode="messages")]

    said = [part[0].text for part in parts]
    assert "link Summer" in said
    assert said[-4:] == ["There", " it", " is.", ""]
    assert model.tool_names == ["show_links"]


AUTHORS_TESTS = """
pytest_plugins = ["marketing_agent.testing"]

def test_short(scripted_model):
    scripted_model("said").invoke("go")

def test_long(scripted_model):
    scripted_model("said", "never said").invoke("go")
"""


def test_the_plugin_fails_a_test_that_left_steps(tmp_path: Path) -> None:
    """An author's test with an unplayed script does not pass."""
    (tmp_path / "test_author.py").write_text(AUTHORS_TESTS, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "."]

    run = subprocess.run(  # noqa: S603 - our own interpreter and file
        command, cwd=tmp_path, capture_output=True, text=True, check=False
    )

    assert "1 of 2 steps were not played" in run.stdout
    assert "2 passed, 1 error" in run.stdout

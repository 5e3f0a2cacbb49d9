from __future__ import annotations

import re

import pytest
from langchain_core.messages import AIMessageChunk

from tests.cassettes import model_story as story
from tests.cassettes.tape import BY_PATH, FOLDER, replaying

SUMMER = {"name": "Summer fair, 夏祭り"}


async def test_the_recorded_wire_is_understood() -> None:
    """Words, split and parallel calls, usage and a throttle, with no server at all."""
    with replaying(story.CASSETTE, story.redaction(), BY_PATH) as cassette:
        told = await story.play()

    whole = sum(told.call[1:], told.call[0])
    assert cassette.all_played
    assert told.words.text == "Which fair is it for?"
    assert told.words.usage_metadata is not None
    assert isinstance(whole, AIMessageChunk)
    assert whole.tool_calls[0]["args"] == SUMMER
    assert whole.usage_metadata is not None
    assert whole.usage_metadata["total_tokens"] == 17
    assert told.parallel.text == "Two codes."
    assert told.parallel.usage_metadata is None
    assert [(call["id"], call["args"]) for call in told.parallel.tool_calls] == [
        ("call_summer", SUMMER),
        ("call_flyer", {"name": "Flyer"}),
    ]
    assert told.wait_s == 30.0


@pytest.mark.parametrize(
    "private",
    [
        r"sk-",
        r"[\w.+-]+@[\w-]+\.\w+",
        r"127\.0\.0\.1",
        r"localhost",
        r"x-stainless",
        r"user-agent",
        r"\+\d{9,}",
    ],
)
def test_the_cassette_holds_no_secret_and_no_machine(private: str) -> None:
    """No key, address of a person or machine, or trace of whoever recorded it."""
    text = (FOLDER / story.CASSETTE).read_text(encoding="utf-8")

    assert not re.search(private, text, re.IGNORECASE)

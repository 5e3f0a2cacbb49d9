from __future__ import annotations

from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage
from langchain_core.messages.tool import invalid_tool_call, tool_call

from marketing_agent.agent.repair import DROPPED, MOST_CALLS, repaired

NAMES = st.one_of(st.none(), st.just(""), st.text(max_size=8))
IDS = st.one_of(st.none(), st.sampled_from(["", "a", "b", "c"]))
RAW = st.one_of(st.none(), st.text(max_size=400), st.sampled_from(["{}", "[]", '{"']))
BAD = st.builds(
    lambda n, a, i: invalid_tool_call(name=n, args=a, id=i), NAMES, RAW, IDS
)
GOOD = st.builds(lambda i: tool_call(name="show", args={"n": 1}, id=i), IDS)


def message(good: list[Any], bad: list[Any]) -> AIMessage:
    """A message with these calls."""
    return AIMessage("", tool_calls=good, invalid_tool_calls=bad)


@given(st.lists(GOOD, max_size=8), st.lists(BAD, max_size=8), st.sets(IDS))
def test_every_call_can_be_answered(
    good: list[Any], bad: list[Any], taken: set[str | None]
) -> None:
    """Whatever comes in: named, told apart, readable, at most ten, none hidden."""
    before = {each for each in taken if each}

    after = repaired(message(good, bad), taken=before)

    ids = [call["id"] for call in after.tool_calls]
    assert all(ids)
    assert len({*ids, *before}) == len(ids) + len(before)
    assert all(call["name"].strip() for call in after.tool_calls)
    assert all(isinstance(call["args"], dict) for call in after.tool_calls)
    assert not after.invalid_tool_calls
    dropped = after.response_metadata.get(DROPPED, 0)
    assert len(ids) + dropped == len(good) + len(bad)
    assert len(ids) <= MOST_CALLS
    assert repaired(after, taken=before) == after


def test_a_sound_message_stays_itself() -> None:
    """Nothing is copied where nothing is wrong."""
    sound = message([tool_call(name="show", args={}, id="a")], [])

    assert repaired(sound, taken={"b"}) is sound


def test_only_what_is_wrong_is_changed() -> None:
    """The first with an id keeps it, a nameless call is unknown, text is shortened."""
    ids = (f"new_{n}" for n in count(1))
    good = [tool_call(name="show", args={}, id="a") for _ in range(2)]
    bad = [invalid_tool_call(name=None, args="x" * 999, id=None, error=None)]

    after = repaired(message(good, bad), new_id=lambda: next(ids))

    assert [(call["name"], call["id"]) for call in after.tool_calls] == [
        ("show", "a"),
        ("show", "new_1"),
        ("unknown", "new_2"),
    ]
    assert after.tool_calls[2]["args"] == {"unreadable_arguments": "x" * 200}

"""Events as the client reads them: newer servers, other servers, nonsense."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.wiring.chat_events import Failed, TextPiece
from marketing_agent.wiring.chat_reading import NotAnAgent, Reading

TYPES = (
    *(
        "TEXT_MESSAGE_CONTENT",
        "TEXT_MESSAGE_END",
        "CUSTOM",
        "RUN_ERROR",
        "RUN_FINISHED",
    ),
    *("TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END", "TOOL_CALL_RESULT", "NEW"),
)
FIELDS = (
    *("delta", "name", "value", "outcome", "interrupts", "metadata", "arguments"),
    *("toolCallId", "content", "message", "code", "id", "expiresAt", "type"),
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4)
    ),
    max_leaves=8,
)


def reading() -> Reading:
    """One run's reader."""
    return Reading("http://links.test", {})


@given(
    kind=st.sampled_from(TYPES),
    fields=st.dictionaries(st.sampled_from(FIELDS), json_values, max_size=6),
)
def test_any_event_is_read_left_out_or_refused(
    kind: str, fields: dict[str, Any]
) -> None:
    """Nonsense ends with one known error, never with another one."""
    with suppress(NotAnAgent):
        list(reading().read("1", json.dumps({**fields, "type": kind})))


@pytest.mark.parametrize("body", ["", "[]", "{}", '"text"', "{" * 5, "[" * 50_000])
def test_what_is_no_event_is_another_server(body: str) -> None:
    """A page, half an object, a bomb of brackets."""
    with pytest.raises(NotAnAgent):
        list(reading().read("1", body))


def test_an_event_that_comes_twice_is_read_once() -> None:
    """A server that replays too much repeats nothing on the screen."""
    event = {"type": "TEXT_MESSAGE_CONTENT", "messageId": "m", "delta": "Hi\x1b[2J"}
    reader = reading()
    read = [
        happening
        for number in ("1", "2", "1", "2")
        for happening in reader.read(number, json.dumps(event))
    ]

    assert read == [TextPiece(message_id="m", text="Hi[2J")] * 2


def test_an_error_ends_the_run() -> None:
    """Nothing is waited for after it."""
    reader = reading()
    told = {"type": "RUN_ERROR", "message": "Wait.", "code": "ThreadBusy"}
    [failed] = reader.read("1", json.dumps(told))

    assert failed == Failed(code="ThreadBusy", message="Wait.")
    assert reader.ended

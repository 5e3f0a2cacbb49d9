"""What models get wrong in tool calls, made answerable.

Every call leaves here with a name, an id of its own and arguments that are a JSON
object, so that each can be answered, if only with an error that the model reads.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from langchain_core.messages import AIMessage
from langchain_core.messages.tool import tool_call

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from langchain_core.messages import BaseMessage, InvalidToolCall, ToolCall

MOST_CALLS: Final = 10
UNREADABLE: Final = "unreadable_arguments"
DROPPED: Final = "dropped_tool_calls"
"""In `response_metadata`: how many calls beyond `MOST_CALLS` were left out."""
_SHOWN: Final = 200
_UNNAMED: Final = "unknown"


def fresh_id() -> str:
    """An id that no server gave and no other call has."""
    return f"call_{uuid4().hex[:24]}"


def call_ids(messages: Iterable[BaseMessage]) -> set[str]:
    """The ids of all calls: some servers count from one in every answer.

    Approvals and results go by them, so each is given once in a conversation.
    """
    return {
        call["id"]
        for message in messages
        if isinstance(message, AIMessage)
        for call in message.tool_calls
        if call["id"]
    }


def repaired(
    message: AIMessage,
    *,
    taken: Collection[str] = (),
    new_id: Callable[[], str] = fresh_id,
) -> AIMessage:
    """The message with calls that can be answered; itself where all can be already.

    Unreadable arguments become `{"unreadable_arguments": "<first 200 characters>"}`,
    which no tool takes; a missing name becomes "unknown"; an id that is missing, said
    twice or `taken` by an earlier message is replaced; calls after the tenth go.
    """
    read = [_read(call) for call in message.invalid_tool_calls]
    calls = [*message.tool_calls, *read]
    kept = _distinct(calls[:MOST_CALLS], taken, new_id)
    if not read and kept == message.tool_calls:
        return message
    metadata = dict(message.response_metadata)
    if dropped := len(calls) - len(kept):
        metadata[DROPPED] = dropped
    changes = {"tool_calls": kept, "invalid_tool_calls": []}
    return message.model_copy(update={**changes, "response_metadata": metadata})


def _read(call: InvalidToolCall) -> ToolCall:
    """Read strictly: of cut-off JSON nothing is guessed.

    Some servers send `null`, or nothing at all, for a tool without arguments.
    """
    raw = (call["args"] or "").strip()
    try:
        read = json.loads(raw or "{}", strict=False, parse_constant=_refuse)
        _must_be_storable(read)
    except (ValueError, RecursionError):
        read = raw
    if read is None:
        read = {}
    if not isinstance(read, dict):
        read = {UNREADABLE: storable(raw[:_SHOWN])}
    return tool_call(name=call["name"] or "", args=read, id=call["id"])


def storable(text: str) -> str:
    """The text without what no database and no UTF-8 stream takes."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def _must_be_storable(read: Any) -> None:
    text = json.dumps(read, ensure_ascii=False)
    if "\\u0000" in text or storable(text) != text:
        raise ValueError


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _distinct(
    calls: list[ToolCall], taken: Collection[str], new_id: Callable[[], str]
) -> list[ToolCall]:
    used: set[str | None] = {None, "", *taken}
    distinct = []
    for call in calls:
        name = call["name"].strip() or _UNNAMED
        call_id = new_id() if call["id"] in used else call["id"]
        used.add(call_id)
        distinct.append(tool_call(name=name, args=call["args"], id=call_id))
    return distinct

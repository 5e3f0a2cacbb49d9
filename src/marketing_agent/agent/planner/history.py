"""LangChain messages as the few kinds of event that the planner knows.

Reading is total: a message of any other shape is an event that says nothing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from marketing_agent.agent.planner import frames
from marketing_agent.agent.results import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from langchain_core.messages import BaseMessage

    from marketing_agent.agent.planner.frames import Note

_MOST_CHARACTERS: Final = 4000
"""Of what a merchant wrote; longer text is a paste, and work stays bounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The merchant wrote something."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A model wrote something; the note is empty if that was not this planner."""

    note: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A tool call was answered."""

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    status: Status
    text: str = ""
    """The result's sentence, the error's message or the merchant's reason."""
    data: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""
    change_id: int | None = None


Event: TypeAlias = Said | Answered | Came


def events(messages: Iterable[BaseMessage]) -> list[Event]:
    """The events in order. System messages are none."""
    asked: dict[str, tuple[str, Mapping[str, Any]]] = {}
    found: list[Event] = []
    for message in messages:
        match message:
            case HumanMessage():
                found.append(Said(text=message.text[:_MOST_CHARACTERS]))
            case AIMessage():
                asked |= {
                    str(call["id"]): (call["name"], call["args"])
                    for call in message.tool_calls
                }
                found.append(Answered(note=_note(message)))
            case ToolMessage():
                found.append(_came(message, asked))
            case _:
                pass
    return found


def _note(message: AIMessage) -> Note:
    said_by: object = message.response_metadata.get(frames.PLANNER)
    noted = said_by.get(frames.DIALOGUE) if isinstance(said_by, dict) else None
    return frames.read(noted)


def _came(
    message: ToolMessage, asked: Mapping[str, tuple[str, Mapping[str, Any]]]
) -> Came:
    tool, arguments = asked.get(message.tool_call_id, (message.name or "", {}))
    content = _object(message.text)
    data, number = content.get("data"), content.get("change_id")
    edited = content.get("arguments")
    return Came(
        tool=tool,
        arguments=edited if isinstance(edited, dict) else arguments,
        status=_status(content.get("status")),
        text=str(content.get("text") or content.get("message") or ""),
        data=data if isinstance(data, dict) else {},
        code=str(content.get("code") or ""),
        change_id=number if isinstance(number, int) else None,
    )


def _status(word: object) -> Status:
    try:
        return Status(str(word))
    except ValueError:
        return Status.ERROR


def _object(text: str) -> dict[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}

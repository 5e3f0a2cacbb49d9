"""From AG-UI 1.0 events to what happens; what a client has no use for is left out.

Everything that arrives is foreign text; control characters are taken out of it here.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from marketing_agent.core.errors import MarketingAgentError
from marketing_agent.wiring.chat_events import (
    Card,
    CardOpened,
    Done,
    Failed,
    PlanTold,
    Progress,
    QuickReplies,
    TextEnded,
    TextPiece,
    ToolAnswered,
    ToolStarted,
)
from marketing_agent.wiring.foreign_text import Json, an_object, decoded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from marketing_agent.wiring.chat_events import Happening


class NotAnAgent(MarketingAgentError):
    """What answers at {url} is not a marketing-agent. Check the address."""


class _Wire(BaseModel):
    model_config = ConfigDict(
        extra="ignore", alias_generator=to_camel, populate_by_name=True
    )


class _Interrupt(_Wire):
    id: str
    message: str = ""
    tool_call_id: str | None = None
    expires_at: datetime | None = None
    metadata: Json = Field(default_factory=dict)


class _Outcome(_Wire):
    type: str = "success"
    interrupts: list[_Interrupt] = Field(default_factory=list)


class _Event(_Wire):
    type: str
    message_id: str = ""
    tool_call_id: str = ""
    tool_call_name: str = ""
    delta: Any = ""
    content: Any = ""
    name: str = ""
    value: Any = None
    message: str = ""
    code: str | None = None
    outcome: _Outcome | None = None


class Reading:
    """One run's events, read in order; `tools` names the calls of earlier runs."""

    def __init__(self, url: str, tools: dict[str, str]) -> None:
        self._url = url
        self._tools = tools
        self._arguments: dict[str, str] = {}
        self.last_id = 0
        self.ended = False

    def read(self, number: str, event: str) -> Iterator[Happening]:
        """The event in typed form. One that was read before says nothing.

        Raises NotAnAgent.
        """
        try:
            if number and int(number) <= self.last_id:
                return
            read = _Event.model_validate(decoded(event))
        except (ValueError, ValidationError):
            raise NotAnAgent(url=self._url) from None
        yield from self._told(read)
        self.last_id = int(number) if number else self.last_id

    def _told(self, event: _Event) -> Iterator[Happening]:
        match event.type:
            case "TEXT_MESSAGE_CONTENT":
                yield TextPiece(message_id=event.message_id, text=str(event.delta))
            case "TEXT_MESSAGE_END":
                yield TextEnded()
            case "CUSTOM":
                yield from _custom(event)
            case "RUN_ERROR":
                self.ended = True
                yield Failed(code=event.code or "", message=event.message)
            case "RUN_FINISHED":
                self.ended = True
                yield from self._finished(event.outcome or _Outcome())
            case _:
                yield from self._of_a_tool(event)

    def _of_a_tool(self, event: _Event) -> Iterator[Happening]:
        call_id = event.tool_call_id
        match event.type:
            case "TOOL_CALL_START":
                self._tools[call_id] = event.tool_call_name
            case "TOOL_CALL_ARGS":
                said = self._arguments.get(call_id, "")
                self._arguments[call_id] = said + str(event.delta)
            case "TOOL_CALL_END":
                yield ToolStarted(
                    call_id=call_id,
                    tool=self._tools.get(call_id, ""),
                    arguments=an_object(self._arguments.get(call_id)),
                )
            case "TOOL_CALL_RESULT":
                tool = self._tools.get(call_id, "")
                yield answered(call_id, tool, an_object(event.content))

    def _finished(self, outcome: _Outcome) -> Iterator[Happening]:
        for asked in outcome.interrupts:
            tool = str(asked.metadata.get("tool", ""))
            self._tools[asked.tool_call_id or ""] = tool
            card = Card(
                id=asked.id,
                tool=tool,
                title=asked.message,
                arguments=an_object(asked.metadata.get("arguments")),
                labels=an_object(asked.metadata.get("labels")),
                values=an_object(asked.metadata.get("values")),
                expires_at=asked.expires_at,
            )
            yield CardOpened(card=card)
        yield Done(outcome=outcome.type)


def answered(call_id: str, tool: str, content: Mapping[str, Any]) -> ToolAnswered:
    """A tool's one JSON object; what is missing in it is empty."""
    change_id = content.get("change_id")
    return ToolAnswered(
        call_id=call_id,
        tool=tool,
        status=str(content.get("status", "")),
        text=str(content.get("text") or content.get("message") or ""),
        data=an_object(content.get("data")),
        change_id=change_id if isinstance(change_id, int) else None,
    )


def _custom(event: _Event) -> Iterator[Happening]:
    match event.name, event.value:
        case "quick_replies", list() as replies:
            yield QuickReplies(replies=tuple(map(str, replies)))
        case "plan", list() as steps:
            known = [an_object(step) for step in steps]
            told = [(str(e.get("state", "")), str(e.get("title", ""))) for e in known]
            yield PlanTold(steps=tuple(told))
        case "progress", value:
            yield Progress(value=value)
        case _:
            return

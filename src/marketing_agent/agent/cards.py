"""Cards: a write that the agent wants to make, shown to a person who says yes or no.

An open card is an interrupt in the conversation's memory; its answer starts a new run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from marketing_agent.agent.card_words import labels_of, title_of, values_of
from marketing_agent.services.changes import APPROVAL_LIFE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from langchain_core.messages import ToolCall
    from langgraph.types import Interrupt

    from marketing_agent.agent.calling import Calling
    from marketing_agent.agent.results import Json

_MOST_OF_A_REASON: Final = 500


class Decision(BaseModel):
    """A person's answer as the loop resumes with it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    approved: bool
    reason: str = ""
    arguments: dict[str, Any] | None = None
    """The canonical arguments that were approved: those asked for, or an edit."""
    approval_id: str | None = None


class Answer(BaseModel):
    """What a client sends as the payload of an answer; `editedArgs` is AG-UI's name."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, populate_by_name=True
    )

    approved: bool
    edited_args: dict[str, Any] | None = Field(
        default=None, description="With a yes: these arguments instead of the card's."
    )
    reason: str = Field(default="", max_length=_MOST_OF_A_REASON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An open card. The arguments are canonical, and no personal data is in them."""

    id: str
    tool_call_id: str
    tool: str
    title: str
    """In the language of the conversation."""
    arguments: Mapping[str, Any]
    labels: Mapping[str, str]
    """What the arguments are called in that language."""
    values: Mapping[str, str]
    """What their values are called, where that is no name or number."""
    before: Mapping[str, Any] | None
    """The fields as they were when it was asked; None where nothing was there."""
    before_values: Mapping[str, str]
    """What those values are called."""
    expires_at: datetime


def card_of(
    calling: Calling,
    call: ToolCall,
    arguments: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    language: str,
) -> Json:
    """The interrupt's value: plain JSON, since it is kept in the memory."""
    english = calling.toolbox.pages[call["name"]].title
    expires_at = calling.ground.clock() + APPROVAL_LIFE
    return {
        "tool_call_id": call["id"],
        "tool": call["name"],
        "title": title_of(call["name"], english, language),
        "arguments": dict(arguments),
        "labels": dict(labels_of({**(before or {}), **arguments}, language)),
        "values": dict(values_of(arguments, language)),
        "before": None if before is None else dict(before),
        "before_values": dict(values_of(before or {}, language)),
        "expires_at": expires_at.isoformat(),
    }


def cards_in(interrupts: Iterable[Interrupt], calls: list[str]) -> list[Card]:
    """The open cards in the order of the model's calls, not that of the interrupts."""
    cards = [
        Card(
            id=each.id,
            tool_call_id=each.value["tool_call_id"],
            tool=each.value["tool"],
            title=each.value["title"],
            arguments=each.value["arguments"],
            labels=each.value.get("labels", {}),
            values=each.value.get("values", {}),
            before=each.value.get("before"),
            before_values=each.value.get("before_values", {}),
            expires_at=datetime.fromisoformat(each.value["expires_at"]),
        )
        for each in interrupts
    ]
    return sorted(cards, key=lambda card: calls.index(card.tool_call_id))

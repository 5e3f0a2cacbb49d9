"""The conversation as clients see it: the memory's messages in AG-UI's shape."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ag_ui.core import (
    AssistantMessage,
    FunctionCall,
    Message,
    ToolCall,
    ToolMessage,
    UserMessage,
)
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.messages import ToolMessage as ToolAnswer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from langgraph.types import StateSnapshot


def messages_in(state: StateSnapshot) -> list[BaseMessage]:
    """Everything said so far, also answers of tools whose siblings wait at a card."""
    said = list(state.values.get("messages", []))
    known = {each.id for each in said}
    return said + [each for each in not_committed(state) if each.id not in known]


def not_committed(state: StateSnapshot) -> list[BaseMessage]:
    """Answers of tools whose siblings wait at a card.

    A state shows them among its messages, but new input drops them.
    """
    results = [each.result for each in state.tasks if isinstance(each.result, dict)]
    return [each for result in results for each in result.get("messages", [])]


def unanswered(messages: Sequence[BaseMessage]) -> list[dict[str, Any]]:
    """The tool calls that have no answer yet, in the model's order."""
    answered = {each.tool_call_id for each in messages if isinstance(each, ToolAnswer)}
    calls = [
        call
        for each in messages
        if isinstance(each, AIMessage)
        for call in each.tool_calls
    ]
    return [dict(call) for call in calls if call["id"] not in answered]


def as_shown(messages: Iterable[BaseMessage]) -> list[Message]:
    """What the merchant and the agent said, and what the tools answered."""
    shown = (_shown(each) for each in messages)
    return [each for each in shown if each is not None]


def plan_in(messages: Sequence[BaseMessage]) -> list[dict[str, str | None]]:
    """The set-up plan as it was last told; empty if there was none."""
    for message in reversed(messages):
        if isinstance(message, AIMessage) and "plan" in message.additional_kwargs:
            return list(message.additional_kwargs["plan"])
    return []


def quick_replies_in(messages: Sequence[BaseMessage]) -> list[str]:
    """What is offered for an answer: those of the newest message, if the agent's."""
    if messages and isinstance(newest := messages[-1], AIMessage):
        return list(newest.additional_kwargs.get("quick_replies", ()))
    return []


def _shown(message: BaseMessage) -> Message | None:
    match message:
        case HumanMessage():
            return UserMessage(id=str(message.id), content=message.text)
        case AIMessage():
            calls = [tool_call_of(call) for call in message.tool_calls]
            return AssistantMessage(
                id=str(message.id),
                content=message.text or None,
                tool_calls=calls or None,
            )
        case ToolAnswer():
            return ToolMessage(
                id=str(message.id),
                content=message.text,
                tool_call_id=message.tool_call_id,
            )
        case _:
            return None


def tool_call_of(call: Any) -> ToolCall:
    """A call as AG-UI has it: the arguments as a JSON string."""
    arguments = json.dumps(call["args"], ensure_ascii=False)
    return ToolCall(
        id=call["id"], function=FunctionCall(name=call["name"], arguments=arguments)
    )

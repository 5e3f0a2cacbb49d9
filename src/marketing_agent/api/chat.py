"""The agent without a stream: one JSON request, one JSON answer. For curl and scripts.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from marketing_agent.agent.cards import Answer
from marketing_agent.agent.conversations import Conversations
from marketing_agent.agent.run_input import EmptyMessage, RunInput, cleaned
from marketing_agent.api.agent_stream import Id
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.core.callers import Caller

_MOST_ANSWERS = 50


class ChatRequest(BaseModel):
    """A message, or answers to all open cards. Without a thread a new one begins."""

    model_config = ConfigDict(extra="forbid")

    thread_id: Id | None = None
    message: str | None = None
    answers: dict[Id, Answer] = Field(default_factory=dict, max_length=_MOST_ANSWERS)


class ToolUse(BaseModel):
    """A tool that the agent called; `result` is None while its card is open."""

    id: str
    tool: str
    arguments: Any
    result: Any = None


class OpenCard(BaseModel):
    """A write that waits for a yes or no."""

    id: str
    tool: str
    title: str
    arguments: dict[str, Any]
    labels: dict[str, str]
    """What the arguments are called in the language of the conversation."""
    values: dict[str, str]
    """What their values are called; a name or a number is shown as it is."""
    before: dict[str, Any] | None
    """The fields as they are now; None where there is nothing to compare with."""
    before_values: dict[str, str]
    expires_at: datetime


class ChatAnswer(BaseModel):
    """What the agent said and did until it stopped."""

    thread_id: str
    run_id: str
    reply: str
    quick_replies: list[str]
    plan: list[dict[str, str | None]]
    """The set-up plan's steps, if this answer moved it."""
    tools: list[ToolUse]
    cards: list[OpenCard]
    outcome: str
    """`success`, `interrupt` (cards are open) or `cancelled`."""


def chat_router(conversations: Conversations, signed_in: SignedIn) -> APIRouter:
    """The route /api/v1/chat."""
    router = APIRouter(prefix="/api/v1", tags=["agent"])
    calling = Annotated[Caller, Depends(signed_in)]

    @router.post("/chat")
    async def chat(request: ChatRequest, caller: calling) -> ChatAnswer:
        """Say something, or answer the open cards, and wait for the agent."""
        asked = _input(request)
        log = await conversations.runs.start(caller, asked)
        events = [json.loads(body) async for _, body in log.follow()]
        if log.error is not None:
            raise log.error
        return answer_of(asked.thread_id, asked.run_id, events)

    return router


def _input(request: ChatRequest) -> RunInput:
    message = None
    if not request.answers:
        if request.message is None:
            raise EmptyMessage
        message = cleaned(request.message)
    return RunInput(
        thread_id=request.thread_id or str(uuid.uuid4()),
        run_id=str(uuid.uuid4()),
        message=message,
        answers=request.answers,
    )


def answer_of(
    thread_id: str, run_id: str, events: Sequence[dict[str, Any]]
) -> ChatAnswer:
    """A run's events, gathered into one answer."""
    of = {each["type"]: each for each in events}
    outcome = of["RUN_FINISHED"].get("outcome", {"type": "success"})
    replies = [each for each in events if each.get("name") == "quick_replies"]
    plans = [each["value"] for each in events if each.get("name") == "plan"]
    return ChatAnswer(
        thread_id=thread_id,
        run_id=run_id,
        reply=_reply(events),
        quick_replies=replies[-1]["value"] if replies else [],
        plan=plans[-1] if plans else [],
        tools=_tools(events),
        cards=[_card(each) for each in outcome.get("interrupts", ())],
        outcome=outcome["type"],
    )


def _reply(events: Sequence[dict[str, Any]]) -> str:
    texts: dict[str, str] = {}
    for each in events:
        if each["type"] == "TEXT_MESSAGE_CONTENT":
            told = texts.get(each["messageId"], "")
            texts[each["messageId"]] = told + each["delta"]
    return "\n\n".join(texts.values())


def _tools(events: Sequence[dict[str, Any]]) -> list[ToolUse]:
    uses: dict[str, ToolUse] = {}
    for each in events:
        call_id = each.get("toolCallId", "")
        match each["type"]:
            case "TOOL_CALL_START":
                name = each["toolCallName"]
                uses[call_id] = ToolUse(id=call_id, tool=name, arguments={})
            case "TOOL_CALL_ARGS":
                uses[call_id].arguments = json.loads(each["delta"])
            case "TOOL_CALL_RESULT":
                # An approved call of an earlier run has only its result here.
                name = each.get("metadata", {}).get("tool", "")
                use = uses.setdefault(
                    call_id, ToolUse(id=call_id, tool=name, arguments=None)
                )
                use.result = json.loads(each["content"])
    return list(uses.values())


def _card(asked: dict[str, Any]) -> OpenCard:
    return OpenCard(
        id=asked["id"],
        tool=asked["metadata"]["tool"],
        title=asked["message"],
        arguments=asked["metadata"]["arguments"],
        labels=asked["metadata"]["labels"],
        values=asked["metadata"]["values"],
        before=asked["metadata"]["before"],
        before_values=asked["metadata"]["before_values"],
        expires_at=asked["expiresAt"],
    )

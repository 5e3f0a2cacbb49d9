"""The agent over AG-UI 1.0: events as server-sent events, replayable by their number.

From a request only the thread, the run, the last user message and the answers are
taken. History, state, tools and whatever else a client sends are ignored: the server
knows the conversation.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Annotated, Any, Final, Literal

from ag_ui.core import BaseEvent, RunErrorEvent
from fastapi import APIRouter, Depends, Header, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from marketing_agent.agent.cards import Answer
from marketing_agent.agent.conversations import Conversations
from marketing_agent.agent.events import Telling
from marketing_agent.agent.planner.language import ENGLISH
from marketing_agent.agent.run_input import EmptyMessage, RunInput, cleaned
from marketing_agent.agent.run_log import Line, as_line
from marketing_agent.agent.runs import Runs
from marketing_agent.agent.told_errors import message_in
from marketing_agent.api.errors import UnreadableRequest
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.core.callers import Caller
from marketing_agent.core.errors import BadInput, Conflict, MarketingAgentError
from marketing_agent.toolbox.registry import problems_of

_KEEP_ALIVE_S: Final = 15.0
_MOST_ENTRIES: Final = 1_000
Id = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]


class EventStream(StreamingResponse):
    """Server-sent events; the class is what documents the routes."""

    media_type = "text/event-stream"


class ResumeEntry(BaseModel):
    """The answer to one open card."""

    model_config = ConfigDict(extra="ignore")

    interrupt_id: Id = Field(alias="interruptId")
    status: Literal["resolved", "cancelled"]
    payload: Any = None


class RunNames(BaseModel):
    """Which run of which conversation a request is about."""

    model_config = ConfigDict(extra="ignore")

    thread_id: Id = Field(alias="threadId")
    run_id: Id = Field(alias="runId")


class RunAgentInput(RunNames):
    """AG-UI's request, as far as this server reads it."""

    messages: list[Any] = Field(default_factory=list, max_length=_MOST_ENTRIES)
    resume: list[ResumeEntry] | None = None


class AgentDescription(BaseModel):
    """Who answers, said openly."""

    model: str
    built_in: bool
    protocol: Literal["ag-ui"] = "ag-ui"
    protocol_version: str = "1.0"


def agent_router(conversations: Conversations, signed_in: SignedIn) -> APIRouter:
    """The routes under /api/v1/agent."""
    router = APIRouter(prefix="/api/v1/agent", tags=["agent"])
    calling = Annotated[Caller, Depends(signed_in)]
    runs = conversations.runs

    @router.get("")
    async def describe(_caller: calling) -> AgentDescription:
        """Which model or planner answers."""
        return AgentDescription(
            model=conversations.model_name, built_in=conversations.built_in
        )

    @router.post("", response_class=EventStream, responses=_EVENTS, openapi_extra=_BODY)
    async def run_agent(request: Request, caller: calling) -> EventStream:
        """Say something, or answer the open cards; the answer is a stream of events.

        A disconnect does not stop the run: reconnect to its events.
        """
        body = await request.body()
        try:
            log = await runs.start(caller, _read(body))
        except (BadInput, Conflict) as error:
            language = await _language(runs, caller, body)
            return _stream(_refused(body, message_in(language, error), error))
        return _stream(log.follow())

    @router.get("/runs/{run_id}/events", response_class=EventStream, responses=_EVENTS)
    async def replay(
        run_id: Id,
        caller: calling,
        last_event_id: Annotated[int, Header(ge=0, le=2**31 - 1)] = 0,
    ) -> EventStream:
        """The events of a run after the one named by Last-Event-ID, to its end."""
        return _stream(await runs.follow(caller, run_id, last_event_id))

    @router.post("/runs/{run_id}/cancel", status_code=202)
    async def cancel(run_id: Id, caller: calling) -> dict[str, str]:
        """Stop a run. What it has done stands."""
        await runs.cancel(caller, run_id)
        return {"status": "stopping"}

    return router


def _read(body: bytes) -> RunInput:
    """Raises a BadInput that names the field."""
    try:
        return _read_input(RunAgentInput.model_validate_json(body))
    except ValidationError as error:
        raise UnreadableRequest(problems=problems_of(error.errors())) from None


def _read_input(read: RunAgentInput) -> RunInput:
    if read.resume and not _steers_away(read):
        answers = {each.interrupt_id: _answer(each) for each in read.resume}
        return RunInput(thread_id=read.thread_id, run_id=read.run_id, answers=answers)
    message_id, text = _last_message(read.messages)
    return RunInput(
        thread_id=read.thread_id,
        run_id=read.run_id,
        message=cleaned(text),
        message_id=message_id,
    )


def _steers_away(read: RunAgentInput) -> bool:
    """Whether all cards are given up for a new message.

    A client may not write over open interrupts without cancelling them in the same
    request; the message is what the merchant means.
    """
    newest = read.messages[-1] if read.messages else None
    written = isinstance(newest, dict) and newest.get("role") == "user"
    return written and all(each.status == "cancelled" for each in read.resume or ())


def _answer(entry: ResumeEntry) -> Answer:
    """An abandoned card is a no."""
    if entry.status == "cancelled":
        return Answer(approved=False)
    return Answer.model_validate(entry.payload)


class _UserMessage(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: Id | None = None
    role: Literal["user"]
    content: str | list[dict[str, Any]]

    @property
    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content
        texts = [part.get("text") for part in self.content]
        return "\n".join(text for text in texts if isinstance(text, str))


def _last_message(messages: list[Any]) -> tuple[str | None, str]:
    """Only the newest message counts, and only if a person wrote it."""
    if not messages:
        raise EmptyMessage
    said = _UserMessage.model_validate(messages[-1])
    return said.id, said.text


async def _language(runs: Runs, caller: Caller, body: bytes) -> str:
    """Of the conversation; a request that cannot be read is a program's: English."""
    try:
        read = RunAgentInput.model_validate_json(body)
    except ValidationError:
        return ENGLISH
    said = None
    with suppress(ValidationError, EmptyMessage):
        _, said = _last_message(read.messages)
    return await runs.language(caller, read.thread_id, said)


async def _refused(
    body: bytes, message: str, error: MarketingAgentError
) -> AsyncIterator[Line]:
    """A run that never began, told as one that failed, by its name if it has one."""
    told: list[BaseEvent] = []
    with suppress(ValidationError):
        names = RunNames.model_validate_json(body)
        Telling(names.thread_id, names.run_id, told.append).started()
    told.append(RunErrorEvent(message=message, code=type(error).__name__))
    for number, event in enumerate(told, start=1):
        yield number, as_line(event)


def _stream(lines: AsyncIterator[Line]) -> EventStream:
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return EventStream(as_sse(lines), headers=headers)


async def as_sse(
    lines: AsyncIterator[Line], keep_alive_s: float = _KEEP_ALIVE_S
) -> AsyncIterator[str]:
    """Each event with its number; a comment now and then, so that proxies wait."""
    following = aiter(lines)
    while True:
        coming = asyncio.ensure_future(anext(following, None))
        try:
            while not (await asyncio.wait([coming], timeout=keep_alive_s))[0]:
                yield ": waiting\n\n"
        finally:
            if not coming.done():
                coming.cancel()
        line = coming.result()
        if line is None:
            return
        yield f"id: {line[0]}\ndata: {line[1]}\n\n"


_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": RunAgentInput.model_json_schema()}},
    }
}
_EVENTS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "AG-UI events, each with its number",
        "content": {
            "text/event-stream": {
                "schema": {
                    "type": "object",
                    "required": ["id", "data"],
                    "properties": {
                        "id": {"type": "string"},
                        "data": {"type": "string"},
                    },
                }
            }
        },
    }
}

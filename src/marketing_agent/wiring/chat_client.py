"""A client of the chat API: say something, answer cards, follow what happens.

It speaks AG-UI 1.0 over server-sent events and reconnects by itself. What goes wrong
is an error of one line that says what to do.
"""

from __future__ import annotations

import asyncio
import uuid
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx
from httpx_sse import EventSource
from pydantic import TypeAdapter, ValidationError

from marketing_agent.core.errors import MarketingAgentError, NotAllowed, NotFound
from marketing_agent.wiring.chat_pages import (
    ThreadLine,
    ThreadPage,
    ToolOffered,
    WhoAnswers,
)
from marketing_agent.wiring.chat_reading import NotAnAgent, Reading
from marketing_agent.wiring.foreign_text import Json, an_object, visible

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence

    from marketing_agent.wiring.chat_events import Happening

_TIMEOUT: Final = httpx.Timeout(20.0, read=50.0)
"""The server says something every 15 s; three times nothing is a broken connection."""
PAUSES_S: Final = (0.1, 0.3, 1.0, 2.0, 4.0)
"""Before each attempt to reconnect without having heard anything in between."""
_OK: Final = 200
_SERVER_FAULTS: Final = 500


class NoServer(MarketingAgentError):
    """Nothing answers at {url}. Start `marketing-agent serve`, or use --demo."""


class TokenRefused(NotAllowed):
    """The token is not accepted. `marketing-agent merchants token` prints a new one."""


class NoSuchThread(NotFound):
    """There is no conversation "{name}" of yours. Leave out --thread for a new one."""


class ConnectionLost(MarketingAgentError):
    """The connection broke. What was done stands; go on with --thread {thread}."""


class Refused(MarketingAgentError):
    """{said}."""


@dataclass(slots=True, kw_only=True)
class ChatClient:
    """One person's way to the agent; `thread_id` is the conversation that goes on.

    Every method raises NoServer, NotAnAgent, TokenRefused, NoSuchThread, Refused, and
    those that follow a run ConnectionLost.
    """

    http: httpx.AsyncClient
    thread_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    run_ids: list[str] = field(default_factory=list)
    """Of this client, the latest last."""
    pauses_s: Sequence[float] = PAUSES_S
    _tools: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Go on with a new conversation."""
        self.thread_id = str(uuid.uuid4())

    def say(self, text: str) -> AsyncGenerator[Happening, None]:
        """Say something; the answer as it comes. Open cards are superseded."""
        message = {"id": str(uuid.uuid4()), "role": "user", "content": text}
        return self._run({"messages": [message]})

    def answer(self, answers: Mapping[str, Json]) -> AsyncGenerator[Happening, None]:
        """Answer all open cards: `{card id: {"approved": bool, ...}}`."""
        resume = [
            {"interruptId": card_id, "status": "resolved", "payload": payload}
            for card_id, payload in answers.items()
        ]
        return self._run({"messages": [], "resume": resume})

    def follow(self, run_id: str) -> AsyncGenerator[Happening, None]:
        """A run that is going on already, from its first event."""
        self.run_ids.append(run_id)
        return self._followed(run_id, None)

    async def cancel(self) -> None:
        """Stop the latest run, which then ends as cancelled; what it did stands."""
        await self._asked("POST", f"/api/v1/agent/runs/{self.run_ids[-1]}/cancel")

    def tool_of(self, call_id: str) -> str:
        """The tool of a call that a stream or the history has named; else empty."""
        return self._tools.get(call_id, "")

    async def who_answers(self) -> WhoAnswers:
        """Which model or planner."""
        told: WhoAnswers = await self._got("/api/v1/agent", WhoAnswers)
        return told

    async def tools(self) -> dict[str, ToolOffered]:
        """What the agent may use, by name."""
        offered = await self._got("/api/v1/tools", list[ToolOffered])
        return {each.name: each for each in offered}

    async def threads(self) -> list[ThreadLine]:
        """This person's conversations, the latest first."""
        listed: list[ThreadLine] = await self._got("/api/v1/threads", list[ThreadLine])
        return listed

    async def history(self) -> ThreadPage:
        """The conversation as it stands."""
        page: ThreadPage = await self._got(
            f"/api/v1/threads/{self.thread_id}", ThreadPage
        )
        self._tools |= _named_in(page.messages)
        return page

    def _run(self, said: Json) -> AsyncGenerator[Happening, None]:
        run_id = str(uuid.uuid4())
        self.run_ids.append(run_id)
        body = {"threadId": self.thread_id, "runId": run_id, **said}
        return self._followed(run_id, body)

    async def _followed(
        self, run_id: str, body: Json | None
    ) -> AsyncGenerator[Happening, None]:
        """Until the run has ended, over as many connections as it takes."""
        reading = Reading(self._url, self._tools)
        pauses = iter(self.pauses_s)
        while not reading.ended:
            before = reading.last_id
            try:
                async with self._connected(run_id, body, reading.last_id) as source:
                    async for event in source.aiter_sse():
                        for happening in reading.read(event.id, event.data):
                            yield happening
            except httpx.TransportError:
                pass
            if reading.last_id > before:
                pauses = iter(self.pauses_s)
            if not reading.ended:
                await self._wait(next(pauses, None))

    async def _wait(self, pause: float | None) -> None:
        if pause is None:
            raise ConnectionLost(thread=self.thread_id)
        await asyncio.sleep(pause)

    @asynccontextmanager
    async def _connected(
        self, run_id: str, body: Json | None, last_id: int
    ) -> AsyncIterator[EventSource]:
        """Without an event so far the request is sent again: a run starts only once."""
        if body is not None and last_id == 0:
            asked = self.http.build_request("POST", "/api/v1/agent", json=body)
        else:
            place = {"Last-Event-ID": str(last_id)}
            path = f"/api/v1/agent/runs/{run_id}/events"
            asked = self.http.build_request("GET", path, headers=place)
        answer = await self.http.send(asked, stream=True)
        try:
            if answer.status_code >= _SERVER_FAULTS:
                raise httpx.RemoteProtocolError("the server is not ready")
            if answer.status_code != _OK:
                await answer.aread()
                raise self._error(answer)
            if "event-stream" not in answer.headers.get("content-type", ""):
                raise NotAnAgent(url=self._url)
            yield EventSource(answer)
        finally:
            await answer.aclose()

    async def _got(self, path: str, shape: Any) -> Any:
        answer = await self._asked("GET", path)
        try:
            return TypeAdapter(shape).validate_python(visible(answer.json()))
        except (ValueError, ValidationError):
            raise NotAnAgent(url=self._url) from None

    async def _asked(self, method: str, path: str) -> httpx.Response:
        try:
            answer = await self.http.request(method, path)
        except (httpx.TransportError, httpx.InvalidURL):
            raise NoServer(url=self._url) from None
        if not answer.is_success:
            raise self._error(answer)
        return answer

    def _error(self, answer: httpx.Response) -> MarketingAgentError:
        said = an_object(answer.text)
        match answer.status_code, said.get("message"):
            case httpx.codes.UNAUTHORIZED, _:
                return TokenRefused(url=self._url)
            case httpx.codes.NOT_FOUND, str():
                return NoSuchThread(noun="conversation", name=self.thread_id)
            case _, str() as message:
                return Refused(said=message.rstrip("."))
            case _:
                return NotAnAgent(url=self._url)

    @property
    def _url(self) -> str:
        return str(self.http.base_url).rstrip("/")


@asynccontextmanager
async def open_chat(
    url: str, token: str, thread_id: str | None = None
) -> AsyncIterator[ChatClient]:
    """A client until the block ends.

    Raises NoServer for what is no address, and TokenRefused for what is no token.
    """
    if not (token.isascii() and token.isprintable()):
        raise TokenRefused(url=url)
    try:
        http = httpx.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=_TIMEOUT,
        )
    except httpx.InvalidURL:
        raise NoServer(url=url) from None
    async with http:
        client = ChatClient(http=http)
        client.thread_id = thread_id or client.thread_id
        yield client


def _named_in(messages: Sequence[Json]) -> dict[str, str]:
    """The tools of a conversation by their calls."""
    calls = [call for each in messages for call in each.get("toolCalls") or ()]
    return {
        str(call.get("id")): str(an_object(call.get("function")).get("name", ""))
        for call in calls
    }

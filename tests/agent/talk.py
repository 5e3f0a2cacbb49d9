"""A merchant talks to the agent through the chat API, and sees what comes back."""

from __future__ import annotations

import itertools
import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.desk import open_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import httpx
    from langchain_core.language_models import BaseChatModel

    from marketing_agent.core.callers import Caller
    from tests.desk import Desk

Json = dict[str, Any]
YES: Json = {"approved": True}
NO: Json = {"approved": False}
QR_CODE: Json = {"name": "Newsletter", "email_variable": "{{ email }}"}


_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Heard:
    """One run as a client receives it."""

    wire: str
    events: list[Json]

    @property
    def text(self) -> str:
        """What the agent said."""
        said = [e["delta"] for e in self.events if e["type"] == "TEXT_MESSAGE_CONTENT"]
        return "".join(said)

    @property
    def results(self) -> list[Json]:
        """What the tools answered."""
        told = [e for e in self.events if e["type"] == "TOOL_CALL_RESULT"]
        return [json.loads(each["content"]) for each in told]

    @property
    def statuses(self) -> list[str]:
        """How the tool calls ended."""
        return [each["status"] for each in self.results]

    @property
    def cards(self) -> list[Json]:
        """What waits for a yes or no."""
        outcome = self.events[-1].get("outcome") or {}
        return list(outcome.get("interrupts", []))

    @property
    def error(self) -> str | None:
        """The class of the error that ended the run."""
        last = self.events[-1]
        return last["code"] if last["type"] == "RUN_ERROR" else None


def heard(wire: str) -> Heard:
    """Read a stream of server-sent events."""
    blocks = [block for block in wire.split("\n\n") if block.startswith("id: ")]
    return Heard(wire, [json.loads(block.split("data: ", 1)[1]) for block in blocks])


@dataclass(slots=True)
class Talk:
    """One conversation of one person."""

    desk: Desk
    caller: Caller
    thread: str = "thread-1"

    async def say(self, text: Any, *, run: str | None = None) -> Heard:
        """Send a message and hear the whole run."""
        said = {"id": f"m-{next(_NUMBERS)}", "role": "user", "content": text}
        return await self.send({"messages": [said]}, run=run)

    async def answer(
        self, answers: dict[str, Json], *, run: str | None = None
    ) -> Heard:
        """Answer cards by their id."""
        resume = [
            {"interruptId": card, "status": "resolved", "payload": payload}
            for card, payload in answers.items()
        ]
        return await self.send({"resume": resume}, run=run)

    async def send(self, body: Json, *, run: str | None = None) -> Heard:
        """Send this request and hear the whole run."""
        run_id = run or f"run-{next(_NUMBERS)}"
        request = {"threadId": self.thread, "runId": run_id, "messages": []} | body
        answer = await self.desk.post("/api/v1/agent", request, self.caller)
        assert answer.status_code == 200, answer.text
        return heard(answer.text)

    async def request(self, method: str, path: str) -> httpx.Response:
        """Another request of the same person."""
        token = self.desk.tokens.token_for(self.caller)
        headers = {"Authorization": f"Bearer {token}"}
        return await self.desk.http.request(method, path, headers=headers)

    async def reload(self) -> Json:
        """The conversation as it stands."""
        answer = await self.request("GET", f"/api/v1/threads/{self.thread}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def qr_codes(self) -> list[str]:
        """The names of the merchant's custom QR codes."""
        shown = await self.desk.block("show_qr_links")
        return [each["name"] for each in shown["qr_links"]]


@asynccontextmanager
async def talking_to(
    model: BaseChatModel, database_url: str, **caller: Any
) -> AsyncIterator[Talk]:
    """A desk whose chat this model answers, and the owner in front of it."""
    async with open_desk(database_url, model=model) as desk:
        yield Talk(desk, desk.caller(**caller))

"""The official AG-UI client in front of a desk that is served on a port."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ag_ui_validate.transport import TransportOptions, validate_body
from ag_ui_validate.types import SeverityOrOff, ValidatorOptions

from marketing_agent.wiring.serving import bound, serving
from tests.agui.node import run_script
from tests.desk import open_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx

    from marketing_agent.agent.scripted import ScriptedChatModel
    from tests.desk import Desk

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """What the client made of one run."""

    told: Json

    @property
    def run_id(self) -> str:
        """The run's id, that the client chose."""
        return str(self.told["runId"])

    @property
    def types(self) -> list[str]:
        """The types of the events that the client understood."""
        return [each["type"] for each in self.told["events"]]

    @property
    def outcome(self) -> str | None:
        """How the run ended, in the client's words; None when it has not."""
        return self.told["outcome"]

    @property
    def error(self) -> str | None:
        """What the client threw."""
        return self.told["error"]

    @property
    def pending(self) -> list[Json]:
        """The interrupts that the client holds open."""
        return list(self.told["pending"])

    @property
    def said(self) -> list[tuple[str, str | None]]:
        """The client's conversation: who said what."""
        return [(each["role"], each.get("content")) for each in self.told["messages"]]

    @property
    def results(self) -> dict[str, Json]:
        """What the tools answered in this run, by call."""
        told = [e for e in self.told["events"] if e["type"] == "TOOL_CALL_RESULT"]
        return {each["toolCallId"]: json.loads(each["content"]) for each in told}

    @property
    def message_ids(self) -> list[str]:
        """The ids of the client's conversation."""
        return [each["id"] for each in self.told["messages"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A desk on a port, and what a client needs to reach it."""

    desk: Desk
    url: str
    packages: Path

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """A GET of the owner."""
        token = self.desk.tokens.token_for(self.desk.caller())
        headers |= {"Authorization": f"Bearer {token}"}
        return await self.desk.http.get(path, headers=headers)

    async def play(self, *steps: Json, thread: str = "t-1", **given: Any) -> list[Turn]:
        """A client of its own plays these steps; every whole stream is valid."""
        token = self.desk.tokens.token_for(self.desk.caller())
        play = {
            "packages": str(self.packages),
            "url": f"{self.url}/api/v1/agent",
            "token": token,
            "threadId": thread,
            "steps": steps,
        }
        turns = [Turn(told) for told in await run_script(SCRIPT, play | given)]
        for turn, step in zip(turns, steps, strict=True):
            if "leaveAfter" not in step:
                await assert_conforms(turn.told["wire"], turn.told["contentType"])
        return turns


SCRIPT = "official_client.mjs"


@asynccontextmanager
async def open_counter(
    model: ScriptedChatModel, database_url: str, packages: Path
) -> AsyncIterator[Counter]:
    """Serve a desk whose chat this model answers.

    Its clock tells the real time once: the client compares the cards' ends with its
    own clock.
    """
    async with open_desk(database_url, model=model) as desk:
        desk.clock.now = datetime.now(UTC)
        async with serving(desk.app, bound("127.0.0.1", 0)) as url:
            yield Counter(desk=desk, url=url, packages=packages)
            assert not model.failures


RULES_OFF: dict[str, SeverityOrOff] = {
    # A result names a call of the same stream. The specification wants the contrary
    # for cards (interrupts.mdx, "Tool-bound interrupts"): the run that resumes does
    # not start the call again, and tells its result under the first run's call id.
    "AGUI207": "off",
}


async def assert_conforms(wire: str, content_type: str) -> None:
    """`ag-ui-validate` finds no error and no warning in this stream."""

    async def body() -> AsyncIterator[bytes]:
        yield wire.encode()

    rules = ValidatorOptions(severity_overrides=RULES_OFF)
    options = TransportOptions(validator=rules, recorded=True)
    report = (await validate_body(body(), content_type, options)).report
    found = [each for each in report.diagnostics if each.severity != "info"]
    assert report.summary.errors == report.summary.warnings == 0, found

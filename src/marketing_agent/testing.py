"""The toolkit for test authors: a model that plays a script, and a shop to talk in.

`pytest_plugins = ["marketing_agent.testing"]` gives the fixtures; pytest has to be
installed. `scripted_shop` needs nothing else: it starts everything on free ports.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import httpx
import pytest

from marketing_agent.agent.models import ModelInUse
from marketing_agent.agent.scripted import (
    BrokenOff,
    ScriptedChatModel,
    ScriptFailed,
    Step,
    call,
    together,
    unknown_call,
)

if TYPE_CHECKING:
    from marketing_agent.wiring.demo import Demo

__all__ = [
    "BrokenOff",
    "ScriptFailed",
    "ScriptedChatModel",
    "ScriptedModel",
    "ScriptedShop",
    "Step",
    "call",
    "scripted_model",
    "scripted_shop",
    "together",
    "unknown_call",
]

ScriptedModel: TypeAlias = Callable[..., ScriptedChatModel]
Json: TypeAlias = dict[str, Any]
_PATIENCE_S = 60.0


@pytest.fixture
def scripted_model() -> Iterator[ScriptedModel]:
    """Make models by `scripted_model(step, ...)`; each must be played to its end."""
    made: list[ScriptedChatModel] = []

    def make(*steps: Step) -> ScriptedChatModel:
        made.append(ScriptedChatModel(steps))
        return made[-1]

    yield make
    for model in made:
        model.assert_done()


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptedShop:
    """A whole shop on this machine whose chat a script answers; you are its owner."""

    demo: Demo
    http: httpx.AsyncClient

    async def say(self, text: str, thread_id: str = "test") -> Json:
        """Write in the chat: `reply`, `tools`, `cards` and so on (`/api/v1/chat`)."""
        return await self._post("chat", {"thread_id": thread_id, "message": text})

    async def answer(self, answers: dict[str, bool], thread_id: str = "test") -> Json:
        """Answer all open cards by their id: True approves."""
        given = {card: {"approved": yes} for card, yes in answers.items()}
        return await self._post("chat", {"thread_id": thread_id, "answers": given})

    async def look(self, tool: str, **arguments: Any) -> Json:
        """The block that a reading tool gives, past the chat."""
        answer = await self._post(f"tools/{tool}", {"arguments": arguments})
        return dict(answer["block"])

    async def _post(self, path: str, body: Json) -> Json:
        answer = await self.http.post(f"/api/v1/{path}", json=body)
        assert answer.is_success, answer.text
        return dict(answer.json())


@asynccontextmanager
async def scripted_shop(model: ScriptedChatModel) -> AsyncIterator[ScriptedShop]:
    """A demo of its own with sandboxed platforms; `model` answers in its chat."""
    # Only whoever opens a shop pays for importing one.
    from marketing_agent.settings import Settings  # noqa: PLC0415
    from marketing_agent.wiring.demo import running_demo  # noqa: PLC0415

    scripted = ModelInUse(name="scripted", chat_model=model, built_in=False)
    async with (
        running_demo(Settings.model_construct(), model=scripted) as demo,
        httpx.AsyncClient(
            base_url=demo.url,
            headers={"Authorization": f"Bearer {demo.token}"},
            timeout=_PATIENCE_S,
        ) as http,
    ):
        yield ScriptedShop(demo=demo, http=http)

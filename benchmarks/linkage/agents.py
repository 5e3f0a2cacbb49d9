"""Who answers in the chat: the built-in planner, a language model, or a baseline."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from langchain_core.messages import AIMessage, ToolMessage

from benchmarks.linkage.environment import Agent
from marketing_agent.agent.models import BUILT_IN, ModelInUse, open_configured
from marketing_agent.agent.planner import built_in_planner
from marketing_agent.agent.scripted import ScriptedChatModel, call
from marketing_agent.settings import Settings
from marketing_agent.toolbox.catalogue import BINDINGS
from marketing_agent.toolbox.pages import tool_pages
from marketing_agent.toolbox.registry import Toolbox
from marketing_agent.wiring.language_model import model_settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from langchain_core.messages import BaseMessage

AGENTS: Final = ("planner", "model", "always_qr")
_DIAGNOSIS: Final = "diagnose_linkage"
_MOST_STEPS: Final = 60
_QR: Final = {"name": "Newsletter", "email_variable": "{{ email }}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agents:
    """Makes the agent of each environment."""

    model: Callable[[], ModelInUse]
    toolbox: Toolbox

    def new(self) -> Agent:
        """An agent that has said nothing yet."""
        return Agent(model=self.model(), toolbox=self.toolbox)


@asynccontextmanager
async def open_agents(name: str, *, diagnosis: bool = True) -> AsyncIterator[Agents]:
    """The agents of this name. Raises SystemExit where no model is configured."""
    toolbox = _toolbox(diagnosis=diagnosis)
    if name == "always_qr":
        yield Agents(model=_always_qr, toolbox=toolbox)
        return
    if name == "planner":
        planner = built_in_planner()
        built_in = ModelInUse(name=BUILT_IN, chat_model=planner, built_in=True)
        yield Agents(model=lambda: built_in, toolbox=toolbox)
        return
    settings = model_settings(Settings())
    if settings is None:
        raise SystemExit("Set MODEL_URL and MODEL_NAME (and MODEL_API_KEY) first.")
    async with open_configured(settings) as model:
        yield Agents(model=lambda: model, toolbox=toolbox)


def _toolbox(*, diagnosis: bool) -> Toolbox:
    left_out = frozenset() if diagnosis else frozenset({_DIAGNOSIS})
    pages = {k: page for k, page in tool_pages().items() if k not in left_out}
    tools = tuple(each for each in BINDINGS if each.name not in left_out)
    return Toolbox(tools, pages)


def _always_qr() -> ModelInUse:
    model = ScriptedChatModel([_propose_qr] * _MOST_STEPS)
    return ModelInUse(name="always_qr", chat_model=model, built_in=True)


def _propose_qr(messages: list[BaseMessage]) -> str | AIMessage:
    """Once it was answered it says so; to every message of a person it proposes."""
    if isinstance(messages[-1], ToolMessage):
        return "The custom QR code is what you need."
    return call("create_qr_link", **_QR)

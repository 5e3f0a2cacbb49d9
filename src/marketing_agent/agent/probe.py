"""What a configured model can do, found out before a merchant depends on it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.models import (
    ModelThrottled,
    ModelTooSlow,
    ModelUnreachable,
    ModelWithoutTools,
)
from marketing_agent.core.errors import MarketingAgentError, SetupMissing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk

PATIENCE_S: Final = 20.0
_NOBODY: Final = (ModelUnreachable, ModelTooSlow, ModelThrottled)
_TOOL: Final[dict[str, Any]] = {
    "type": "function",
    "function": {
        "name": "report_number",
        "description": "Report a number.",
        "parameters": {
            "type": "object",
            "properties": {"number": {"type": "integer"}},
            "required": ["number"],
        },
    },
}
_CALL_IT: Final = "Call the tool report_number with the number 7."
_COUNT: Final = "Count from one to ten in words."


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What two requests have shown."""

    answers: bool
    calls_tools: bool = False
    streams: bool = False
    """Whether an answer came in more than one piece."""
    reports_usage: bool = False
    """Whether a streamed answer says how many tokens it took; it may not."""
    failure: MarketingAgentError | None = None
    """The first thing that went wrong."""

    @property
    def detail(self) -> str:
        """One line for an operator."""
        if not self.answers:
            return self.failure.message if self.failure else "no answer"
        told = {
            "calls tools": self.calls_tools,
            "streams": self.streams,
            "reports its usage": self.reports_usage,
        }
        return ", ".join(
            f"{what}: {'yes' if it else 'no'}" for what, it in told.items()
        )

    def require(self, name: str) -> None:
        """Refuse a model that a person has to replace or set up differently.

        Raises SetupMissing. A model that is only out of reach just now passes.
        """
        if not self.answers and isinstance(self.failure, SetupMissing):
            raise self.failure
        if self.answers and not self.calls_tools:
            raise ModelWithoutTools(name=name)


async def probe(model: BaseChatModel, *, seconds: float = PATIENCE_S) -> Capabilities:
    """Ask for one forced tool call and one plain answer: at most two requests.

    The second is left out when the first shows that nobody answers. Each may take half
    of `seconds`. What the model's side does wrong is in `failure`; bugs are raised.
    """
    try:
        calls, failure = await _calls_tools(model, seconds / 2), None
    except _NOBODY as error:
        return Capabilities(answers=False, failure=error)
    except MarketingAgentError as error:
        calls, failure = False, error
    try:
        told = await _tells(model, seconds / 2)
    except MarketingAgentError as error:
        return Capabilities(answers=calls, calls_tools=calls, failure=failure or error)
    return Capabilities(
        answers=True,
        calls_tools=calls,
        streams=sum(bool(chunk.text) for chunk in told) > 1,
        reports_usage=any(chunk.usage_metadata for chunk in told),
        failure=failure,
    )


async def _calls_tools(model: BaseChatModel, seconds: float) -> bool:
    asked = model.bind_tools([_TOOL], tool_choice=_TOOL["function"]["name"])
    async with _at_most(seconds):
        answer = await asked.ainvoke(_CALL_IT)
    calls = [(call["name"], set(call["args"])) for call in answer.tool_calls]
    return calls == [(_TOOL["function"]["name"], {"number"})]


async def _tells(model: BaseChatModel, seconds: float) -> list[AIMessageChunk]:
    async with _at_most(seconds):
        return [chunk async for chunk in model.astream(_COUNT)]


@asynccontextmanager
async def _at_most(seconds: float) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise ModelTooSlow from None

"""Every tool call of the loop: reads at once, writes after a person's answer.

This is flow control. The boundary is the service behind it: a write without an approval
for exactly these arguments is refused there, whatever happens here. Our own middleware
and not LangChain's: `docs/decisions/0011-cards-of-our-own.md`.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final, cast

from langchain.agents.middleware import AgentMiddleware, AgentState
from langchain_core.messages import ToolCall, ToolMessage
from langchain_core.tools import StructuredTool
from langgraph.types import interrupt

from marketing_agent.agent.calling import Calling
from marketing_agent.agent.card_words import language_of
from marketing_agent.agent.cards import Decision, card_of
from marketing_agent.agent.results import (
    Status,
    as_content,
    done,
    failed,
    masked_arguments,
    not_done,
)
from marketing_agent.agent.told_schema import told_schema
from marketing_agent.core.errors import (
    DatabaseUnavailable,
    MarketingAgentError,
    NotFound,
)
from marketing_agent.toolbox.pages import Effect

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from langchain.agents.middleware.types import ToolCallRequest
    from langgraph.types import Command

    from marketing_agent.agent.results import Json
    from marketing_agent.toolbox.registry import Tool, Toolbox

_MOST_OF_A_NAME: Final = 40


def as_langchain(toolbox: Toolbox, tools: list[Tool]) -> list[StructuredTool]:
    """The tools as a model is told about them; `ToolCalls` is what carries them out.

    Of a page a model reads the first paragraph: people and `docs/` have the rest.
    """
    return [
        StructuredTool(
            name=tool.name,
            description=toolbox.pages[tool.name].body.partition("\n\n")[0],
            args_schema=told_schema(tool.takes),
            coroutine=_never_reached,
        )
        for tool in tools
    ]


async def _never_reached(**_arguments: Any) -> str:
    raise AssertionError("ToolCalls answers every tool call")


class ToolCalls(AgentMiddleware[AgentState[Any], Calling]):
    """Answers each tool call of the model with one JSON object."""

    async def awrap_tool_call(
        self,
        request: ToolCallRequest,
        handler: Callable[[ToolCallRequest], Awaitable[ToolMessage | Command[Any]]],
    ) -> ToolMessage | Command[Any]:
        """Stops the run at a card for a write. Bugs and a lost database go through."""
        del handler  # it would bypass the toolbox
        calling = cast("Calling", request.runtime.context)
        said = await _answered(calling, request)
        return as_message(request.tool_call, said, calling.phone_region)


def as_message(call: ToolCall, said: Json, region: str) -> ToolMessage:
    """The ToolMessage of a call."""
    return ToolMessage(
        id=str(uuid.uuid4()),
        content=as_content(said, region),
        name=call["name"],
        tool_call_id=call["id"],
        status="success" if said["status"] == Status.DONE else "error",
    )


async def _answered(calling: Calling, request: ToolCallRequest) -> Json:
    call = request.tool_call
    try:
        tool = _offered(calling, call["name"])
        if tool.effect is Effect.WRITE:
            language = language_of(request.state["messages"])
            return await _written(calling, call, language)
        result = await calling.toolbox.call(
            calling.ground, calling.caller, tool.name, call["args"]
        )
        return done(result)
    except DatabaseUnavailable:
        raise
    except MarketingAgentError as error:
        return failed(error)


def _offered(calling: Calling, name: str) -> Tool:
    for tool in calling.toolbox.offered_to(calling.caller):
        if tool.name == name:
            return tool
    raise NotFound(noun="tool", name=name[:_MOST_OF_A_NAME])


async def _written(calling: Calling, call: ToolCall, language: str) -> Json:
    """Nobody is asked about arguments that could never be carried out."""
    toolbox, ground = calling.toolbox, calling.ground
    arguments = toolbox.checked(ground, call["name"], call["args"])
    before = await _before(calling, call["name"], arguments)
    answer = interrupt(card_of(calling, call, arguments, before, language))
    decision = Decision.model_validate(answer)
    if not decision.approved:
        return not_done(Status.REJECTED, decision.reason)
    edited = _edited(arguments, decision.arguments)
    result = await toolbox.call(
        ground,
        calling.caller,
        call["name"],
        arguments if edited is None else edited,
        approval_id=decision.approval_id,
    )
    return done(result, ran_instead=edited)


async def _before(
    calling: Calling, tool: str, arguments: Mapping[str, Any]
) -> Mapping[str, Any] | None:
    """The fields as they are; what cannot be done says why when it is approved."""
    try:
        outlook = await calling.toolbox.outlook(
            calling.ground, calling.caller, tool, arguments
        )
    except DatabaseUnavailable:
        raise
    except MarketingAgentError:
        return None
    if outlook.before is None:
        return None
    return masked_arguments(outlook.before, calling.phone_region)


def _edited(
    asked: Mapping[str, Any], answered: Mapping[str, Any] | None
) -> Mapping[str, Any] | None:
    return None if answered is None or answered == asked else answered

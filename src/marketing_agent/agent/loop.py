"""The loop: a model that plans, the tools it may call, and the limits of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    AgentState,
    ModelRequest,
    ModelResponse,
)
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    trim_messages,
)

from marketing_agent.agent.calling import Calling
from marketing_agent.agent.models import ModelAnswerUnreadable
from marketing_agent.agent.prompts import prompt
from marketing_agent.agent.repair import call_ids, repaired
from marketing_agent.agent.results import masked_arguments
from marketing_agent.agent.run_input import visible
from marketing_agent.agent.token_counts import tokens_of
from marketing_agent.agent.tool_calls import ToolCalls, as_langchain
from marketing_agent.core.errors import Conflict
from marketing_agent.core.masked_text import masked_text
from marketing_agent.services import token_budget

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.graph.state import CompiledStateGraph

    from marketing_agent.agent.models import ModelInUse
    from marketing_agent.core.callers import Caller
    from marketing_agent.toolbox.registry import Toolbox

_MOST_MODEL_CALLS: Final = 12
"""Answers to one message of a person, cards included."""
_MOST_MESSAGES: Final = 80
"""What a language model is shown of a long conversation; the built-in planner replays
all of it."""


class WentInCircles(Conflict):
    """The agent went in circles and was stopped. Ask for one thing, in other words."""


class Loops:
    """The compiled loop for each kind of caller: a viewer is offered no writes."""

    def __init__(
        self, toolbox: Toolbox, model: ModelInUse, memory: BaseCheckpointSaver[Any]
    ) -> None:
        self._toolbox = toolbox
        self._model = model
        self._memory = memory
        self._compiled: dict[bool, CompiledStateGraph[Any, Calling, Any, Any]] = {}

    def of(self, caller: Caller) -> CompiledStateGraph[Any, Calling, Any, Any]:
        """The loop over the tools that this caller is offered."""
        if caller.may_write not in self._compiled:
            self._compiled[caller.may_write] = self._compile(caller)
        return self._compiled[caller.may_write]

    def _compile(self, caller: Caller) -> CompiledStateGraph[Any, Calling, Any, Any]:
        tools = self._toolbox.offered_to(caller)
        loop: CompiledStateGraph[Any, Calling, Any, Any] = create_agent(
            self._model.chat_model,
            as_langchain(self._toolbox, tools),
            system_prompt=prompt("system"),
            middleware=[ModelCalls(shows_all=self._model.built_in), ToolCalls()],
            context_schema=Calling,
            checkpointer=self._memory,
        )
        return loop


class ModelCalls(AgentMiddleware[AgentState[Any], Calling]):
    """Shows the model what fits, and takes from it only what the loop can use."""

    def __init__(self, *, shows_all: bool) -> None:
        super().__init__()
        self._shows_all = shows_all

    async def awrap_model_call(
        self,
        request: ModelRequest[Calling],
        handler: Callable[[ModelRequest[Calling]], Awaitable[ModelResponse[Any]]],
    ) -> ModelResponse[Any]:
        """Raises ModelAnswerUnreadable for an answer that says and does nothing.

        And WentInCircles: LangChain's own limits would be steps of the loop, each with
        a checkpoint. And TokenBudgetSpent, before a language model is asked.
        """
        _refuse_circles(request.messages)
        if self._shows_all:
            response = await handler(request)
        else:
            request = request.override(messages=_recent(request.messages))
            response = await _within_budget(request, handler)
        region = request.runtime.context.phone_region
        known = call_ids(request.state["messages"])
        return ModelResponse(
            result=[_taken(each, region, known) for each in response.result]
        )


async def _within_budget(
    request: ModelRequest[Calling],
    handler: Callable[[ModelRequest[Calling]], Awaitable[ModelResponse[Any]]],
) -> ModelResponse[Any]:
    """Ask the model while there are tokens left, and count what it used.

    It is counted at once: a run that is stopped later has used it all the same.
    """
    calling = request.runtime.context
    merchant_id = calling.caller.merchant_id
    await token_budget.refuse_overspending(calling.ground, merchant_id)
    response = await handler(request)
    used = tokens_of(request, response)
    await token_budget.record(calling.ground, merchant_id, used)
    return response


def _refuse_circles(messages: list[Any]) -> None:
    answers = 0
    for message in reversed(messages):
        if isinstance(message, HumanMessage):
            return
        answers += isinstance(message, AIMessage)
        if answers >= _MOST_MODEL_CALLS:
            raise WentInCircles


def _recent(messages: list[Any]) -> list[Any]:
    return trim_messages(
        messages,
        max_tokens=_MOST_MESSAGES,
        token_counter=len,
        start_on="human",
        include_system=True,
    )


def _taken(message: BaseMessage, region: str, taken: Collection[str]) -> BaseMessage:
    if not isinstance(message, AIMessage):
        return message
    whole = repaired(message, taken=taken)
    if not visible(whole.text) and not whole.tool_calls:
        raise ModelAnswerUnreadable(detail="it said nothing and called no tool")
    calls = [
        call | {"args": masked_arguments(call["args"], region)}
        for call in whole.tool_calls
    ]
    return AIMessage(
        id=whole.id,
        content=masked_text(whole.text, region),
        tool_calls=calls,
        additional_kwargs=_kept(whole.additional_kwargs),
        response_metadata=_planner_only(whole.response_metadata),
        usage_metadata=whole.usage_metadata,
    )


def _kept(additional: dict[str, Any]) -> dict[str, Any]:
    return {
        key: additional[key] for key in ("quick_replies", "plan") if key in additional
    }


def _planner_only(metadata: dict[str, Any]) -> dict[str, Any]:
    return {key: metadata[key] for key in ("planner",) if key in metadata}

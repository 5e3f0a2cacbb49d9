"""The built-in planner behind LangChain's interface for chat models.

It streams whole: the text as one chunk, each call as one chunk. It counts no tokens,
since it has none, and `response_metadata["planner"]` says how an answer came about.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, SystemMessage
from langchain_core.messages.tool import tool_call, tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.utils.function_calling import convert_to_openai_tool

from marketing_agent.agent.planner import frames
from marketing_agent.agent.planner.history import events
from marketing_agent.agent.planner.planner import (  # Pydantic reads it
    Planner,  # noqa: TC001
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from langchain_core.callbacks import (
        AsyncCallbackManagerForLLMRun,
        CallbackManagerForLLMRun,
    )
    from langchain_core.language_models import LanguageModelInput
    from langchain_core.messages import BaseMessage
    from langchain_core.runnables import Runnable
    from langchain_core.tools import BaseTool

    from marketing_agent.agent.planner.turn import Reply


class GuidedPlanner(BaseChatModel):
    """Plans from the messages alone: the same messages give the same answer."""

    planner: Planner

    @property
    def _llm_type(self) -> str:
        return "built-in planner"

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The planner that may call these tools; no other is ever called."""
        offered = [convert_to_openai_tool(tool)["function"]["name"] for tool in tools]
        if tool_choice == "none":
            offered = []
        return self.bind(offered=sorted(offered), **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 - LangChain's signature
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:
        message = self._answer(messages, kwargs.get("offered", ()))
        return ChatResult(generations=[ChatGeneration(message=message)])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:
        # Off the event loop: a sentence's vector takes as long as ten other requests.
        return await asyncio.to_thread(self._generate, messages, stop, **kwargs)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        message = self._answer(messages, kwargs.get("offered", ()))
        for chunk in _chunks(message):
            yield ChatGenerationChunk(message=chunk)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        result = await self._agenerate(messages, stop, **kwargs)
        for chunk in _chunks(cast("AIMessage", result.generations[0].message)):
            yield ChatGenerationChunk(message=chunk)

    def _answer(
        self, messages: Sequence[BaseMessage], offered: Sequence[str]
    ) -> AIMessage:
        spoken = [each for each in messages if not isinstance(each, SystemMessage)]
        reply = self.planner.reply(events(spoken), frozenset(offered))
        return _message(reply, len(spoken), self.planner.matcher.kind)


def _message(reply: Reply, number: int, matcher: str) -> AIMessage:
    calls = [
        tool_call(name=call.tool, args=dict(call.arguments), id=f"call_{number}_{i}")
        for i, call in enumerate(reply.calls, start=1)
    ]
    shown: dict[str, object] = {}
    if reply.quick and not calls:
        shown["quick_replies"] = reply.quick_replies
    if reply.plan is not None:
        shown["plan"] = reply.plan
    margin = None if reply.margin is None else round(reply.margin, 4)
    how: dict[str, object] = {
        "intent": reply.intent,
        "margin": margin,
        "rule": reply.rule,
        "matcher": matcher,
        frames.DIALOGUE: frames.written(reply.note),
    }
    return AIMessage(
        content=reply.text,
        tool_calls=calls,
        additional_kwargs=shown,
        response_metadata={frames.PLANNER: how},
    )


def _chunks(message: AIMessage) -> Iterator[AIMessageChunk]:
    if message.content:
        yield AIMessageChunk(content=message.content)
    for index, call in enumerate(message.tool_calls):
        arguments = json.dumps(call["args"], ensure_ascii=False)
        part = tool_call_chunk(
            name=call["name"], args=arguments, id=call["id"], index=index
        )
        yield AIMessageChunk(content="", tool_call_chunks=[part])
    yield AIMessageChunk(
        content="",
        additional_kwargs=message.additional_kwargs,
        response_metadata=message.response_metadata,
        chunk_position="last",
    )

"""Someone else's chat model, with answers that are whole and failures that are ours.

Words are passed on as they come; tool calls only when the answer has ended, because
only then it is known whether their arguments can be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable  # noqa: TC003 - Pydantic reads it
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import agenerate_from_stream
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGenerationChunk

from marketing_agent.agent.patience import DEFAULT_PATIENCE, Patience, with_patience
from marketing_agent.agent.repair import call_ids
from marketing_agent.agent.streamed_answer import StreamedAnswer

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence

    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import ChatResult
    from langchain_core.runnables import Runnable, RunnableBinding


class CheckedChatModel(BaseChatModel):
    """Asks `inner`, again where `patience` allows, and checks what comes back.

    Raises what `failure_of` makes of an error, ModelAnswerUnreadable for an empty
    answer, and ModelUnreachable for one that breaks off. See `repaired` for calls.
    """

    inner: BaseChatModel
    failure_of: Callable[[Exception], Exception | None]
    patience: Patience = DEFAULT_PATIENCE

    @property
    def _llm_type(self) -> str:
        return f"checked-{self.inner._llm_type}"  # noqa: SLF001 - as LangChain names it

    def bind_tools(
        self, tools: Sequence[Any], **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        """Bind what the inner model makes of the tools."""
        bound = self.inner.bind_tools(tools, **kwargs)
        return self.bind(**cast("RunnableBinding[Any, Any]", bound).kwargs)

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError("Use ainvoke: there is no sync way to a model")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: Any = None,
        **kwargs: Any,
    ) -> ChatResult:
        """Streamed on the wire too, so that an answer is the same however asked for."""
        chunks = self._astream(messages, stop, run_manager, **kwargs)
        return await agenerate_from_stream(chunks)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: Any = None,  # noqa: ARG002 - LangChain's own loop reports
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        async def attempt() -> AsyncGenerator[ChatGenerationChunk, None]:
            answer = StreamedAnswer()
            stream = self.inner._astream(messages, stop, **kwargs)  # noqa: SLF001
            try:
                async with aclosing(cast("AsyncGenerator[Any, None]", stream)):
                    async for chunk in stream:
                        if text := answer.add(chunk):
                            yield _chunk(AIMessageChunk(content=text))
                message = answer.message(call_ids(messages))
            except Exception as error:  # noqa: BLE001 - bugs are raised as they are
                raise self._ours(error) from None
            for last in _ending(message):
                yield last

        async with aclosing(with_patience(attempt, self.patience)) as chunks:
            async for chunk in chunks:
                yield chunk

    def _ours(self, error: Exception) -> Exception:
        """What to raise. The error itself may quote keys and bodies."""
        return self.failure_of(error) or error


def _ending(message: AIMessage) -> Iterator[ChatGenerationChunk]:
    for index, call in enumerate(message.tool_calls):
        whole = tool_call_chunk(
            name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=index
        )
        yield _chunk(AIMessageChunk(content="", tool_call_chunks=[whole]))
    yield _chunk(
        AIMessageChunk(
            content="",
            response_metadata=message.response_metadata,
            usage_metadata=message.usage_metadata,
            chunk_position="last",
        )
    )


def _chunk(message: AIMessageChunk) -> ChatGenerationChunk:
    return ChatGenerationChunk(message=message)

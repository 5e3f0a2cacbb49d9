"""An answer put together from the chunks of a stream, whatever a server sends twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from langchain_core.messages import AIMessage
from langchain_core.messages.tool import invalid_tool_call

from marketing_agent.agent.models import ModelAnswerUnreadable, ModelUnreachable
from marketing_agent.agent.repair import repaired, storable

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk, InvalidToolCall
    from langchain_core.messages.ai import UsageMetadata
    from langchain_core.outputs import ChatGenerationChunk

LONGEST: Final = 100_000
"""Characters of words and arguments; a model that goes on for longer is stuck."""
_KEPT: Final = ("finish_reason", "model_name")


@dataclass(slots=True)
class _Call:
    """A tool call as its fragments come in."""

    name: str
    call_id: str
    arguments: list[str] = field(default_factory=list)

    def text(self) -> str:
        return "".join(self.arguments)

    def raw(self) -> InvalidToolCall:
        return invalid_tool_call(
            name=self.name, args=self.text(), id=self.call_id, error=None
        )


@dataclass(slots=True)
class StreamedAnswer:
    """What a stream has said so far."""

    words: list[str] = field(default_factory=list)
    calls: list[_Call] = field(default_factory=list)
    open_calls: dict[int | None, _Call] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    usage: UsageMetadata | None = None
    length: int = 0

    def add(self, chunk: ChatGenerationChunk) -> str:
        """Keep all of a chunk, and give its words.

        Raises ModelAnswerUnreadable when it gets too long.
        """
        message = cast("AIMessageChunk", chunk.message)
        told = {**message.response_metadata, **(chunk.generation_info or {})}
        self.metadata |= {key: told[key] for key in _KEPT if told.get(key)}
        self.usage = message.usage_metadata or self.usage
        for piece in message.tool_call_chunks:
            call = self._call(piece["index"], piece["id"] or "")
            call.name = call.name or piece["name"] or ""
            call.arguments.append(piece["args"] or "")
            self.length += len(call.arguments[-1])
        text = storable(message.text)
        self.words.append(text)
        self.length += len(text)
        if self.length > LONGEST:
            raise ModelAnswerUnreadable(detail="it does not end")
        return text

    def message(self, taken: set[str]) -> AIMessage:
        """The whole answer, when the stream has ended.

        Raises ModelUnreachable if it broke off, ModelAnswerUnreadable if it is empty.
        """
        text = "".join(self.words)
        reason = self.metadata.get("finish_reason")
        if reason is None and (text or self.calls):
            raise ModelUnreachable(detail="its answer broke off")
        if not text.strip() and not self.calls:
            raise ModelAnswerUnreadable(detail="it holds no message")
        if reason == "length" and self.calls and not self.calls[-1].text():
            self.calls[-1].arguments.append("(cut off)")
        whole = AIMessage(
            content=text,
            invalid_tool_calls=[call.raw() for call in self.calls],
            response_metadata=self.metadata,
            usage_metadata=self.usage,
        )
        return repaired(whole, taken=taken)

    def _call(self, index: int | None, call_id: str) -> _Call:
        """Find the call a fragment belongs to.

        Servers that count badly give several calls one index, or none, but each an id.
        """
        call = self.open_calls.get(index)
        another = call and call_id and call.call_id and call_id != call.call_id
        if call is None or another:
            call = _Call("", call_id)
            self.calls.append(call)
            self.open_calls[index] = call
        call.call_id = call.call_id or call_id
        return call

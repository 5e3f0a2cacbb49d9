"""A chat model that plays a script, to test conversations without a language model.

It invents nothing: a script that is too short, or that names a tool nobody bound, fails
the test, even where the code under test swallows the error (`assert_done`).
"""

from __future__ import annotations

import inspect
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.messages.tool import ToolCallChunk, tool_call, tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import Field

_DELIBERATE: Final = "deliberately_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenOff:
    """A step whose stream says `text`, word by word, and then fails with `error`."""

    text: str
    error: Exception


Answer: TypeAlias = str | AIMessage
Step: TypeAlias = (
    Answer
    | Exception
    | BrokenOff
    | Callable[[list[BaseMessage]], Answer | Awaitable[Answer]]
)


class ScriptFailed(AssertionError):
    """The script and the conversation do not fit together."""


def call(tool: str, call_id: str | None = None, /, **arguments: object) -> AIMessage:
    """One tool call as a step; its id is made up when none is given."""
    made = tool_call(name=tool, args=arguments, id=call_id)
    return AIMessage(content="", tool_calls=[made])


def unknown_call(
    tool: str, call_id: str | None = None, /, **arguments: object
) -> AIMessage:
    """`call` of a tool that nobody bound, on purpose: what models do now and then."""
    message = call(tool, call_id, **arguments)
    message.response_metadata[_DELIBERATE] = [tool]
    return message


def together(*parts: Answer) -> AIMessage:
    """One message of several texts and calls: words before a call, parallel calls."""
    messages = [_message(part) for part in parts]
    deliberate = [name for each in messages for name in _deliberate(each)]
    return AIMessage(
        content="".join(each.text for each in messages),
        tool_calls=[made for each in messages for made in each.tool_calls],
        invalid_tool_calls=[
            bad for each in messages for bad in each.invalid_tool_calls
        ],
        response_metadata={_DELIBERATE: deliberate} if deliberate else {},
    )


class ScriptedChatModel(BaseChatModel):
    """Answers each request with the next step of the script.

    A step is a text, an `AIMessage` (see `call`, `unknown_call`, `together`), an error
    to raise, `BrokenOff`, or a function of the messages, sync or async, that gives a
    text or message. It streams words, each call in two fragments, then the usage.
    """

    steps: list[Any]
    """The whole script; each a `Step`."""
    seen: list[list[BaseMessage]] = Field(default_factory=list)
    """Every prompt, in order."""
    tool_names: list[str] = Field(default_factory=list)
    """The tools bound last."""
    failures: list[str] = Field(default_factory=list)
    """What did not fit, even if the code under test caught it."""
    calls_made: int = 0

    def __init__(self, steps: Sequence[Step], **fields: Any) -> None:
        super().__init__(**{**fields, "steps": list(steps)})

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **_: Any) -> ScriptedChatModel:
        """Remember the names. A copy would have a place in the script of its own."""
        self.tool_names = [_name(tool) for tool in tools]
        return self

    def assert_done(self) -> None:
        """Fail unless every step was used, and nothing else was asked for."""
        if self.failures:
            raise ScriptFailed(self.failures[0])
        if left := self.steps[len(self.seen) :]:
            told = f"{len(left)} of {len(self.steps)} steps were not played"
            raise ScriptFailed(f"{told}; next: {left[0]!r}")

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        return _result(self._ready(self._play(messages), messages))

    async def _agenerate(
        self, messages: list[BaseMessage], *_: Any, **__: Any
    ) -> ChatResult:
        return _result(self._ready(await _awaited(self._play(messages)), messages))

    def _stream(
        self, messages: list[BaseMessage], *_: Any, **__: Any
    ) -> Iterator[ChatGenerationChunk]:
        yield from self._chunks(self._play(messages, stream=True), messages)

    async def _astream(
        self, messages: list[BaseMessage], *_: Any, **__: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        played = await _awaited(self._play(messages, stream=True))
        for chunk in self._chunks(played, messages):
            yield chunk

    def _play(self, messages: list[BaseMessage], *, stream: bool = False) -> Any:
        """Take the next step; raise it, or ask it, where it is one to raise or ask."""
        self.seen.append(list(messages))
        if len(self.seen) > len(self.steps):
            last = messages[-1].text if messages else ""
            self._fail(f"the script has only {len(self.steps)} steps, asked: {last!r}")
        step = self.steps[len(self.seen) - 1]
        if isinstance(step, BrokenOff) and not stream:
            raise step.error
        if isinstance(step, Exception):
            raise step
        return step(list(messages)) if callable(step) else step

    def _chunks(
        self, played: Any, messages: list[BaseMessage]
    ) -> Iterator[ChatGenerationChunk]:
        if isinstance(played, BrokenOff):
            yield from map(_word, _words(played.text))
            raise played.error
        message = self._ready(played, messages)
        yield from map(_word, _words(message.text))
        for fragment in _fragments(message):
            yield _generation(AIMessageChunk(content="", tool_call_chunks=[fragment]))
        yield _generation(
            AIMessageChunk(
                content="",
                additional_kwargs=message.additional_kwargs,
                response_metadata=message.response_metadata,
                usage_metadata=message.usage_metadata,
                chunk_position="last",
            )
        )

    def _ready(self, played: Any, messages: list[BaseMessage]) -> AIMessage:
        """Check the calls and fill in what a model's server would."""
        if inspect.iscoroutine(played):
            played.close()
            self._fail("an async step was asked without await")
        answer = _message(played)
        allowed = {*self.tool_names, *_deliberate(answer)}
        for each in answer.tool_calls:
            if each["name"] not in allowed:
                self._fail(f"no tool {each['name']!r} among {sorted(self.tool_names)}")
        reason = "tool_calls" if answer.tool_calls else "stop"
        metadata = {"model_name": "scripted", "finish_reason": reason}
        metadata |= answer.response_metadata
        metadata.pop(_DELIBERATE, None)
        return answer.model_copy(
            update={
                "tool_calls": [self._with_id(each) for each in answer.tool_calls],
                "response_metadata": metadata,
                "usage_metadata": answer.usage_metadata or _usage(messages, answer),
            }
        )

    def _with_id(self, made: Any) -> Any:
        if made["id"] is not None:
            return made
        taken = {
            each["id"]
            for step in self.steps
            if isinstance(step, AIMessage)
            for each in step.tool_calls
        }
        fresh = (f"call_{n}" for n in itertools.count(self.calls_made + 1))
        chosen = next(each for each in fresh if each not in taken)
        self.calls_made = int(chosen.removeprefix("call_"))
        return {**made, "id": chosen}

    def _fail(self, why: str) -> None:
        self.failures.append(why)
        raise ScriptFailed(why)


async def _awaited(played: Any) -> Any:
    return await played if inspect.isawaitable(played) else played


def _message(answer: Answer) -> AIMessage:
    return AIMessage(content=answer) if isinstance(answer, str) else answer


def _deliberate(message: AIMessage) -> list[str]:
    names: list[str] = message.response_metadata.get(_DELIBERATE, [])
    return names


def _name(tool: Any) -> str:
    name = getattr(tool, "name", None)
    return str(name or convert_to_openai_tool(tool)["function"]["name"])


def _usage(messages: list[BaseMessage], answer: AIMessage) -> UsageMetadata:
    """Words for tokens: made up, but the same on every run."""
    read = sum(len(each.text.split()) for each in messages)
    said = len(answer.text.split()) + len(answer.tool_calls)
    return UsageMetadata(
        input_tokens=read, output_tokens=said, total_tokens=read + said
    )


def _words(text: str) -> list[str]:
    """Words with the space before them, so that they join to the same text."""
    return [part for part in _split(text) if part]


def _split(text: str) -> Iterator[str]:
    start = 0
    for place in range(1, len(text)):
        if text[place].isspace() and not text[place - 1].isspace():
            yield text[start:place]
            start = place
    yield text[start:]


def _fragments(message: AIMessage) -> Iterator[ToolCallChunk]:
    valid = [(each, json.dumps(each["args"])) for each in message.tool_calls]
    bad = [(each, each["args"] or "") for each in message.invalid_tool_calls]
    for index, (made, args) in enumerate((*valid, *bad)):
        half = len(args) // 2
        name, call_id = made["name"], made["id"]
        yield tool_call_chunk(name=name, args=args[:half], id=call_id, index=index)
        yield tool_call_chunk(args=args[half:], index=index)


def _word(text: str) -> ChatGenerationChunk:
    return _generation(AIMessageChunk(content=text))


def _generation(chunk: AIMessageChunk) -> ChatGenerationChunk:
    return ChatGenerationChunk(message=chunk)


def _result(message: AIMessage) -> ChatResult:
    return ChatResult(generations=[ChatGeneration(message=message)])

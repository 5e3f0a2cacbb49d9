"""What a server can do: answer well, badly, late, by halves or not at all."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response, StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

    from tests.agent.wire.server import Behaviour, Body

USAGE = {"prompt_tokens": 12, "completion_tokens": 5, "total_tokens": 17}
_HEAD = {"id": "chatcmpl-wire", "created": 1795402800, "model": "wire-1"}


@dataclass(frozen=True, kw_only=True)
class WireCall:
    """A tool call as a server writes it; `arguments` is the text, valid or not."""

    name: str | None
    arguments: str | None
    id: str | None


@dataclass(frozen=True, kw_only=True)
class Says:
    """A good answer, streamed as the request wants it."""

    text: str | None = None
    calls: tuple[WireCall, ...] = ()
    finish: str | None = "stop"
    usage: bool = True
    fragment: int = 7
    """How many characters of arguments an event holds."""

    def __call__(self, body: Body) -> ASGIApp:
        """Stream."""
        wants_usage = body.get("stream_options", {}).get("include_usage", False)
        return events(*self.deltas(usage=self.usage and wants_usage), "[DONE]")(body)

    def whole(self) -> Body:
        """One JSON object."""
        message: Body = {"role": "assistant", "content": self.text}
        if self.calls:
            message["tool_calls"] = [_call(call, call.arguments) for call in self.calls]
        choice = {"index": 0, "message": message, "finish_reason": self.finish}
        usage = {"usage": USAGE} if self.usage else {}
        return {**_HEAD, "object": "chat.completion", "choices": [choice], **usage}

    def deltas(self, *, usage: bool) -> Iterator[Body]:
        """Words, then the calls with interleaved fragments, then the end."""
        yield delta({"role": "assistant", "content": ""})
        for word in _words(self.text or ""):
            yield delta({"content": word})
        for index, call in enumerate(self.calls):
            yield delta({"tool_calls": [{"index": index, **_call(call, "")}]})
        for fragments in zip_longest(*map(self._fragments, self.calls)):
            for index, fragment in enumerate(fragments):
                if fragment is not None:
                    piece = {"index": index, "function": {"arguments": fragment}}
                    yield delta({"tool_calls": [piece]})
        if self.finish:
            yield delta({}, finish=self.finish)
        if usage:
            yield {**_HEAD, "choices": [], "usage": USAGE}

    def _fragments(self, call: WireCall) -> Iterator[str]:
        text, size = call.arguments or "", self.fragment
        return (text[at : at + size] for at in range(0, len(text), size))


def delta(change: Body, *, finish: str | None = None) -> Body:
    """One event of a stream."""
    choice = {"index": 0, "delta": change, "finish_reason": finish}
    return {**_HEAD, "object": "chat.completion.chunk", "choices": [choice]}


def events(*said: Body | str | bytes) -> Behaviour:
    """Stream these events; text and bytes are sent as they are."""
    return lambda _: _streaming(_each(said))


def breaks_off(*said: Body) -> Behaviour:
    """Stream these events, and drop the connection."""

    async def stream() -> AsyncIterator[bytes]:
        async for event in _each(said):
            yield event
        raise ConnectionAbortedError

    return lambda _: _streaming(stream())


def stalls(*said: Body) -> Behaviour:
    """Stream these events, and then nothing until the client goes away."""
    return lambda _: _Stalling(said)


def answers(status: int, content: Any, **headers: str) -> Behaviour:
    """Answer this JSON, with headers such as `retry_after="2"`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: JSONResponse(content, status, headers=named)


def fails(status: int, code: str | None = None, **headers: str) -> Behaviour:
    """Answer an error in OpenAI's shape, with words nobody but us may see."""
    error = {"message": "sk-secret of hana.sato@mail.test", "type": "x", "code": code}
    return answers(status, {"error": error}, **headers)


def raw(content: bytes, media_type: str = "application/json") -> Behaviour:
    """Answer these bytes with status 200."""
    return lambda _: Response(content, media_type=media_type)


def html() -> Behaviour:
    """A proxy's page instead of an answer."""
    return raw(b"<html><body>sk-secret: please sign in</body></html>", "text/html")


def redirects(to: str) -> Behaviour:
    """Send the client to another place."""
    return lambda _: Response(status_code=307, headers={"location": to})


@dataclass(frozen=True)
class _Stalling:
    said: tuple[Body, ...]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream, then wait until the client is gone."""
        del scope
        if self.said:
            kind = (b"content-type", b"text/event-stream")
            await send(
                {"type": "http.response.start", "status": 200, "headers": [kind]}
            )
        async for event in _each(self.said):
            message = {"type": "http.response.body", "body": event, "more_body": True}
            await send(message)
        while (await receive())["type"] != "http.disconnect":
            pass


async def _each(said: tuple[Body | str | bytes, ...]) -> AsyncIterator[bytes]:
    for event in said:
        match event:
            case bytes():
                yield event
            case str():
                yield f"data: {event}\n\n".encode()
            case _:
                yield f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode()


def _streaming(content: AsyncIterator[bytes]) -> ASGIApp:
    return StreamingResponse(content, media_type="text/event-stream")


def _call(call: WireCall, arguments: str | None) -> Body:
    function = {"name": call.name, "arguments": arguments}
    return {"id": call.id, "type": "function", "function": function}


def _words(text: str) -> list[str]:
    return re.findall(r"\s*\S+", text)

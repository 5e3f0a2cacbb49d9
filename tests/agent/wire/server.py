"""A server that speaks OpenAI's chat completions on the wire, as it is told to.

Each request takes the next queued behaviour; one without any is answered 500, and
`assert_done` fails if behaviours are left.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Semaphore
from typing import TYPE_CHECKING, Any, TypeAlias

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

Body: TypeAlias = dict[str, Any]
Behaviour: TypeAlias = Callable[[Body], ASGIApp]


@dataclass
class WireServer:
    """The application, what it will do and what it was asked."""

    queue: deque[Behaviour] = field(default_factory=deque)
    asked: list[Body] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    finished: Semaphore = field(default_factory=lambda: Semaphore(0))
    """Released once for every answer that is over, read or given up."""

    def will(self, *behaviours: Behaviour) -> None:
        """Queue one behaviour per request."""
        self.queue.extend(behaviours)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        body = await request.json()
        self.asked.append(body)
        self.headers.append(dict(request.headers))
        self.paths.append(request.url.path)
        answer = self.queue.popleft()(body) if self.queue else _nothing_queued()
        try:
            await answer(scope, receive, send)
        finally:
            self.finished.release()

    def assert_done(self) -> None:
        """Fail if fewer requests came than behaviours were queued."""
        assert not self.queue, f"{len(self.queue)} behaviours were not asked for"


def _nothing_queued() -> ASGIApp:
    return JSONResponse({"error": {"message": "nothing is queued"}}, 500)

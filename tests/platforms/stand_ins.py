"""A transport that answers from a list, and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import httpx

from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.sender import Patience, Sender, Timing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.platforms.shared_limits import SharedLimits

Answer: TypeAlias = (
    httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]
)


@dataclass
class HandClock:
    """Seconds that pass only in its sleeps, each of which it remembers."""

    seconds: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        """Give the time."""
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(seconds)
        self.seconds += seconds

    @property
    def timing(self) -> Timing:
        """Give this clock to a sender, with dice that always show their most."""
        return Timing(now=self.now, sleep=self.sleep, jitter=lambda: 1.0)


class Wire:
    """Answers in order; `asked` holds the requests as they went out."""

    def __init__(self, *answers: Answer) -> None:
        self.asked: list[httpx.Request] = []
        self.clock = HandClock()
        self._answers = list(answers)

    @property
    def paths(self) -> list[str]:
        """Give the method and path of every request."""
        return [f"{request.method} {request.url.path}" for request in self.asked]

    def sender(
        self, *, limits: SharedLimits | None = None, patience: Patience | None = None
    ) -> Sender:
        """Give a sender that speaks to this wire."""
        return Sender(
            open_http(httpx.MockTransport(self._answer)),
            limits=limits,
            patience=patience or Patience(),
            timing=self.clock.timing,
        )

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else answer(request)


def answer(
    status: int = 200,
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """Make an answer with a JSON body."""
    return httpx.Response(status, json=body, headers=headers)

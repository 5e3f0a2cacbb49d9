"""One place that sends: it keeps to the limits, repeats what may be repeated, gives up.

A worker comes back later by itself, so a wait that is longer than the patience given
is raised as `PlatformThrottled` and never slept through. Any other answer below 500
goes to the caller as it is.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

import httpx

from marketing_agent.core.errors import (
    PlatformError,
    PlatformThrottled,
    PlatformUnreachable,
)
from marketing_agent.platforms.limits import Notice, Tier
from marketing_agent.platforms.notices import read_notice
from marketing_agent.platforms.refusals import shown
from marketing_agent.platforms.shared_limits import LimitsOfOneProcess

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from marketing_agent.platforms.json_values import JsonObject
    from marketing_agent.platforms.limits import Seen
    from marketing_agent.platforms.shared_limits import SharedLimits

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long one `send` may go on; all times in seconds."""

    attempts: int = 3
    seconds: float = 10.0
    """No attempt begins later than this after the first."""
    attempt_seconds: float = 20.0
    """One attempt, from connecting to the last byte of the answer."""
    first_pause: float = 0.25
    longest_pause: float = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The clock, the sleep and the dice."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call to a platform; `name` is shown in errors and holds nothing personal."""

    platform: str
    name: str
    method: Method
    url: str | httpx.URL
    account: str
    """Under which key the limits are counted."""
    tier: Tier
    query: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    json: JsonObject | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    repeatable: bool = True
    """Whether doing it twice is the same as doing it once."""
    background: bool = False
    """Nobody waits for it: it leaves a part of the limits to calls that are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setback:
    error: PlatformError
    may_repeat: bool
    pause: float


DEFAULT_PATIENCE = Patience()
BACKGROUND_PATIENCE = Patience(attempts=6, seconds=150.0, longest_pause=20.0)
"""Through two of Klaviyo's steady windows: an import goes on where it was."""
DEFAULT_TIMING = Timing()


class Sender:
    """Sends the calls of all platforms and accounts through one HTTP client.

    Raises `PlatformThrottled` when the wait is longer than our patience, and
    `PlatformUnreachable` for transport errors and 5xx answers that remain.
    """

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        limits: SharedLimits | None = None,
        patience: Patience = DEFAULT_PATIENCE,
        timing: Timing = DEFAULT_TIMING,
        background: bool = False,
    ) -> None:
        self._http = http
        self._limits = limits or LimitsOfOneProcess(now=timing.now)
        self._patience = patience
        self._timing = timing
        self._background = background

    def in_background(self, patience: Patience = BACKGROUND_PATIENCE) -> Sender:
        """Give a sender for work that nobody waits for, within the same limits.

        All its calls are background calls. Hand it to a client of its own:
        `KlaviyoClient(..., sender=sender.in_background())`.
        """
        return Sender(
            self._http,
            limits=self._limits,
            patience=patience,
            timing=self._timing,
            background=True,
        )

    async def seen(self, account: str) -> Seen:
        """Look at how much of its limits an account has used."""
        return await self._limits.seen(account)

    async def send(self, call: Call) -> httpx.Response:
        """Give the first answer that says something about the call itself."""
        request = self._request(call)
        deadline = self._timing.now() + self._patience.seconds
        attempt = 1
        while True:
            await self._take_turn(call, deadline)
            result = await self._attempt(call, request, attempt)
            if isinstance(result, httpx.Response):
                return result
            late = self._timing.now() + result.pause > deadline
            if late or not result.may_repeat or attempt >= self._patience.attempts:
                raise result.error
            await self._timing.sleep(result.pause)
            attempt += 1

    def _request(self, call: Call) -> httpx.Request:
        return self._http.build_request(
            call.method,
            call.url,
            params=call.query,
            headers=call.headers,
            json=call.json,
            data=call.form,
        )

    async def _take_turn(self, call: Call, deadline: float) -> None:
        while wait := await self._limits.take(
            call.account, call.tier, background=call.background or self._background
        ):
            if self._timing.now() + wait > deadline:
                raise _throttled(call, wait)
            await self._timing.sleep(wait)

    async def _attempt(
        self, call: Call, request: httpx.Request, attempt: int
    ) -> httpx.Response | _Setback:
        try:
            async with asyncio.timeout(self._patience.attempt_seconds):
                answer = await self._http.send(request, follow_redirects=False)
        except (httpx.RequestError, TimeoutError) as error:
            return self._not_reached(call, error, attempt)
        return await self._judged(call, answer, attempt)

    async def _judged(
        self, call: Call, answer: httpx.Response, attempt: int
    ) -> httpx.Response | _Setback:
        notice = read_notice(answer.headers)
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return await self._held_back(call, notice, attempt)
        await self._limits.heard(call.account, call.tier, notice)
        if answer.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
            return answer
        error = _unreachable(call, f"status {answer.status_code}")
        pause = self._pause(notice, attempt)
        return _Setback(error=error, may_repeat=call.repeatable, pause=pause)

    async def _held_back(self, call: Call, notice: Notice, attempt: int) -> _Setback:
        """Judge a 429: it was not carried out, so any call may be repeated after it."""
        pause = self._pause(notice, attempt)
        closed = Notice(retry_after=pause)
        await self._limits.heard(call.account, call.tier, closed)
        return _Setback(error=_throttled(call, pause), may_repeat=True, pause=pause)

    def _not_reached(self, call: Call, error: Exception, attempt: int) -> _Setback:
        never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
        return _Setback(
            error=_unreachable(call, _named(error)),
            may_repeat=call.repeatable or never_sent,
            pause=self._back_off(attempt),
        )

    def _pause(self, notice: Notice, attempt: int) -> float:
        asked = notice.retry_after
        return self._back_off(attempt) if asked is None else asked

    def _back_off(self, attempt: int) -> float:
        full = self._patience.first_pause * 2.0 ** (attempt - 1)
        jitter = 0.5 + self._timing.jitter() / 2
        return min(full, self._patience.longest_pause) * jitter


def _throttled(call: Call, wait: float) -> PlatformThrottled:
    return PlatformThrottled(platform=call.platform, retry_after=round(wait, 3))


def _unreachable(call: Call, detail: str) -> PlatformUnreachable:
    return PlatformUnreachable(platform=call.platform, detail=detail, call=call.name)


def _named(error: Exception) -> str:
    name, words = type(error).__name__, str(error)
    return f"{name}: {shown(words)}" if words else name

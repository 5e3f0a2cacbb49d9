"""Misbehaviour that can be switched on while the account is being used.

A fault has an effect, the moment at which it strikes (before Klaviyo does what was
asked, or after, when the caller cannot know), what it strikes and how often.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias, assert_never

from starlette.responses import Response

from marketing_agent.sandbox.klaviyo.refusals import Faulted, Throttled

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import Receive, Scope, Send

When: TypeAlias = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer this status."""

    status: int


@dataclass(frozen=True, slots=True)
class Throttle:
    """Answer 429 with this `Retry-After`, in whole seconds."""

    retry_after: int


@dataclass(frozen=True, slots=True)
class Hang:
    """Hold the request until it is released."""


@dataclass(frozen=True, slots=True)
class Slow:
    """Take this many seconds longer."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Close:
    """Close the connection in the middle of the answer."""


Effect: TypeAlias = Answer | Throttle | Hang | Slow | Close


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One effect, waiting for a request.

    `on` is the beginning of `METHOD /path`, or of the path alone; empty strikes all.
    `times` is how many requests it strikes; none means until cleared.
    """

    effect: Effect
    when: When = "before"
    on: str = ""
    times: int | None = None

    def strikes(self, method: str, path: str) -> bool:
        """Whether this request is meant."""
        return f"{method} {path}".startswith(self.on) or path.startswith(self.on)


class Faults:
    """The faults switched on, oldest first, and the requests being held."""

    def __init__(self) -> None:
        self._armed: list[tuple[Fault, int | None]] = []
        self._changed = threading.Condition()
        self._held: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        with self._changed:
            self._armed.append((fault, fault.times))

    def answer(
        self,
        status: int,
        *,
        on: str = "",
        times: int | None = None,
        when: When = "before",
    ) -> None:
        """Answer *status*; `when="after"` does first what was asked."""
        self.add(Fault(effect=Answer(status), on=on, times=times, when=when))

    def throttle(
        self, retry_after: int, *, on: str = "", times: int | None = None
    ) -> None:
        """Answer 429 with `Retry-After` in seconds."""
        self.add(Fault(effect=Throttle(retry_after), on=on, times=times))

    def hang(
        self, *, on: str = "", times: int | None = None, when: When = "before"
    ) -> None:
        """Hold requests until `release`; held `before`, they are carried out then."""
        self.add(Fault(effect=Hang(), on=on, times=times, when=when))

    def slow(self, seconds: float, *, on: str = "", times: int | None = None) -> None:
        """Take *seconds* longer before doing what was asked."""
        self.add(Fault(effect=Slow(seconds), on=on, times=times))

    def close(
        self, *, on: str = "", times: int | None = None, when: When = "before"
    ) -> None:
        """Close the connection instead of answering."""
        self.add(Fault(effect=Close(), on=on, times=times, when=when))

    def clear(self) -> None:
        """Switch every fault off and release what is held."""
        with self._changed:
            self._armed.clear()
        self.release()

    def release(self) -> None:
        """Let the held requests go on."""
        with self._changed:
            for loop, event in self._held:
                loop.call_soon_threadsafe(event.set)
            self._held.clear()

    @property
    def held(self) -> int:
        """How many requests are being held."""
        with self._changed:
            return len(self._held)

    def wait_until_held(self, count: int = 1, timeout: float = 10) -> None:
        """Block this thread until so many requests are held.

        Raises:
            TimeoutError: that did not happen within *timeout* seconds.

        """
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._held) >= count, timeout):
                raise TimeoutError(f"{len(self._held)} of {count} requests are held")

    def take(self, method: str, path: str) -> Fault | None:
        """Give the oldest fault that strikes this request, used up once."""
        with self._changed:
            for place, (fault, left) in enumerate(self._armed):
                if fault.strikes(method, path):
                    self._use(place, fault, left)
                    return fault
        return None

    async def strike(self, fault: Fault | None, do: Callable[[], Response]) -> Response:
        """Carry out the request with the fault in its way.

        Raises:
            KlaviyoError: the fault answers one.

        """
        if fault is None:
            return do()
        done = do() if fault.when == "after" else None
        broken = await self._effect(fault.effect)
        if broken is not None:
            return broken
        return do() if done is None else done

    async def _effect(self, effect: Effect) -> Response | None:
        match effect:
            case Answer(status):
                raise Faulted(status)
            case Throttle(retry_after):
                raise Throttled(retry_after)
            case Close():
                return BrokenResponse()
            case Hang():
                await self._hold()
            case Slow(seconds):
                await asyncio.sleep(seconds)
            case _:
                assert_never(effect)
        return None

    async def _hold(self) -> None:
        event = asyncio.Event()
        with self._changed:
            self._held.append((asyncio.get_running_loop(), event))
            self._changed.notify_all()
        await event.wait()

    def _use(self, place: int, fault: Fault, left: int | None) -> None:
        if left is None:
            return
        self._armed[place] = (fault, left - 1)
        if left <= 1:
            del self._armed[place]


class BrokenResponse(Response):
    """Promises a body and ends without it; the server then closes the connection."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Send the head only."""
        headers = [(b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

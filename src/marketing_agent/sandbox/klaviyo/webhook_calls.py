"""How flows call webhooks: POST with retries, and misbehaviour on request.

A 2xx is success. 429, 500, 502, 503 and no answer at all are tried again, up to 17
times; everything else, redirects among it, is skipped for good (Klaviyo developer docs,
"webhook status codes"; that no answer counts like a 503 is inferred). A call is
delivered at least once, so a receiver may see it twice.
"""

from __future__ import annotations

import asyncio
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

_TRIED_AGAIN = frozenset({429, 500, 502, 503})
_RETRIES = 17
_TIMEOUT = 10.0


class CallMode(StrEnum):
    """When and how often a flow's call goes out."""

    NORMAL = "normal"
    """Right away."""
    TWICE = "twice"
    """Two deliveries of one call."""
    LATE = "late"
    """After `delay` seconds."""
    HELD = "held"
    """Kept until `release`, newest first."""
    OUT_OF_ORDER = "out_of_order"
    """Kept until the next call has gone out before it."""
    LOST = "lost"
    """Never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCall:
    """A call that a flow makes; `headers` are the merchant's static ones."""

    flow_id: str
    profile_id: str
    url: str
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One POST of a call. `status` is none when no answer came."""

    call: WebhookCall
    attempt: int
    status: int | None
    at: datetime


class WebhookCalls:
    """Sends the calls of flows; `settled` waits for what is on its way.

    Calls go out by themselves where an event loop runs (in a served sandbox); made
    from a thread without one they wait for `settled`.

    Attributes:
        mode: how the next calls behave.
        delay: seconds that a `late` call waits.
        pause: seconds between two tries of a call.
        transport: carries the calls; none for the network.
        deliveries: every POST so far.

    """

    def __init__(
        self, clock: Callable[[], datetime], transport: httpx.AsyncBaseTransport | None
    ) -> None:
        self._clock = clock
        self._client: tuple[asyncio.AbstractEventLoop, httpx.AsyncClient] | None = None
        self._waiting: deque[tuple[WebhookCall, float]] = deque()
        self._kept: list[WebhookCall] = []
        self._open: set[Future[None]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.mode = CallMode.NORMAL
        self.delay = 0.0
        self.pause = 0.01
        self.transport = transport
        self.deliveries: list[Delivery] = []

    def make(self, call: WebhookCall) -> None:
        """Let a call happen; the mode decides what becomes of it."""
        match self.mode:
            case CallMode.LOST:
                return
            case CallMode.HELD:
                self._kept.append(call)
            case CallMode.OUT_OF_ORDER:
                if self._kept:
                    self._send(call)
                    self.release()
                else:
                    self._kept.append(call)
            case CallMode.TWICE:
                self._send(call)
                self._send(call)
            case CallMode.LATE:
                self._send(call, self.delay)
            case CallMode.NORMAL:
                self._send(call)

    @property
    def kept(self) -> tuple[WebhookCall, ...]:
        """What the modes `held` and `out_of_order` keep, oldest first."""
        return tuple(self._kept)

    def release(self) -> None:
        """Send what the modes `held` and `out_of_order` keep, newest first."""
        kept, self._kept = self._kept[::-1], []
        for call in kept:
            self._send(call)

    async def settled(self) -> None:
        """Wait until every call that was made has been answered or given up."""
        while self._waiting or self._open:
            self._send_waiting()
            await asyncio.gather(*map(asyncio.wrap_future, tuple(self._open)))

    async def aclose(self) -> None:
        """Drop what is on its way."""
        for task in tuple(self._tasks):
            task.cancel()
        if self._client:
            await self._client[1].aclose()
            self._client = None

    def _send(self, call: WebhookCall, wait: float = 0) -> None:
        self._waiting.append((call, wait))
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return
        self._send_waiting()

    def _send_waiting(self) -> None:
        while self._waiting:
            done: Future[None] = Future()
            self._open.add(done)
            sending = self._delivered(*self._waiting.popleft(), done)
            task = asyncio.get_running_loop().create_task(sending)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _delivered(
        self, call: WebhookCall, wait: float, done: Future[None]
    ) -> None:
        try:
            await asyncio.sleep(wait)
            for attempt in range(1, _RETRIES + 2):
                status = await self._posted(call)
                self.deliveries.append(
                    Delivery(
                        call=call, attempt=attempt, status=status, at=self._clock()
                    )
                )
                if status is not None and status not in _TRIED_AGAIN:
                    return
                await asyncio.sleep(self.pause)
        finally:
            self._open.discard(done)
            if not done.done():
                done.set_result(None)

    async def _posted(self, call: WebhookCall) -> int | None:
        headers = {
            **call.headers,
            "Content-Type": "application/json",
            "X-Klaviyo-Flow-ID": call.flow_id,
        }
        try:
            answer = await self._here().post(
                call.url, content=call.body.encode(), headers=headers
            )
        except httpx.TransportError:
            return None
        return answer.status_code

    def _here(self) -> httpx.AsyncClient:
        """Give the client of this event loop; one cannot serve two."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._client[0] is not loop:
            client = httpx.AsyncClient(transport=self.transport, timeout=_TIMEOUT)
            self._client = (loop, client)
        return self._client[1]

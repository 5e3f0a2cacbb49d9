"""LINE's webhook sender: signs, posts, and misbehaves on request.

Everything it sends on its own is tracked; `settled` waits for all of it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import httpx

from marketing_agent.sandbox.line.events import (
    Event,
    envelope,
    redelivered,
    signature,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from marketing_agent.sandbox.line.accounts import Bot, Channel


_SUCCESS = 2
"""First digit of every status that LINE counts as received."""


class WebhookMode(StrEnum):
    """When and how often an event leaves LINE."""

    NORMAL = "normal"
    """Right away, in the background."""
    EARLY = "early"
    """Sent and answered before the user's next page is served."""
    LATE = "late"
    """After `delay` seconds."""
    HELD = "held"
    """Kept until `release` is called."""
    TWICE = "twice"
    """Two deliveries with one `webhookEventId`."""
    OUT_OF_ORDER = "out_of_order"
    """Kept until the next event has been sent before it."""
    MUTE = "mute"
    """Never: the event is lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One POST to the webhook endpoint. `status` is None when no answer came."""

    endpoint: str
    body: bytes
    signature: str
    event_ids: tuple[str, ...]
    status: int | None
    failure: str = ""

    @property
    def accepted(self) -> bool:
        """Whether LINE counts it as received."""
        return self.status is not None and self.status // 100 == _SUCCESS


class Webhooks:
    """Sends the events of one Official Account to its one endpoint.

    `redelivery` is LINE's console switch (off by default): a delivery without a 2xx is
    repeated up to `redeliveries` times, `redelivery_delay` seconds apart.
    """

    def __init__(
        self, bot: Bot, channel: Channel, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        self._bot = bot
        self._channel = channel
        self._transport = transport
        self._client: httpx.AsyncClient | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._kept: list[Event] = []
        self.endpoint: str | None = None
        self.active = True
        self.mode = WebhookMode.NORMAL
        self.delay = 0.0
        self.redelivery = False
        self.redeliveries = 3
        self.redelivery_delay = 0.0
        self.timeout = 2.0
        """Seconds LINE waits for an answer (its error log calls more a timeout)."""
        self.deliveries: list[Delivery] = []

    async def emit(self, event: Event) -> None:
        """Let an event happen; the mode decides when it is sent."""
        match self.mode:
            case WebhookMode.MUTE:
                return
            case WebhookMode.EARLY:
                await self._send(event)
            case WebhookMode.HELD:
                self._kept.append(event)
            case WebhookMode.OUT_OF_ORDER:
                self._emit_before_the_kept(event)
            case WebhookMode.LATE:
                self._spawn(self._send_late(event, self.delay))
            case WebhookMode.TWICE:
                self._spawn(self._send_twice(event))
            case WebhookMode.NORMAL:
                self._spawn(self._send(event))

    def release(self) -> None:
        """Send what the modes `held` and `out_of_order` keep, newest first."""
        kept, self._kept = self._kept[::-1], []
        if kept:
            self._spawn(self._send_in_turn(kept))

    async def settled(self) -> None:
        """Wait until everything in flight is answered. `held` events stay held."""
        if self.mode is not WebhookMode.HELD:
            self.release()
        while self._tasks:
            await asyncio.gather(*tuple(self._tasks))

    async def post(self, endpoint: str, *events: Event) -> Delivery:
        """One signed POST to an endpoint; a network error is recorded, not raised."""
        body = envelope(self._bot.user_id, *events)
        signed = signature(self._channel.secret, body)
        status, failure = await self._answer(endpoint, body, signed)
        delivery = Delivery(
            endpoint=endpoint,
            body=body,
            signature=signed,
            event_ids=tuple(str(event["webhookEventId"]) for event in events),
            status=status,
            failure=failure,
        )
        self.deliveries.append(delivery)
        return delivery

    async def aclose(self) -> None:
        """Drop what is still waiting and close the connections."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*tuple(self._tasks), return_exceptions=True)
        self._kept.clear()
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _send(self, event: Event) -> None:
        if self.endpoint is None or not self.active:
            return
        delivery = await self.post(self.endpoint, event)
        left = self.redeliveries if self.redelivery else 0
        while not delivery.accepted and left:
            await asyncio.sleep(self.redelivery_delay)
            delivery = await self.post(self.endpoint, redelivered(event))
            left -= 1

    async def _send_late(self, event: Event, delay: float) -> None:
        await asyncio.sleep(delay)
        await self._send(event)

    async def _send_twice(self, event: Event) -> None:
        await self._send(event)
        await self._send(event)

    async def _send_in_turn(self, events: list[Event]) -> None:
        for event in events:
            await self._send(event)

    def _emit_before_the_kept(self, event: Event) -> None:
        self._kept.append(event)
        if len(self._kept) > 1:
            self.release()

    async def _answer(
        self, endpoint: str, body: bytes, signed: str
    ) -> tuple[int | None, str]:
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "LineBotWebhook/2.0",
            "x-line-signature": signed,
        }
        try:
            response = await self._connection().post(
                endpoint, content=body, headers=headers, timeout=self.timeout
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.InvalidURL):
            return None, "COULD_NOT_CONNECT"
        except httpx.TimeoutException:
            return None, "REQUEST_TIMEOUT"
        except httpx.HTTPError:
            return None, "UNCLASSIFIED"
        return response.status_code, ""

    def _connection(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(transport=self._transport, trust_env=False)
        return self._client

    def _spawn(self, sending: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(sending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

"""Setting, reading and testing the webhook endpoint (line-openapi `messaging-api.yml`).

LINE takes https only; so does the sandbox, except for loopback addresses.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.line.arguments import json_of, need_channel
from marketing_agent.sandbox.line.errors import messaging_error

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.line.webhooks import Delivery
    from marketing_agent.sandbox.line.world import LineWorld

URL_MOST = 500
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class WebhookApi:
    """The channel's one webhook endpoint."""

    world: LineWorld

    def routes(self) -> list[Route]:
        """Starlette routes under /v2/bot/channel/webhook."""
        endpoint = "/v2/bot/channel/webhook/endpoint"
        return [
            Route(endpoint, self.read, methods=["GET"]),
            Route(endpoint, self.change, methods=["PUT"]),
            Route("/v2/bot/channel/webhook/test", self.test, methods=["POST"]),
        ]

    async def read(self, request: Request) -> Response:
        """The endpoint, and whether "Use webhook" is on in the console."""
        need_channel(self.world, request, self.world.messaging_channel)
        if self.world.webhooks.endpoint is None:
            raise messaging_error(404, "Not found")
        return JSONResponse(
            {
                "endpoint": self.world.webhooks.endpoint,
                "active": self.world.webhooks.active,
            }
        )

    async def change(self, request: Request) -> Response:
        """Set the endpoint."""
        need_channel(self.world, request, self.world.messaging_channel)
        self.world.webhooks.endpoint = _endpoint(await json_of(request))
        return JSONResponse({})

    async def test(self, request: Request) -> Response:
        """Send an empty delivery now and tell how it was answered."""
        need_channel(self.world, request, self.world.messaging_channel)
        body = await json_of(request) if await request.body() else {}
        endpoint = _endpoint(body) if body else self.world.webhooks.endpoint
        if endpoint is None:
            raise messaging_error(400, "The webhook endpoint is not set")
        delivery = await self.world.webhooks.post(endpoint)
        return JSONResponse({**_verdict(delivery), "timestamp": self._now()})

    def _now(self) -> str:
        return self.world.clock().isoformat(timespec="milliseconds")


def _endpoint(body: dict[str, object]) -> str:
    endpoint = body.get("endpoint")
    if isinstance(endpoint, str) and len(endpoint) <= URL_MOST and _allowed(endpoint):
        return endpoint
    raise messaging_error(
        400, "The request body has 1 error(s)", endpoint="Invalid webhook endpoint URL"
    )


def _allowed(endpoint: str) -> bool:
    try:
        url = urlsplit(endpoint)
    except ValueError:
        return False
    loopback = url.scheme == "http" and url.hostname in LOOPBACK
    return bool(url.hostname) and (url.scheme == "https" or loopback)


def _verdict(delivery: Delivery) -> dict[str, object]:
    if delivery.accepted:
        reason, detail = "OK", str(delivery.status)
    elif delivery.status is None:
        reason, detail = delivery.failure, delivery.failure
    else:
        reason, detail = "ERROR_STATUS_CODE", str(delivery.status)
    return {
        "success": delivery.accepted,
        "statusCode": delivery.status or 0,
        "reason": reason,
        "detail": detail,
    }

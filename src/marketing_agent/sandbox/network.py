"""A network inside one process: host names lead to ASGI apps, without a socket.

It is an httpx transport, so everything that takes a transport can live on it. A name
may be added after it was handed out, because the apps know each other in a circle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from starlette.types import ASGIApp


class Network(httpx.AsyncBaseTransport):
    """Routes a request by its host; an unknown host cannot be reached."""

    def __init__(self) -> None:
        self._hosts: dict[str, httpx.ASGITransport] = {}

    def serve(self, host: str, app: ASGIApp) -> None:
        """Let this host name lead to the app."""
        self._hosts[host] = httpx.ASGITransport(app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request, or fail to connect as httpx does."""
        transport = self._hosts.get(request.url.host)
        if transport is None:
            raise httpx.ConnectError(f"no host {request.url.host}", request=request)
        return await transport.handle_async_request(request)

"""Serves an ASGI application on a real loopback port, in a thread of this process."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import uvicorn

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

Lifespan = Literal["auto", "on", "off"]
_GRACE = 1
"""Seconds that requests still being answered get when the block ends."""


@contextmanager
def serving(app: ASGIApp, *, lifespan: Lifespan = "auto") -> Iterator[str]:
    """Yield the base URL of *app*, without a trailing slash; stop it afterwards.

    Raises:
        RuntimeError: the application did not start.

    """
    server = _Server(app, lifespan)
    thread = threading.Thread(target=server.serve_here, daemon=True)
    thread.start()
    server.ready.wait()
    if not server.started:
        raise RuntimeError("The application did not start")
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.should_exit = True
        thread.join()


class Doorway:
    """An application that passes requests on to the one that stands in it now.

    A start and stop per test would take 0.2 s: serve one doorway for many tests, and
    let each test set `app`.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        await self.app(scope, receive, send)


class _Server(uvicorn.Server):
    # The port is left to asyncio: on a socket of our own it would not switch Nagle's
    # algorithm off, which costs 40 ms per answer (it looks for IPPROTO_TCP, and plain
    # sockets carry 0).
    def __init__(self, app: ASGIApp, lifespan: Lifespan) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                port=0,
                lifespan=lifespan,
                log_level="critical",
                timeout_graceful_shutdown=_GRACE,
                ws="none",
            )
        )
        self.ready = threading.Event()

    @property
    def port(self) -> int:
        return int(self.servers[0].sockets[0].getsockname()[1])

    def serve_here(self) -> None:
        try:
            self.run()
        finally:
            self.ready.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

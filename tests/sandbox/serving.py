"""Serves an ASGI application on a real loopback port, in a thread of this process."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import ASGIApp

_GRACE = 1
"""Seconds that requests still being answered get when the block ends."""


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Yield the base URL of *app*, without a trailing slash; stop it afterwards.

    Raises:
        RuntimeError: the application did not start.

    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = _Server(
            uvicorn.Config(
                app, log_level="critical", timeout_graceful_shutdown=_GRACE, ws="none"
            )
        )
        thread = threading.Thread(target=server.serve_on, args=(listener,), daemon=True)
        thread.start()
        server.ready.wait()
        if not server.started:
            raise RuntimeError("The application did not start")
        try:
            host, port = listener.getsockname()
            yield f"http://{host}:{port}"
        finally:
            server.should_exit = True
            thread.join()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    def serve_on(self, listener: socket.socket) -> None:
        try:
            self.run(sockets=[listener])
        finally:
            self.ready.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

"""Serving an application on a port, for as long as a block lasts."""

from __future__ import annotations

import asyncio
import socket
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from marketing_agent.core.errors import SetupMissing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


class PortTaken(SetupMissing):
    """Port {port} is in use by another program. Choose another one."""


def bound(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With another protocol number asyncio leaves Nagle's algorithm on: 40 ms an answer.
    opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
    except OSError as error:
        opened.close()
        raise PortTaken(port=port) from error
    return opened


def bound_near(host: str, port: int) -> socket.socket:
    """The wanted port, or any free one where it is taken."""
    try:
        return bound(host, port)
    except PortTaken:
        return bound(host, 0)


@asynccontextmanager
async def serving(
    app: Any, listening: socket.socket, *, trusted_proxies: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """Serve an ASGI app until the block ends; gives its address on this machine."""
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        forwarded_allow_ips=trusted_proxies,
        timeout_graceful_shutdown=5,
        server_header=False,
    )
    server = _Server(config)
    running = asyncio.create_task(server.serve(sockets=[listening]))
    # uvicorn tells nobody when it has started.
    while not server.started and not running.done():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    try:
        yield f"http://localhost:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


class _Server(uvicorn.Server):
    """Leaves signals to the command line, which stops several servers in order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

"""Serving an application on a port, for as long as a block lasts."""

from __future__ import annotations

import asyncio
import gc
import socket
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

from marketing_agent.core.errors import SetupMissing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Sequence


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
        # Only listening makes a port ours: two programs may have bound it before.
        opened.listen()
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


def freeze_what_is_loaded() -> None:
    """Spare the garbage collector what stays until the process ends.

    It would look through all modules again and again, and hold up an answer for a
    tenth of a second each time.
    """
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def serving(
    app: Any, listening: socket.socket, *, trusted_proxies: str = "127.0.0.1"
) -> AsyncIterator[str]:
    """Serve an ASGI app until the block ends; gives its address on this machine."""
    pairs = [(app, listening)]
    async with serving_all(pairs, trusted_proxies=trusted_proxies) as addresses:
        yield addresses[0]


@asynccontextmanager
async def serving_all(
    apps: Sequence[tuple[Any, socket.socket]], *, trusted_proxies: str = "127.0.0.1"
) -> AsyncIterator[list[str]]:
    """Serve several ASGI apps, which stop together: a server takes 0.2 s to stop."""
    servers = [_Server(_config(app, trusted_proxies)) for app, _ in apps]
    running = [
        asyncio.create_task(server.serve(sockets=[listening]))
        for server, (_, listening) in zip(servers, apps, strict=True)
    ]
    for server, task in zip(servers, running, strict=True):
        while not server.started and not task.done():  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.01)
    try:
        yield [f"http://localhost:{each.getsockname()[1]}" for _, each in apps]
    finally:
        for app, _ in apps:
            _end_streams(app)
        for server in servers:
            server.should_exit = True
        await asyncio.gather(*running)


def _end_streams(app: Any) -> None:
    """A page's live updates have no end of their own, and a server waits for them."""
    watchers = getattr(getattr(app, "state", None), "watchers", None)
    if watchers is not None:
        watchers.close()


def _config(app: Any, trusted_proxies: str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        forwarded_allow_ips=trusted_proxies,
        timeout_graceful_shutdown=5,
        server_header=False,
    )


class _Server(uvicorn.Server):
    """Leaves signals to the command line, which stops several servers in order."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

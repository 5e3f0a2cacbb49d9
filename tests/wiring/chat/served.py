"""The chat API on a real port with a scripted model, and a connection that breaks."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from marketing_agent.agent.scripted import ScriptedChatModel, Step
from marketing_agent.wiring.serving import bound, serving
from tests.desk import Desk, open_desk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where the chat API is, and whose token opens it."""

    desk: Desk
    url: str
    port: int
    token: str


@asynccontextmanager
async def served(database_url: str, *steps: Step) -> AsyncIterator[Served]:
    """Serve a desk whose model plays these steps, all of them."""
    model = ScriptedChatModel(steps)
    async with open_desk(database_url, model=model) as desk:
        listening = bound("127.0.0.1", 0)
        async with serving(desk.app, listening) as url:
            yield Served(
                desk=desk,
                url=url,
                port=listening.getsockname()[1],
                token=desk.tokens.token_for(desk.caller()),
            )
    model.assert_done()


@dataclass(slots=True)
class Cutting:
    """What the connections through `cutting` have seen."""

    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    """Each as its first line and what came with it."""


@asynccontextmanager
async def cutting(port: int, *after: int) -> AsyncIterator[Cutting]:
    """Pass connections on to a port; the n-th is cut after so many bytes of answer."""
    cuts = list(after)
    seen = Cutting()

    async def passed_on(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        left = cuts.pop(0) if cuts else None
        there, back = await asyncio.open_connection("127.0.0.1", port)
        sending = asyncio.create_task(_asking(seen, reader, back))
        while (read := await there.read(64)) and (left is None or left > 0):
            writer.write(read)
            await writer.drain()
            left = None if left is None else left - len(read)
        sending.cancel()
        for each in (writer, back):
            each.close()
            with suppress(ConnectionError):
                await each.wait_closed()

    server = await asyncio.start_server(passed_on, "127.0.0.1", 0)
    seen.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield seen


async def _asking(
    seen: Cutting, reader: asyncio.StreamReader, back: asyncio.StreamWriter
) -> None:
    while read := await reader.read(65_536):
        if read.startswith((b"GET ", b"POST ")):
            seen.requests.append(read)
        back.write(read)
        await back.drain()

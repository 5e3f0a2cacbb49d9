"""The official MCP client, over real HTTP on this machine."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from marketing_agent.core.callers import CallerKind
from marketing_agent.wiring.serving import bound, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from marketing_agent.core.callers import Caller
    from tests.desk import Desk

Json = dict[str, Any]


@asynccontextmanager
async def served(desk: Desk) -> AsyncIterator[str]:
    """The address of the desk's application on a port of its own."""
    async with serving(desk.app, bound("127.0.0.1", 0)) as url:
        yield url


@asynccontextmanager
async def connected(url: str, token: str) -> AsyncIterator[Client]:
    """A client that sends this token."""
    async with AsyncExitStack() as opened:
        http = await opened.enter_async_context(
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"})
        )
        wire = streamable_http_client(f"{url}/mcp", http_client=http)
        yield await opened.enter_async_context(Client(wire))


@asynccontextmanager
async def mcp_client(desk: Desk, caller: Caller | None = None) -> AsyncIterator[Client]:
    """A client that is connected as this caller: a program of the merchant's."""
    token = desk.tokens.token_for(caller or desk.caller(CallerKind.MCP))
    async with served(desk) as url, connected(url, token) as client:
        yield client


async def called(client: Client, tool: str, arguments: Json | None = None) -> Json:
    """What a tool gives, which is no error."""
    result = await client.call_tool(tool, arguments or {})
    assert not result.is_error, result.structured_content
    return dict(result.structured_content)


async def refused(client: Client, tool: str, arguments: Json | None = None) -> Json:
    """The error that a tool gives."""
    result = await client.call_tool(tool, arguments or {})
    assert result.is_error, result.structured_content
    return dict(result.structured_content)

"""The way in for MCP clients: `POST /mcp`, with a bearer token in every request.

Stateless: no session is kept, so there is nothing to `GET` or `DELETE`. A token's
merchant is the only one that its request can reach.
"""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.routing import Route

from marketing_agent.api.errors import answer_error
from marketing_agent.api.tokens import SignInNeeded, bearer_token
from marketing_agent.toolbox.requests import Requests

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from marketing_agent.api.tokens import CallerTokens
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground
    from marketing_agent.toolbox.registry import Toolbox

PATH: Final = "/mcp"
_SERVER: Final = "marketing_agent.api.mcp_server"
_CHALLENGE: Final = 'Bearer realm="marketing-agent"'


def mcp_routes(ground: Ground, toolbox: Toolbox, tokens: CallerTokens) -> list[Route]:
    """The one route."""
    door = _Door(Requests(ground=ground, toolbox=toolbox), tokens)
    return [Route(PATH, door, methods=["POST"], include_in_schema=False)]


class _Door:
    """An ASGI application: a class, so that Starlette does not take it for a function.

    No cookie is honoured, so no other site's page can call it in a visitor's name.
    """

    def __init__(self, requests: Requests, tokens: CallerTokens) -> None:
        self._requests = requests
        self._tokens = tokens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        token = bearer_token(request.headers.get("authorization"))
        try:
            caller = self._caller(token)
        except SignInNeeded as error:
            answer = await answer_error(request, error)
            # No OAuth metadata is named: there is none, tokens are given by operators.
            wrong = "" if token is None else ', error="invalid_token"'
            answer.headers["WWW-Authenticate"] = _CHALLENGE + wrong
            await answer(scope, receive, send)
            return
        # The MCP library takes half a second to import: the first request pays for it.
        server = await asyncio.to_thread(import_module, _SERVER)
        await server.answer(self._requests, caller, (scope, receive, send))

    def _caller(self, token: str | None) -> Caller:
        if token is None:
            raise SignInNeeded
        return self._tokens.session_of(token).caller

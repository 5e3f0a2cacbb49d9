"""LINE's webhook: plain Starlette, since a campaign brings thousands at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from marketing_agent.services import line_events

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.services.ground import Ground


def webhook_routes(ground: Ground) -> list[Route]:
    """Where LINE sends its events; the path names the merchant unguessably."""

    async def receive(request: Request) -> Response:
        """200 means: stored, and nothing can be lost."""
        try:
            raw = await request.body()
        except ClientDisconnect:
            return Response(status_code=400)
        key = request.path_params["key"]
        signature = request.headers.get("x-line-signature")
        await line_events.receive(ground, key, raw, signature)
        return JSONResponse({})

    return [Route("/line/webhook/{key}", receive, methods=["POST"])]

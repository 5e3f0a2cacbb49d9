"""LINE's webhook: plain Starlette, since a campaign brings thousands at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from marketing_agent.services import line_events

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.services.ground import Ground

_MOST_BYTES: Final = 1_000_000


def webhook_routes(ground: Ground) -> list[Route]:
    """Where LINE sends its events; the path names the merchant unguessably."""

    async def receive(request: Request) -> Response:
        """200 means: stored, and nothing can be lost."""
        raw = await _body(request)
        if raw is None:
            return JSONResponse({"error": "TooLarge"}, 413)
        key = request.path_params["key"]
        signature = request.headers.get("x-line-signature")
        await line_events.receive(ground, key, raw, signature)
        return JSONResponse({})

    return [Route("/line/webhook/{key}", receive, methods=["POST"])]


async def _body(request: Request) -> bytes | None:
    """The raw bytes, or None when there are more than LINE ever sends."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _MOST_BYTES:
            return None
        parts.append(part)
    return b"".join(parts)

"""The webhook of the merchant's Klaviyo flow: Linking Settings After Form Submission.

Klaviyo repeats a call after 429, 500, 502 and 503 only: 202 means stored, and where
nothing can be stored the answer is 503.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from marketing_agent.core.form_linkage import LINKING_KEY_HEADER
from marketing_agent.services import flow_webhooks

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.services.ground import Ground


def flow_webhook_routes(ground: Ground) -> list[Route]:
    """Where a flow calls; the path names the merchant unguessably, then the form."""

    async def receive(request: Request) -> Response:
        """202 means: stored, and nothing can be lost."""
        try:
            raw = await request.body()
        except ClientDisconnect:
            return Response(status_code=400)
        where = request.path_params
        linking_key = request.headers.get(LINKING_KEY_HEADER, "")
        await flow_webhooks.receive(
            ground, where["webhook_key"], where["slug"], linking_key, raw
        )
        return JSONResponse({}, 202)

    path = "/hooks/klaviyo/{webhook_key}/{slug}"
    return [Route(path, receive, methods=["POST"])]

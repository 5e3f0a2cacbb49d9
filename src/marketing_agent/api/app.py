"""The HTTP application: dashboard, agent, tools, MCP, customer pages, webhooks."""

from __future__ import annotations

from functools import cache, partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy import text
from starlette.exceptions import HTTPException

from marketing_agent.api.agent_stream import agent_router
from marketing_agent.api.approval_requests import approval_request_router
from marketing_agent.api.chat import chat_router
from marketing_agent.api.connections import connection_router
from marketing_agent.api.customer import customer_routes
from marketing_agent.api.dashboard import dashboard_routes
from marketing_agent.api.embed import embed_routes
from marketing_agent.api.errors import (
    PROBLEMS,
    answer_error,
    answer_refused,
    answer_unreadable,
)
from marketing_agent.api.flow_webhooks import flow_webhook_routes
from marketing_agent.api.form_linkages import form_linkage_router
from marketing_agent.api.friend_filling import friend_filling_router
from marketing_agent.api.friends import friend_router
from marketing_agent.api.help_pages import help_router
from marketing_agent.api.invitations import invitation_router
from marketing_agent.api.live.routes import live_router
from marketing_agent.api.live.watchers import Watchers
from marketing_agent.api.mcp_route import mcp_routes
from marketing_agent.api.openapi import document_of
from marketing_agent.api.sign_in.door import Door
from marketing_agent.api.sign_in.page import sign_in_pages
from marketing_agent.api.sign_in.routes import sign_in_router
from marketing_agent.api.sign_in.tries import Tries
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status import STATUS_ROUTERS
from marketing_agent.api.threads import thread_router
from marketing_agent.api.tools import tool_router
from marketing_agent.api.usage import usage_router
from marketing_agent.api.webhooks import webhook_routes
from marketing_agent.core.errors import MarketingAgentError

if TYPE_CHECKING:
    from marketing_agent.agent.conversations import Conversations
    from marketing_agent.api.tokens import CallerTokens
    from marketing_agent.services.ground import Ground
    from marketing_agent.toolbox.registry import Toolbox


_MOST_BYTES: Final = 1_000_000
"""Of a request's body: more than LINE and any tool call need."""


def build_app(
    ground: Ground,
    toolbox: Toolbox,
    tokens: CallerTokens,
    conversations: Conversations,
) -> FastAPI:
    """The application over a ground; it opens and closes nothing itself."""
    app = FastAPI(
        title="Marketing Agent",
        version=version("marketing-agent"),
        docs_url="/api/docs",
        openapi_url="/api/openapi.json",
        redoc_url=None,
        max_body_size=_MOST_BYTES,
        responses=PROBLEMS,
    )
    signed_in = SignedIn(tokens, ground.public_url)
    door = Door(ground=ground, signed_in=signed_in, tries=Tries(ground.clock))
    app.include_router(sign_in_router(door))
    app.include_router(tool_router(ground, toolbox, signed_in))
    app.include_router(approval_request_router(ground, toolbox, signed_in))
    app.include_router(usage_router(ground, conversations, signed_in))
    app.include_router(form_linkage_router(ground, signed_in))
    app.include_router(friend_router(ground, signed_in))
    app.include_router(friend_filling_router(ground, signed_in))
    for desk_router in (connection_router, invitation_router):
        app.include_router(desk_router(ground, signed_in))
    app.state.watchers = Watchers(ground)
    app.include_router(live_router(ground, signed_in, app.state.watchers))
    app.include_router(help_router(signed_in))
    for status_router in STATUS_ROUTERS:
        app.include_router(status_router(ground, signed_in))
    for router in (agent_router, chat_router, thread_router):
        app.include_router(router(conversations, signed_in))
    for routes in (customer_routes, embed_routes, webhook_routes, flow_webhook_routes):
        app.router.routes.extend(routes(ground))
    app.router.routes.extend(sign_in_pages(door))
    app.router.routes.extend(dashboard_routes())
    app.router.routes.extend(mcp_routes(ground, toolbox, tokens))
    app.openapi = cache(partial(document_of, app, toolbox))  # type: ignore[method-assign]
    app.add_exception_handler(MarketingAgentError, answer_error)
    app.add_exception_handler(RequestValidationError, answer_unreadable)
    app.add_exception_handler(HTTPException, answer_refused)

    @app.get("/health/live", tags=["health"])
    async def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @app.get("/health/ready", tags=["health"])
    async def ready() -> dict[str, str]:
        """The database answers too."""
        async with ground.database.transaction() as tx:
            await tx.execute(text("SELECT 1"))
        return {"status": "ok"}

    return app

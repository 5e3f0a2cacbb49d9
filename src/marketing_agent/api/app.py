"""The HTTP application: tools and approvals, customer pages, webhooks, health."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy import text

from marketing_agent.api.customer import customer_routes
from marketing_agent.api.errors import answer_error, answer_unreadable
from marketing_agent.api.tools import tool_router
from marketing_agent.api.webhooks import webhook_routes
from marketing_agent.core.errors import MarketingAgentError

if TYPE_CHECKING:
    from marketing_agent.api.tokens import CallerTokens
    from marketing_agent.services.ground import Ground
    from marketing_agent.toolbox.registry import Toolbox


_MOST_BYTES: Final = 1_000_000
"""Of a request's body: more than LINE and any tool call need."""


def build_app(ground: Ground, toolbox: Toolbox, tokens: CallerTokens) -> FastAPI:
    """The application over a ground; it opens and closes nothing itself."""
    app = FastAPI(
        title="Marketing Agent",
        version=version("marketing-agent"),
        docs_url="/api/docs",
        openapi_url="/api/openapi.json",
        redoc_url=None,
        max_body_size=_MOST_BYTES,
    )
    app.include_router(tool_router(ground, toolbox, tokens))
    app.router.routes.extend([*customer_routes(ground), *webhook_routes(ground)])
    app.add_exception_handler(MarketingAgentError, answer_error)
    app.add_exception_handler(RequestValidationError, answer_unreadable)

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

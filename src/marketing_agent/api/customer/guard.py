"""Around every handler: methods, errors as pages, and the headers of every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlencode

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route

from marketing_agent.api.customer.pages import Pages, protect
from marketing_agent.api.customer.parameters import query_of
from marketing_agent.api.customer.problems import (
    NOT_BY_HAND,
    Problem,
    WayBack,
    problem_of,
)
from marketing_agent.core.errors import (
    MarketingAgentError,
    PlatformError,
    SetupMissing,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

_log = structlog.get_logger(__name__)

Handler: TypeAlias = "Callable[[Request], Awaitable[Response]]"

# A page restored by a browser asks for a form's address with GET: that gets a page too.
_EVERY_METHOD: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def guarded(
    pages: Pages, path: str, handler: Handler, methods: tuple[str, ...]
) -> Route:
    """The route of a handler that may raise any MarketingAgentError."""

    async def endpoint(request: Request) -> Response:
        if request.method in methods:
            response = await _answer(pages, request, handler)
        else:
            response = problem_page(pages, request, NOT_BY_HAND)
            response.headers["allow"] = ", ".join(methods)
        protect(response)
        return response

    return Route(path, endpoint, methods=_EVERY_METHOD, name=handler.__name__)


async def _answer(pages: Pages, request: Request, handler: Handler) -> Response:
    try:
        return await handler(request)
    except MarketingAgentError as error:
        if isinstance(error, PlatformError | SetupMissing):
            _log.warning(
                "customer_page_failed",
                page=handler.__name__,
                error=type(error).__name__,
                detail=error.message,
            )
        return problem_page(pages, request, problem_of(error))
    except ClientDisconnect:
        return Response(status_code=400)


def problem_page(pages: Pages, request: Request, problem: Problem) -> Response:
    """The page of a problem, with its way back where the request names a ticket."""
    ticket, visitor = (query_of(request).get(name) for name in ("t", "v"))
    return pages.page(
        request,
        "problem",
        status=problem.status,
        section=problem.name,
        way_back=_way_back(problem.way_back, ticket, visitor),
    )


def _way_back(way: WayBack, ticket: str | None, visitor: str | None) -> str | None:
    if way is WayBack.NONE:
        return None
    if visitor is not None:
        return f"/link/done?{urlencode({'v': visitor})}"
    if ticket is None:
        return None
    retry = {"retry": "1"} if way is WayBack.LANDING_WITHOUT_AUTO_LOGIN else {}
    return f"/link?{urlencode({'t': ticket} | retry)}"

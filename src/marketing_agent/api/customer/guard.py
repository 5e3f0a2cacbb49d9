"""Around every handler: limits, methods, errors as pages, and the answers' headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlencode

import structlog
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Route

from marketing_agent.api.customer.browsers import better_browser
from marketing_agent.api.customer.limits import (
    READING,
    WRITING,
    AddressLimits,
    Allowance,
    TooManyRequests,
)
from marketing_agent.api.customer.pages import Pages, protect
from marketing_agent.api.customer.parameters import query_of, refuse_long_query
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Makes the routes of handlers that may raise any MarketingAgentError."""

    pages: Pages
    limits: AddressLimits
    public_url: str

    def get(
        self,
        path: str,
        handler: Handler,
        *,
        allowance: Allowance = READING,
        head: bool = True,
    ) -> Route:
        """A route that is read."""
        methods = ("GET", "HEAD") if head else ("GET",)
        return self._route(path, handler, methods, allowance)

    def post(self, path: str, handler: Handler) -> Route:
        """A route that takes a form or a script's word."""
        return self._route(path, handler, ("POST",), WRITING)

    def _route(
        self,
        path: str,
        handler: Handler,
        methods: tuple[str, ...],
        allowance: Allowance,
    ) -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                self.limits.admit(request, allowance)
                refuse_long_query(request)
                if request.method in methods:
                    response = await handler(request)
                else:
                    response = self._problem(request, NOT_BY_HAND)
                    response.headers["allow"] = ", ".join(methods)
            except MarketingAgentError as error:
                response = self._failed(request, handler.__name__, error)
            except ClientDisconnect:
                response = Response(status_code=400)
            protect(response)
            return response

        return Route(path, endpoint, methods=_EVERY_METHOD, name=handler.__name__)

    def _failed(
        self, request: Request, page: str, error: MarketingAgentError
    ) -> Response:
        if isinstance(error, PlatformError | SetupMissing):
            _log.warning(
                "customer_page_failed",
                page=page,
                error=type(error).__name__,
                detail=error.message,
            )
        response = self._problem(request, problem_of(error))
        if isinstance(error, TooManyRequests):
            response.headers["retry-after"] = str(error.facts["retry_after"])
        return response

    def _problem(self, request: Request, problem: Problem) -> Response:
        """The page of a problem, with its way back where the request names a ticket."""
        ticket, visitor = (query_of(request).get(name) for name in ("t", "v"))
        agent = request.headers.get("user-agent", "")
        return self.pages.page(
            request,
            "problem",
            status=problem.status,
            section=problem.name,
            way_back=_way_back(problem.way_back, ticket, visitor),
            copied=self._copied(problem.way_back, ticket, in_app=better_browser(agent)),
        )

    def _copied(
        self, way: WayBack, ticket: str | None, *, in_app: str | None
    ) -> str | None:
        """The address to open elsewhere, where this browser is likely the problem."""
        misled = way is WayBack.LANDING_WITHOUT_AUTO_LOGIN and in_app is not None
        if ticket is None or not (misled or way is WayBack.ANOTHER_BROWSER):
            return None
        return f"{self.public_url}/link?{urlencode({'t': ticket})}"


def _way_back(way: WayBack, ticket: str | None, visitor: str | None) -> str | None:
    if way in {WayBack.NONE, WayBack.ANOTHER_BROWSER}:
        return None
    if visitor is not None:
        return f"/link/done?{urlencode({'v': visitor})}"
    if ticket is None:
        return None
    retry = {"retry": "1"} if way is WayBack.LANDING_WITHOUT_AUTO_LOGIN else {}
    return f"/link?{urlencode({'t': ticket} | retry)}"

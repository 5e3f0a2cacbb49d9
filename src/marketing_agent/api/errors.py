"""Errors to answers: one status per class, and the message in one shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse

from marketing_agent.api.tokens import SignInNeeded
from marketing_agent.core.errors import (
    BadInput,
    Conflict,
    DatabaseUnavailable,
    MarketingAgentError,
    NotAllowed,
    NotFound,
    PlatformError,
    PlatformThrottled,
    SetupMissing,
)
from marketing_agent.services.line_events import ForgedWebhook
from marketing_agent.toolbox.registry import problems_of

if TYPE_CHECKING:
    from starlette.requests import Request


class UnreadableRequest(BadInput):
    """The request cannot be read: {problems}."""


_STATUSES: Final[dict[type[MarketingAgentError], int]] = {
    SignInNeeded: 401,
    ForgedWebhook: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    SetupMissing: 409,
    DatabaseUnavailable: 503,
    BadInput: 422,
    PlatformThrottled: 424,
    PlatformError: 424,
}
"""424: what the call depends on, Klaviyo or LINE, failed; nothing is wrong here.
503: nothing could be stored, so LINE delivers its events again."""


_SERVER_ERROR: Final = 500
_OUTAGE: Final = "This cannot be stored right now. Nothing was changed; try again."


def status_of(error: MarketingAgentError) -> int:
    """The HTTP status of the closest listed class."""
    for kind in type(error).__mro__:
        if kind in _STATUSES:
            return _STATUSES[kind]
    return 500


async def answer_error(_request: Request, error: Exception) -> JSONResponse:
    """`{"error": class name, "message": what to do}`."""
    assert isinstance(error, MarketingAgentError)
    status, headers = status_of(error), {}
    # What an outage looks like from inside is for the operator's log.
    message = _OUTAGE if status >= _SERVER_ERROR else error.message
    body = {"error": type(error).__name__, "message": message}
    if isinstance(error, PlatformThrottled):
        headers["Retry-After"] = str(int(error.retry_after) + 1)
    return JSONResponse(body, status, headers=headers)


async def answer_unreadable(request: Request, error: Exception) -> JSONResponse:
    """As for any bad input; FastAPI's own answer would repeat what was sent."""
    assert isinstance(error, RequestValidationError)
    problems = problems_of(error.errors())
    return await answer_error(request, UnreadableRequest(problems=problems))

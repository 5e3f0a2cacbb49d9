"""Errors to answers: one status per class, and the message in one shape."""

from __future__ import annotations

import math
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from marketing_agent.agent.planner.phrase_book import phrase_book
from marketing_agent.api.languages import language_of, told_in
from marketing_agent.api.live.watchers import TooManyTabs
from marketing_agent.api.sign_in.tries import TooManyTries
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
from marketing_agent.services.flow_webhooks import WrongLinkingKey
from marketing_agent.services.invitations import InvitationUsed
from marketing_agent.services.line_events import ForgedWebhook
from marketing_agent.services.token_budget import TokenBudgetSpent
from marketing_agent.toolbox.registry import problems_of

if TYPE_CHECKING:
    from starlette.requests import Request


class UnreadableRequest(BadInput):
    """The request cannot be read: {problems}."""


_STATUSES: Final[dict[type[MarketingAgentError], int]] = {
    SignInNeeded: 401,
    ForgedWebhook: 401,
    WrongLinkingKey: 401,
    InvitationUsed: 401,
    TooManyTries: 429,
    TooManyTabs: 429,
    TokenBudgetSpent: 429,
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


class Problem(BaseModel):
    """The body of every answer that is an error."""

    error: str
    """The class of the error: stable, and made for programs."""
    message: str
    """What is wrong and what to do about it, for people."""


def _told_as(description: str) -> dict[str, Any]:
    """Said with its media type: else FastAPI takes the one of the route's success."""
    schema = Problem.model_json_schema()
    return {
        "description": description,
        "content": {"application/json": {"schema": schema}},
    }


PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    401: _told_as("Nobody is signed in"),
    403: _told_as("This caller may not do that"),
    404: _told_as("There is no such thing"),
    405: _told_as("This path does not take that method"),
    409: _told_as("Something stands in the way"),
    413: {"description": "The body is too large", "content": {"text/plain": {}}},
    422: _told_as("What was sent cannot be used"),
    424: _told_as("Klaviyo or LINE failed"),
    429: _told_as("Too many tries, or no tokens left: see Retry-After"),
    503: _told_as("Nothing can be stored right now"),
}
"""What every route of the API may answer, for its documentation."""


_WITH_RETRY_AFTER: Final = (
    *(PlatformThrottled, TooManyTries, TooManyTabs),
    TokenBudgetSpent,
)
_UNPARSED: Final = 400
_SERVER_ERROR: Final = 500
_OUTAGE: Final = "This cannot be stored right now. Nothing was changed; try again."


def status_of(error: MarketingAgentError) -> int:
    """The HTTP status of the closest listed class."""
    for kind in type(error).__mro__:
        if kind in _STATUSES:
            return _STATUSES[kind]
    return 500


def outage_hidden(error: MarketingAgentError) -> str:
    """The message; what an outage looks like from inside is for the operator's log."""
    return _OUTAGE if status_of(error) >= _SERVER_ERROR else error.message


async def answer_error(request: Request, error: Exception) -> JSONResponse:
    """`{"error": class name, "message": what to do}`, as `Accept-Language` asks."""
    assert isinstance(error, MarketingAgentError)
    language = language_of(request.headers.get("accept-language", ""))
    status, headers = status_of(error), told_in(language)
    message = phrase_book().said(outage_hidden(error), language)
    body = {"error": type(error).__name__, "message": message}
    if isinstance(error, _WITH_RETRY_AFTER):
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    return JSONResponse(body, status, headers=headers)


async def answer_unreadable(request: Request, error: Exception) -> JSONResponse:
    """As for any bad input; FastAPI's own answer would repeat what was sent."""
    assert isinstance(error, RequestValidationError)
    problems = problems_of(error.errors())
    return await answer_error(request, UnreadableRequest(problems=problems))


async def answer_refused(request: Request, error: Exception) -> JSONResponse:
    """What the framework refuses before a route is reached, in the same shape."""
    assert isinstance(error, HTTPException)
    if error.status_code == _UNPARSED:
        unreadable = UnreadableRequest(problems="the body is not JSON in UTF-8")
        return await answer_error(request, unreadable)
    name = HTTPStatus(error.status_code).phrase.title().replace(" ", "")
    body = {"error": name, "message": error.detail}
    return JSONResponse(body, error.status_code, headers=error.headers)

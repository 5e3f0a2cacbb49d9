"""The page where an invited person signs in, with or without JavaScript.

GET shows a form and changes nothing. The script moves the code from the address into
the form; only pressing the button sends it, and leads to the dashboard.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from marketing_agent.api.customer.pages import Pages, protect
from marketing_agent.api.customer.parameters import form_of
from marketing_agent.api.dashboard.routes import HOME
from marketing_agent.api.errors import answer_error
from marketing_agent.api.sign_in.tries import TooManyTries
from marketing_agent.core.errors import MarketingAgentError
from marketing_agent.services.invitations import InvitationUsed

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.api.sign_in.door import Door

_PROBLEMS: Final[dict[type[MarketingAgentError], str]] = {
    InvitationUsed: "used",
    TooManyTries: "too_many",
}


def sign_in_pages(door: Door) -> list[Route]:
    """The routes under /sign-in, their pages loaded. Raises BrokenCatalogue."""
    way = _WayIn(door=door, pages=Pages(Path(__file__).parent))
    return [
        Route("/sign-in", way.ask, methods=["GET"]),
        Route("/sign-in", way.enter, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _WayIn:
    """The handlers, in the order of the way."""

    door: Door
    pages: Pages

    async def ask(self, request: Request) -> Response:
        """The button, whoever comes and however often."""
        return self._form(request)

    async def enter(self, request: Request) -> Response:
        """The button was pressed: on to the dashboard."""
        try:
            self.door.signed_in.cookie.check_origin(request)
            code = (await form_of(request)).get("code", "")
            _, token = await self.door.enter(request, code)
        except ClientDisconnect:
            return Response(status_code=400)
        except MarketingAgentError as error:
            return await self._refusal(request, error)
        response = _guarded(RedirectResponse(HOME, status_code=303))
        self.door.signed_in.cookie.put(response, token)
        return response

    async def _refusal(self, request: Request, error: MarketingAgentError) -> Response:
        """The form again, with the status and headers that the API answers with."""
        told = await answer_error(request, error)
        problem = _PROBLEMS.get(type(error), "other")
        page = self._form(request, problem=problem, status=told.status_code)
        if wait := told.headers.get("retry-after"):
            page.headers["retry-after"] = wait
        return page

    def _form(
        self, request: Request, *, problem: str | None = None, status: int = 200
    ) -> Response:
        page = self.pages.page(request, "sign_in", status=status, problem=problem)
        # With "no-referrer" a form's Origin is "null", and older browsers tell no more.
        page.headers["referrer-policy"] = "same-origin"
        return _guarded(page)


def _guarded(response: Response) -> Response:
    protect(response)
    return response

"""The page behind the Success Screen Button URL, for browsers without the script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.services import form_tickets

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from marketing_agent.api.customer.guard import Handler
    from marketing_agent.api.customer.pages import Pages
    from marketing_agent.services.ground import Ground


def form_help_page(ground: Ground, pages: Pages) -> Handler:
    """The handler of `/f/{slug}`. It knows nobody, so it can link nobody."""

    async def form_help(request: Request) -> Response:
        """How to link from here, and the account to add as a friend."""
        slug = request.path_params["slug"]
        shown = await form_tickets.help_of(ground, slug)
        return pages.page(request, "form_help", shown=shown)

    return form_help

"""The HTML screens a person sees on LINE: chooser, consent, add friend, account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2
from starlette.responses import HTMLResponse

from marketing_agent.sandbox.line.words import words

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.line.world import LineWorld

_PAGES = jinja2.Environment(
    loader=jinja2.PackageLoader("marketing_agent.sandbox.line", "pages"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
)
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    ),
}


def screen(
    world: LineWorld,
    request: Request,
    name: str,
    *,
    status: int = 200,
    locales: str = "",
    **facts: object,
) -> HTMLResponse:
    """Render `pages/<name>.html` in the caller's language."""
    spoken = words(locales, request.headers.get("accept-language", ""))
    html = _PAGES.get_template(f"{name}.html").render(
        words=spoken, world=world, bot=world.bot, **facts
    )
    return HTMLResponse(html, status_code=status, headers=_HEADERS)

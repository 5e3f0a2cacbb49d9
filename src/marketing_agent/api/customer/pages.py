"""Renders the customer's pages, and the headers that every answer carries.

Texts come from the catalogues and markup from `templates`; both are escaped where they
meet. Nothing is loaded from anywhere but this server.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Final

import jinja2
from starlette.responses import HTMLResponse

from marketing_agent.api.customer.languages import closest, wanted_languages
from marketing_agent.api.customer.wording import Wording, load_wordings

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_ROOM: Final = Path(__file__).parent
_HEADERS: Final = {
    "cache-control": "no-store",
    # Nothing may be shown or sent by an answer that is no page of ours.
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


class Pages:
    """The templates and the texts of a room, loaded once. Raises BrokenCatalogue.

    Layout and style are those of the customer's pages, whatever the room.
    """

    def __init__(self, room: Path = _ROOM) -> None:
        self._wordings = load_wordings(room / "catalogues")
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader([room / "templates", _ROOM / "templates"]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    def page(
        self, request: Request, name: str, *, status: int = 200, **facts: object
    ) -> HTMLResponse:
        """`templates/<name>.html` in the language of the browser."""
        wording = self._wording_for(request)
        nonce = secrets.token_urlsafe(16)
        html = self._templates.get_template(f"{name}.html").render(
            text=wording.text, language=wording.language, nonce=nonce, **facts
        )
        headers = {
            "content-language": wording.language,
            "content-security-policy": _page_policy(nonce),
            "vary": "accept-language",
        }
        return HTMLResponse(html, status_code=status, headers=headers)

    def _wording_for(self, request: Request) -> Wording:
        return closest(languages_of(request), self._wordings)


def languages_of(request: Request) -> tuple[str, ...]:
    """What the browser asks for, the most wanted first."""
    return wanted_languages(request.headers.get("accept-language", ""))


def protect(response: Response) -> None:
    """Add the headers that every answer carries, where it has none of its own."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)


def _page_policy(nonce: str) -> str:
    # Chromium holds redirects after a POST to form-action too; ours stay on this host.
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'nonce-{nonce}'",
            f"script-src 'nonce-{nonce}'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )

"""Serves the dashboard: one page for every address below /dashboard/, and its files.

The page itself is the same for everybody; what it shows it asks of the API.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from marketing_agent.api.customer.pages import Pages, protect
from marketing_agent.api.dashboard.built import Built

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.api.dashboard.built import BuiltFile

HOME: Final = "/dashboard/"
# The component library sizes things by style attributes and elements.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
_HASHED: Final = "assets/"
"""The folder of files that carry a hash of their content in their names."""


def dashboard_routes(built: Built | None = None) -> list[Route]:
    """The routes / and /dashboard/...; `built` replaces the package's own build.

    Raises BrokenCatalogue.
    """
    house = _Dashboard(built=built or Built())
    return [
        Route("/", house.home, methods=["GET"]),
        Route("/dashboard", house.home, methods=["GET"]),
        Route("/dashboard/{name:path}", house.file_or_page, methods=["GET"]),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dashboard:
    """The handlers."""

    built: Built
    pages: Pages = field(default_factory=lambda: Pages(Path(__file__).parent))

    async def home(self, _request: Request) -> Response:
        """The way to the dashboard."""
        return _guarded(RedirectResponse(HOME, status_code=302))

    async def file_or_page(self, request: Request) -> Response:
        """A built file, or the page, whose script knows what the address means."""
        name = request.path_params["name"]
        if name and (found := self.built.file(name)):
            return _guarded(_sent(request, found, hashed=name.startswith(_HASHED)))
        if name.startswith(_HASHED):
            # A page of an older build asks; the shell then offers to load again.
            return _guarded(Response(status_code=404))
        if page := self.built.file("index.html"):
            return _guarded(_sent(request, page, hashed=False))
        why = self.built.why_missing()
        return _guarded(self.pages.page(request, "not_built", status=503, why=why))


def _sent(request: Request, file: BuiltFile, *, hashed: bool) -> Response:
    headers = {
        "cache-control": "public, max-age=31536000, immutable"
        if hashed
        else "no-cache",
        "content-security-policy": _POLICY,
        "vary": "accept-encoding",
    }
    content = file.content
    if file.packed and "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["content-encoding"] = file.packed, "gzip"
    return Response(content, headers=headers, media_type=file.media_type)


def _guarded(response: Response) -> Response:
    response.headers.setdefault("referrer-policy", "same-origin")
    response.headers["cross-origin-opener-policy"] = "same-origin"
    protect(response)
    return response

"""The cookie that keeps a browser signed in, and who may send it along.

It holds a caller's token. Browsers send it by themselves, so whatever changes
something has to come from a page of ours.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import httpx

from marketing_agent.api.tokens import TOKEN_LIFE
from marketing_agent.core.errors import NotAllowed

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_LIFE: Final = int(TOKEN_LIFE.total_seconds())


class ForeignOrigin(NotAllowed):
    """This request does not come from a page of ours. Open our own page and repeat."""


class SessionCookie:
    """The cookie at one public address; over https no neighbour host can set it."""

    def __init__(self, public_url: str) -> None:
        url = httpx.URL(public_url)
        self.origin = f"{url.scheme}://{url.netloc.decode('ascii')}"
        self._secure = url.scheme == "https"
        self.name = "__Host-session" if self._secure else "session"

    def token_of(self, request: Request) -> str | None:
        """The token that the browser holds, if it sends one."""
        return request.cookies.get(self.name)

    def put(self, response: Response, token: str) -> None:
        """Sign the browser in."""
        self._set(response, token, _LIFE)

    def clear(self, response: Response) -> None:
        """Sign the browser out; the token itself ends with its life."""
        self._set(response, "", 0)

    def check_origin(self, request: Request) -> None:
        """Raises ForeignOrigin unless a page of ours sends this.

        `Sec-Fetch-Site` comes from every browser of today over https, `Origin` also
        from older ones and over plain http.
        """
        same_origin = request.headers.get("sec-fetch-site") == "same-origin"
        if not same_origin and request.headers.get("origin") != self.origin:
            raise ForeignOrigin

    def _set(self, response: Response, value: str, life: int) -> None:
        response.set_cookie(
            self.name,
            value,
            max_age=life,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )

"""The answers to scripts on other sites: small JSON, and the headers of CORS.

Only the merchant's exact origins may read them, never with cookies. An error is
`{"code": ...}`: its reader is a script, and nothing of the request is repeated.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import JSONResponse, Response

from marketing_agent.core.errors import MarketingAgentError

_HEADERS: Final = {
    "cache-control": "no-store",
    "vary": "origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_PREFLIGHT: Final = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "content-type",
    "access-control-max-age": "600",
}


class Refused(MarketingAgentError):
    """The script is told {code}."""

    def __init__(self, status: int, code: str, retry_after: int = 0) -> None:
        super().__init__(code=code)
        self.status = status
        self.code = code
        self.retry_after = retry_after


def told(body: object, status: int = 200) -> Response:
    """A JSON answer."""
    return JSONResponse(body, status, headers=_HEADERS)


def nothing_to_tell() -> Response:
    """204."""
    return Response(status_code=204, headers=_HEADERS)


def refusal(refused: Refused) -> Response:
    """The answer to what is refused."""
    answer = told({"code": refused.code}, refused.status)
    if refused.retry_after:
        answer.headers["retry-after"] = str(refused.retry_after)
    return answer


def preflight() -> Response:
    """What a browser may send, asked before it does."""
    answer = nothing_to_tell()
    answer.headers.update(_PREFLIGHT)
    return answer


def readable_by(answer: Response, origin: str) -> Response:
    """The same answer, which a script of this origin may read."""
    answer.headers["access-control-allow-origin"] = origin
    answer.headers["access-control-expose-headers"] = "Retry-After"
    return answer

"""Who is calling a route: by the token of the request, else by the browser's cookie.

Annotations are evaluated at once here: FastAPI reads those of the dependency.
"""

from typing import Final

from fastapi import Request

from marketing_agent.api.session_cookie import SessionCookie
from marketing_agent.api.tokens import (
    CallerTokens,
    Session,
    SignInNeeded,
    bearer_token,
)
from marketing_agent.core.callers import Caller

_READING: Final = frozenset(("GET", "HEAD"))


class SignedIn:
    """The dependency of every route that somebody has to be signed in for."""

    def __init__(self, tokens: CallerTokens, public_url: str) -> None:
        self.tokens = tokens
        self.cookie = SessionCookie(public_url)

    async def __call__(self, request: Request) -> Caller:
        """The caller. Raises SignInNeeded, ForeignOrigin."""
        return self.session(request).caller

    def session(self, request: Request) -> Session:
        """The caller, and until when they are signed in.

        A bearer token goes first, and then the cookie says nothing. Raises
        SignInNeeded, and ForeignOrigin for a write by cookie from elsewhere.
        """
        token = bearer_token(request.headers.get("authorization"))
        if token is not None:
            return self.tokens.session_of(token)
        kept = self.cookie.token_of(request)
        if kept is None:
            raise SignInNeeded
        session = self.tokens.session_of(kept)
        if request.method not in _READING:
            self.cookie.check_origin(request)
        return session

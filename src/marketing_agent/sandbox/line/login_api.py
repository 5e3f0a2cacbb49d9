"""LINE Login v2.1 on api.line.me: tokens, ID-token verify, friendship, profile.

Source: LINE Login v2.1 API reference. Where it gives no error text, the text is ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.line import id_tokens
from marketing_agent.sandbox.line.arguments import (
    form_of,
    json_of,
    need_channel,
    user_token,
)
from marketing_agent.sandbox.line.errors import login_error, messaging_error

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.line.grants import LoginCode, UserToken
    from marketing_agent.sandbox.line.world import LineWorld


@dataclass(frozen=True, slots=True)
class LoginApi:
    """What a login channel's server calls."""

    world: LineWorld

    def routes(self) -> list[Route]:
        """Starlette routes of api.line.me for LINE Login."""
        return [
            Route("/oauth2/v2.1/token", self.token, methods=["POST"]),
            Route("/oauth2/v2.1/verify", self.verify, methods=["POST"]),
            Route("/oauth2/v2.1/verify", self.verify_access, methods=["GET"]),
            Route("/oauth2/v2.1/userinfo", self.userinfo, methods=["GET", "POST"]),
            Route("/oauth2/v2.1/revoke", self.revoke, methods=["POST"]),
            Route("/user/v1/deauthorize", self.deauthorize, methods=["POST"]),
            Route("/friendship/v1/status", self.friendship, methods=["GET"]),
            Route("/v2/profile", self.profile, methods=["GET"]),
        ]

    async def token(self, request: Request) -> Response:
        """Exchange a code, or renew with a refresh token."""
        form = await form_of(request)
        self._authenticate(form)
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange(form)
            case "refresh_token":
                return self._renew(form)
            case _:
                raise login_error("unsupported_grant_type", "unknown grant_type")

    async def verify(self, request: Request) -> Response:
        """The claims of an ID token, or why it is not good."""
        form = await form_of(request)
        if form.get("client_id") != self.world.login_channel.id:
            raise login_error("invalid_request", "Invalid IdToken Audience.")
        claims = id_tokens.verify(
            self.world,
            form.get("id_token", ""),
            nonce=form.get("nonce"),
            user_id=form.get("user_id"),
        )
        return JSONResponse(claims)

    async def verify_access(self, request: Request) -> Response:
        """Whether a user access token is live, and for how long."""
        name = request.query_params.get("access_token", "")
        token = self.world.grants.user_token(name)
        if token is None:
            raise login_error("invalid_request", "access token expired")
        left = token.expires - self.world.clock()
        return JSONResponse(
            {
                "scope": _scope(token.scopes),
                "client_id": self.world.login_channel.id,
                "expires_in": round(left.total_seconds()),
            }
        )

    async def userinfo(self, request: Request) -> Response:
        """The OpenID Connect user info of the caller's user."""
        token = user_token(self.world, request, "openid")
        user = self.world.user(token.user_id)
        answer = {"sub": user.id}
        if "profile" in token.scopes:
            answer["name"] = user.name
            if user.picture_url:
                answer["picture"] = user.picture_url
        return JSONResponse(answer)

    async def revoke(self, request: Request) -> Response:
        """End an access token. Unknown ones are no error: they are ended already."""
        form = await form_of(request)
        self._authenticate(form)
        self.world.grants.revoke(form.get("access_token", ""))
        return Response()

    async def deauthorize(self, request: Request) -> Response:
        """Take back what the user granted. Needs a live user access token."""
        need_channel(self.world, request, self.world.login_channel)
        body = await json_of(request)
        token = self.world.grants.user_token(str(body.get("userAccessToken", "")))
        if token is None:
            raise messaging_error(400, "invalid token")
        self.world.grants.deauthorize(token.user_id)
        return Response(status_code=204)

    async def friendship(self, request: Request) -> Response:
        """True only for a friend who has not blocked the account."""
        token = user_token(self.world, request, "profile")
        return JSONResponse({"friendFlag": self.world.is_friend(token.user_id)})

    async def profile(self, request: Request) -> Response:
        """The caller's user."""
        user = self.world.user(user_token(self.world, request, "profile").user_id)
        answer = {"userId": user.id, "displayName": user.name}
        if user.picture_url:
            answer["pictureUrl"] = user.picture_url
        return JSONResponse(answer)

    def _authenticate(self, form: dict[str, str]) -> None:
        channel = self.world.channel(
            form.get("client_id", ""), form.get("client_secret", "")
        )
        if channel != self.world.login_channel:
            raise login_error("invalid_client", "client authentication failed", 401)

    def _exchange(self, form: dict[str, str]) -> Response:
        code = self.world.grants.take_code(form.get("code", ""))
        if code is None:
            raise login_error("invalid_grant", "invalid authorization code")
        if form.get("redirect_uri") != code.redirect_uri:
            raise login_error("invalid_grant", "redirect_uri does not match")
        if not code.proven_by(form.get("code_verifier")):
            raise login_error("invalid_grant", "code_verifier does not match")
        token = self.world.grants.issue_user_token(code.user_id, code.scopes)
        return JSONResponse(self._token_answer(token, code))

    def _renew(self, form: dict[str, str]) -> Response:
        token = self.world.grants.refresh(form.get("refresh_token", ""))
        if token is None:
            raise login_error("invalid_grant", "invalid refresh token")
        return JSONResponse(self._token_answer(token, None))

    def _token_answer(
        self, token: UserToken, code: LoginCode | None
    ) -> dict[str, object]:
        left = token.expires - self.world.clock()
        answer: dict[str, object] = {
            "access_token": token.access_token,
            "expires_in": round(left.total_seconds()),
            "refresh_token": token.refresh_token,
            "scope": _scope(token.scopes),
            "token_type": "Bearer",
        }
        if code is not None and "openid" in code.scopes:
            answer["id_token"] = id_tokens.issue(self.world, code)
        return answer


def _scope(scopes: frozenset[str]) -> str:
    """LINE never echoes `email`, even when it is granted."""
    return " ".join(sorted(scopes - {"email"}))

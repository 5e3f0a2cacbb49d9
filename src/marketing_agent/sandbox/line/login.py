"""LINE Login's pages on access.line.me: authorize, consent, add friend.

Only the POSTs behind the buttons change anything; a GET that needs no consent hands
out a code, as LINE's does.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.line.accounts import SESSION_COOKIE, Friendship, LineUser
from marketing_agent.sandbox.line.grants import CODE_LIFE, LoginCode
from marketing_agent.sandbox.line.requests import (
    AuthorizeRequest,
    RefusedRequest,
    parse,
)
from marketing_agent.sandbox.line.screens import screen

if TYPE_CHECKING:
    from starlette.datastructures import FormData
    from starlette.requests import Request

    from marketing_agent.sandbox.line.world import LineWorld

AUTHORIZE = "/oauth2/v2.1/authorize"


@dataclass(frozen=True, slots=True)
class LoginPages:
    """The routes of a login, over one world."""

    world: LineWorld

    def routes(self) -> list[Route]:
        """Starlette routes of access.line.me."""
        return [
            Route(AUTHORIZE, self.authorize, methods=["GET"]),
            Route("/oauth2/v2.1/login", self.log_in, methods=["POST"]),
            Route("/oauth2/v2.1/consent", self.consent, methods=["POST"]),
            Route("/oauth2/v2.1/add-friend", self.add_friend, methods=["POST"]),
        ]

    async def authorize(self, request: Request) -> Response:
        """Where a login starts; `sandbox_user` says whose phone this is."""
        return self._next_screen(request, parse(self.world, request.url.query))

    async def log_in(self, request: Request) -> Response:
        """The chooser's answer: this browser belongs to that LINE user."""
        form = await request.form()
        login = parse(self.world, _text(form, "query"))
        response = RedirectResponse(f"{AUTHORIZE}?{login.without_prompt()}", 303)
        return _remember(response, self.world.user(_text(form, "user")))

    async def consent(self, request: Request) -> Response:
        """Allow or Cancel on the consent screen."""
        form = await request.form()
        login = parse(self.world, _text(form, "query"))
        if _text(form, "decision") != "allow":
            raise RefusedRequest(login, "ACCESS_DENIED", "The user cancelled")
        user = self.world.user(_text(form, "user"))
        if _text(form, "share_email") != "yes":
            login = login.without_email()
        stranger = not self.world.is_friend(user.id)
        if login.bot_prompt == "aggressive" and stranger:
            return self._show(request, login, "add_friend", user)
        add = _text(form, "add_friend") == "yes"
        return await self._allowed(request, login, user, add=add)

    async def add_friend(self, request: Request) -> Response:
        """The extra screen of `bot_prompt=aggressive`: add, or not now."""
        form = await request.form()
        login = parse(self.world, _text(form, "query"))
        user = self.world.user(_text(form, "user"))
        add = _text(form, "decision") == "add"
        return await self._allowed(request, login, user, add=add)

    async def not_allowed(self, request: Request, untrusted: Exception) -> Response:
        """LINE's own error page: nobody is redirected to a stranger."""
        reason = f"bad_{untrusted}"
        return screen(self.world, request, "not_allowed", status=400, reason=reason)

    def _next_screen(self, request: Request, login: AuthorizeRequest) -> Response:
        user = self._whose_phone(request)
        if user is None or login.prompt == "login":
            if login.prompt == "none":
                raise RefusedRequest(login, "LOGIN_REQUIRED", "nobody is logged in")
            return self._show(request, login, "chooser", None)
        known = self.world.grants.consented(user.id, login.scopes)
        if not known and login.prompt == "none":
            raise RefusedRequest(login, "INTERACTION_REQUIRED", "consent is needed")
        if known and login.prompt != "consent":
            return _remember(self._with_code(request, login, user), user)
        return _remember(self._show(request, login, "consent", user), user)

    async def _allowed(
        self, request: Request, login: AuthorizeRequest, user: LineUser, *, add: bool
    ) -> Response:
        if not login.bot_prompt:
            return self._with_code(request, login, user)
        changed = add and not self.world.is_friend(user.id)
        if changed:
            await self.world.follow(user.id)
        answer = "true" if changed else "false"
        return self._with_code(request, login, user, friendship_status_changed=answer)

    def _with_code(
        self, request: Request, login: AuthorizeRequest, user: LineUser, **extra: str
    ) -> Response:
        if self.world.faults.login.bogus_callback and not login.disable_auto_login:
            bogus = login.answer(
                code=secrets.token_urlsafe(15), state=secrets.token_hex(16)
            )
            return self._back(request, bogus)
        code = self.world.grants.issue_code(
            LoginCode(
                user_id=user.id,
                redirect_uri=login.redirect_uri,
                scopes=login.scopes,
                nonce=login.nonce,
                challenge=login.challenge,
                amr="pwd" if login.disable_auto_login else "lineautologin",
                expires=self.world.clock() + CODE_LIFE,
            )
        )
        return self._back(request, login.answer(code=code, state=login.state, **extra))

    def _back(self, request: Request, callback: str) -> Response:
        if self.world.faults.login.other_browser:
            return screen(self.world, request, "other_browser", callback=callback)
        return RedirectResponse(callback, 302)

    def _show(
        self,
        request: Request,
        login: AuthorizeRequest,
        name: str,
        user: LineUser | None,
    ) -> Response:
        blocked = user is not None and (
            self.world.friendship(user.id) is Friendship.BLOCKED
        )
        return screen(
            self.world,
            request,
            name,
            locales=login.ui_locales,
            login=login,
            user=user,
            is_friend=user is not None and self.world.is_friend(user.id),
            is_blocked=blocked,
        )

    def _whose_phone(self, request: Request) -> LineUser | None:
        named = request.query_params.get("sandbox_user")
        user_id = named or request.cookies.get(SESSION_COOKIE, "")
        return self.world.user(user_id) if self.world.knows(user_id) else None


def _remember(response: Response, user: LineUser) -> Response:
    response.set_cookie(SESSION_COOKIE, user.id, httponly=True, samesite="lax")
    return response


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


async def sent_back(_: Request, refused: Exception) -> Response:
    """Tell the callback what was wrong with a request, or that the user cancelled."""
    assert isinstance(refused, RefusedRequest)
    return RedirectResponse(refused.callback, 302)

"""The Official Account's own page, as `https://line.me/R/ti/p/@id` shows it.

Nothing in the URL survives into the follow event: LINE's add-friend link cannot carry
who the customer is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.line.accounts import SESSION_COOKIE, Friendship
from marketing_agent.sandbox.line.screens import screen

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.line.world import LineWorld

ACCOUNT = "/R/ti/p/{basic_id}"


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Shows the account to whoever holds the phone, with the add button."""

    world: LineWorld

    def routes(self) -> list[Route]:
        """Starlette routes of line.me."""
        return [
            Route(ACCOUNT, self.show, methods=["GET"]),
            Route(ACCOUNT, self.add, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """The account, and how this phone's owner stands to it."""
        if request.path_params["basic_id"] != self.world.bot.basic_id:
            return Response("There is no such account.", 404)
        user_id = request.cookies.get(SESSION_COOKIE, "")
        user = self.world.user(user_id) if self.world.knows(user_id) else None
        friendship = self.world.friendship(user.id) if user else Friendship.NONE
        return screen(
            self.world,
            request,
            "account",
            user=user,
            is_friend=friendship is Friendship.FRIEND,
            is_blocked=friendship is Friendship.BLOCKED,
        )

    async def add(self, request: Request) -> Response:
        """The chooser's answer, or the add button."""
        form = await request.form()
        user = self.world.user(str(form.get("user", "")))
        if form.get("decision") == "add":
            await self.world.follow(user.id)
        response = RedirectResponse(request.url.path, 303)
        response.set_cookie(SESSION_COOKIE, user.id, httponly=True, samesite="lax")
        return response

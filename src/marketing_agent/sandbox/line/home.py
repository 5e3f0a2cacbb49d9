"""The front page for a person: who is on this LINE, who is a friend, what arrived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.line.screens import screen

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.line.world import LineWorld


@dataclass(frozen=True, slots=True)
class Home:
    """Shows every phone's LINE at once, with the moves a person can make there."""

    world: LineWorld

    def routes(self) -> list[Route]:
        """Starlette routes of the front page."""
        return [
            Route("/", self.show, methods=["GET"]),
            Route("/", self.move, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Users, friendship, last messages."""
        return screen(self.world, request, "home")

    async def move(self, request: Request) -> Response:
        """Add, block or unblock in a user's name."""
        form = await request.form()
        user = self.world.user(str(form.get("user", "")))
        if form.get("move") == "block":
            await self.world.block(user.id)
        else:
            await self.world.follow(user.id)
        return RedirectResponse("/", 303)

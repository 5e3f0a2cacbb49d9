"""The Messaging API's reading calls: the bot, its friends' profiles, its followers.

Source: line-openapi `messaging-api.yml` and the Messaging API reference for errors.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.line.accounts import USER_ID, AccountType
from marketing_agent.sandbox.line.arguments import need_channel
from marketing_agent.sandbox.line.errors import messaging_error

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.line.world import LineWorld

FOLLOWERS_DEFAULT = 300
FOLLOWERS_MOST = 1_000
NEXT_LIFE = timedelta(hours=24)
"""How long a `next` token can be used as `start`."""


@dataclass(frozen=True, slots=True)
class BotApi:
    """Who the bot is, and whom it may know."""

    world: LineWorld
    _pages: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        """Starlette routes under /v2/bot that only read."""
        return [
            Route("/v2/bot/info", self.info, methods=["GET"]),
            Route("/v2/bot/profile/{user_id}", self.profile, methods=["GET"]),
            Route("/v2/bot/followers/ids", self.followers, methods=["GET"]),
        ]

    async def info(self, request: Request) -> Response:
        """The Official Account; its `userId` is the webhooks' `destination`."""
        need_channel(self.world, request, self.world.messaging_channel)
        bot = self.world.bot
        return JSONResponse(
            {
                "userId": bot.user_id,
                "basicId": bot.basic_id,
                "displayName": bot.display_name,
                "chatMode": "bot",
                "markAsReadMode": "auto",
            }
        )

    async def profile(self, request: Request) -> Response:
        """A friend's profile; 404 for everyone else, without saying why."""
        need_channel(self.world, request, self.world.messaging_channel)
        user_id = request.path_params["user_id"]
        if not USER_ID.fullmatch(user_id):
            raise messaging_error(
                400, "The value for the 'userId' parameter is invalid"
            )
        if not self.world.knows(user_id) or not self.world.is_friend(user_id):
            raise messaging_error(404, "Not found")
        user = self.world.user(user_id)
        answer = {
            "displayName": user.name,
            "userId": user.id,
            "language": user.language,
        }
        if user.picture_url:
            answer["pictureUrl"] = user.picture_url
        return JSONResponse(answer)

    async def followers(self, request: Request) -> Response:
        """A page of friends' IDs, for verified and premium accounts.

        A page may be short, or empty, and still have a successor.
        """
        need_channel(self.world, request, self.world.messaging_channel)
        if self.world.account_type is AccountType.UNVERIFIED:
            raise messaging_error(
                403, "Access to this API is not available for your account"
            )
        begin = self._begin(request.query_params.get("start"))
        end = begin + _limit(request.query_params.get("limit"))
        answer: dict[str, object] = {"userIds": self.world.followers(begin, end)}
        if end < self.world.follower_places:
            answer["next"] = self._page_from(end)
        return JSONResponse(answer)

    def _begin(self, start: str | None) -> int:
        if start is None:
            return 0
        begin, ends = self._pages.get(start, (0, None))
        if ends is None or ends <= self.world.clock():
            raise messaging_error(400, "Invalid start param")
        return begin

    def _page_from(self, begin: int) -> str:
        token = secrets.token_urlsafe(24)
        self._pages[token] = (begin, self.world.clock() + NEXT_LIFE)
        return token


def _limit(given: str | None) -> int:
    if given is None:
        return FOLLOWERS_DEFAULT
    if not given.isascii() or not given.isdigit() or not int(given):
        raise messaging_error(400, "The value for the 'limit' parameter is invalid")
    return min(int(given), FOLLOWERS_MOST)

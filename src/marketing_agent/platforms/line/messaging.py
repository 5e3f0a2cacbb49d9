"""The Messaging API over HTTP: the account, its friends' profiles and its webhook.

Every method raises the errors of `Sender` and of `ChannelTokens`, `PlatformRefused` or
one of its kinds for other 4xx answers (with `facts["request_id"]`, LINE's own), and
`PlatformAnswerUnreadable`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from marketing_agent.core.errors import BadInput
from marketing_agent.platforms.line.exchange import (
    MESSAGING_TIER,
    PLATFORM,
    WEBHOOK_TEST_TIER,
    WEBHOOK_TIER,
    accepted,
    refusal,
    said,
    says_not_found,
)
from marketing_agent.platforms.line.types import (
    FollowersNotListed,
    FollowersStartExpired,
)
from marketing_agent.platforms.line.wire import (
    read_bot,
    read_followers,
    read_profile,
    read_user_id,
    read_webhook_endpoint,
    read_webhook_test,
)
from marketing_agent.platforms.sender import Call, Method, Sender

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.core.signals import LineUserId
    from marketing_agent.platforms.json_values import JsonObject
    from marketing_agent.platforms.limits import Tier
    from marketing_agent.platforms.line.channel_tokens import ChannelTokens
    from marketing_agent.platforms.line.types import (
        Followers,
        LineBot,
        LineChannel,
        LineProfile,
        WebhookEndpoint,
        WebhookTest,
    )

_ENDPOINT_PATH = "/v2/bot/channel/webhook/endpoint"

MOST_FOLLOWERS = 1000
"""On one page (Messaging API reference, "Get a list of users who added your ...")."""


class LineMessaging:
    """One Messaging API channel."""

    def __init__(
        self,
        api_base_url: str,
        channel: LineChannel,
        sender: Sender,
        tokens: ChannelTokens,
    ) -> None:
        self._api_base_url = api_base_url.rstrip("/")
        self._channel = channel
        self._sender = sender
        self._tokens = tokens

    async def bot_info(self) -> LineBot:
        """Give the LINE Official Account that this channel speaks for."""
        call, answer = await self._ask("get_bot_info", "GET", "/v2/bot/info")
        return accepted(call, answer, read_bot)

    async def profile(self, user_id: LineUserId) -> LineProfile | None:
        """Give the friend's profile, or None.

        None for someone unknown, not a friend, who blocked the account or who never
        consented: LINE does not tell these apart.
        """
        if read_user_id(user_id) is None:
            return None
        path = f"/v2/bot/profile/{user_id}"
        call, answer = await self._ask("get_profile", "GET", path)
        return None if says_not_found(answer) else accepted(call, answer, read_profile)

    async def followers(
        self, start: str | None = None, limit: int = MOST_FOLLOWERS
    ) -> Followers:
        """Give a page of friends: the first, or the one that another's `next` names.

        Raises `BadInput` unless `limit` is 1 to 1000.
        """
        if not 1 <= limit <= MOST_FOLLOWERS:
            raise BadInput(detail=f"a page has 1 to {MOST_FOLLOWERS} followers")
        query = {"limit": str(limit)} | ({"start": start} if start else {})
        call, answer = await self._ask(
            "get_followers", "GET", "/v2/bot/followers/ids", query=query
        )
        if answer.status_code == httpx.codes.FORBIDDEN and said(answer) is not None:
            return FollowersNotListed()
        if start and answer.status_code == httpx.codes.BAD_REQUEST and said(answer):
            return FollowersStartExpired()
        return accepted(call, answer, read_followers)

    async def webhook_endpoint(self) -> WebhookEndpoint | None:
        """Where LINE sends events now; None where no URL is set."""
        call, answer = await self._ask(
            "get_webhook_endpoint", "GET", _ENDPOINT_PATH, tier=WEBHOOK_TIER
        )
        if says_not_found(answer):
            return None
        return accepted(call, answer, read_webhook_endpoint)

    async def set_webhook_endpoint(self, url: str) -> None:
        """Have events sent to `url` (https, at most 500 characters), within a minute.

        "Use webhook" itself can only be switched on by a person in LINE's console.
        """
        call, answer = await self._ask(
            "set_webhook_endpoint",
            "PUT",
            _ENDPOINT_PATH,
            tier=WEBHOOK_TIER,
            json={"endpoint": url},
        )
        if not answer.is_success:
            raise refusal(call, answer)

    async def test_webhook(self) -> WebhookTest:
        """Have LINE call the webhook endpoint once, and hear what it met."""
        path = "/v2/bot/channel/webhook/test"
        call, answer = await self._ask(
            "test_webhook", "POST", path, tier=WEBHOOK_TEST_TIER, json={}
        )
        return accepted(call, answer, read_webhook_test)

    async def _ask(
        self,
        name: str,
        method: Method,
        path: str,
        *,
        tier: Tier = MESSAGING_TIER,
        query: Mapping[str, str] | None = None,
        json: JsonObject | None = None,
    ) -> tuple[Call, httpx.Response]:
        """Send with a channel token; with a new one where the kept one is refused."""
        call = Call(
            platform=PLATFORM,
            name=name,
            method=method,
            url=f"{self._api_base_url}{path}",
            account=self._channel.id,
            tier=tier,
            query=query,
            json=json,
            repeatable=method != "POST",
        )
        return call, await self._tokens.send(self._sender, self._channel, call)

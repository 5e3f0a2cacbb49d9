"""The Messaging API over HTTP: the account, its friends' profiles and its webhook.

Every method raises the errors of `Sender` and of `ChannelTokens`, `PlatformRefused` or
one of its kinds for other 4xx answers (with `facts["request_id"]`, LINE's own), and
`PlatformAnswerUnreadable`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from marketing_agent.platforms.line.exchange import (
    MESSAGING_TIER,
    PLATFORM,
    WEBHOOK_TEST_TIER,
    WEBHOOK_TIER,
    accepted,
    refusal,
    says_not_found,
)
from marketing_agent.platforms.line.wire import (
    read_bot,
    read_profile,
    read_user_id,
    read_webhook_endpoint,
    read_webhook_test,
)
from marketing_agent.platforms.sender import Call, Method, Sender

if TYPE_CHECKING:
    from marketing_agent.core.signals import LineUserId
    from marketing_agent.platforms.json_values import JsonObject
    from marketing_agent.platforms.limits import Tier
    from marketing_agent.platforms.line.channel_tokens import ChannelTokens
    from marketing_agent.platforms.line.types import (
        LineBot,
        LineChannel,
        LineProfile,
        WebhookEndpoint,
        WebhookTest,
    )

_ENDPOINT_PATH = "/v2/bot/channel/webhook/endpoint"


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
        json: JsonObject | None = None,
    ) -> tuple[Call, httpx.Response]:
        """Send with a channel token; with a new one where the kept one is refused."""
        call = await self._call(name, method, path, tier=tier, json=json)
        answer = await self._sender.send(call)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.forget(self._channel)
            call = await self._call(name, method, path, tier=tier, json=json)
            answer = await self._sender.send(call)
        return call, answer

    async def _call(
        self,
        name: str,
        method: Method,
        path: str,
        *,
        tier: Tier,
        json: JsonObject | None,
    ) -> Call:
        token = await self._tokens.token(self._channel)
        return Call(
            platform=PLATFORM,
            name=name,
            method=method,
            url=f"{self._api_base_url}{path}",
            account=self._channel.id,
            tier=tier,
            headers={"Authorization": f"Bearer {token}"},
            json=json,
            repeatable=method != "POST",
        )

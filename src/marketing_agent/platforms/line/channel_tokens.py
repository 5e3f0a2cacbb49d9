"""Stateless channel access tokens, for channel id and secret, kept 12 minutes.

They live 15 minutes and cannot be revoked (Messaging API reference, "Issue stateless
channel access token"), so nothing long-lived is stored but the secret.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import httpx

from marketing_agent.core.errors import CredentialsRefused
from marketing_agent.platforms.line.exchange import (
    LOGIN_TIER,
    PLATFORM,
    accepted,
    refusal,
)
from marketing_agent.platforms.line.wire import ChannelToken, read_channel_token
from marketing_agent.platforms.sender import Call, Sender

if TYPE_CHECKING:
    from collections.abc import Callable

    from marketing_agent.platforms.line.types import LineChannel

LONGEST_KEPT = 720.0
"""Seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    token: str
    until: float


class ChannelTokens:
    """The tokens of all channels of one process; one call at a time per channel.

    Raises `CredentialsRefused` where LINE knows no such id and secret, and the errors
    of `Sender`. `now` counts seconds forwards.
    """

    def __init__(
        self,
        api_base_url: str,
        sender: Sender,
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = f"{api_base_url.rstrip('/')}/oauth2/v3/token"
        self._sender = sender
        self._now = now
        self._kept: dict[LineChannel, _Kept] = {}
        self._locks: defaultdict[LineChannel, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def token(self, channel: LineChannel) -> str:
        """Give a token that is good for at least a minute."""
        async with self._locks[channel]:
            kept = self._kept.get(channel)
            if kept is None or kept.until <= self._now():
                kept = self._kept[channel] = await self._issue(channel)
            return kept.token

    def forget(self, channel: LineChannel) -> None:
        """Ask anew next time: LINE did not take the token that is kept."""
        self._kept.pop(channel, None)

    async def send(
        self, sender: Sender, channel: LineChannel, call: Call
    ) -> httpx.Response:
        """Send the call for the channel, once more where LINE ended a token early."""
        answer = await sender.send(await self._signed(channel, call))
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self.forget(channel)
            answer = await sender.send(await self._signed(channel, call))
        return answer

    async def _signed(self, channel: LineChannel, call: Call) -> Call:
        token = await self.token(channel)
        return replace(call, headers={"Authorization": f"Bearer {token}"})

    async def _issue(self, channel: LineChannel) -> _Kept:
        asked = self._now()
        issued = await self._asked_of_line(channel)
        life = min(LONGEST_KEPT, issued.expires_in - 60.0)
        return _Kept(token=issued.text, until=asked + life)

    async def _asked_of_line(self, channel: LineChannel) -> ChannelToken:
        call = Call(
            platform=PLATFORM,
            name="issue_channel_token",
            method="POST",
            url=self._url,
            account=channel.id,
            tier=LOGIN_TIER,
            form={
                "grant_type": "client_credentials",
                "client_id": channel.id,
                "client_secret": channel.secret,
            },
        )
        answer = await self._sender.send(call)
        if answer.status_code == httpx.codes.BAD_REQUEST:
            # A well-formed request is refused only for its id and secret.
            raise refusal(call, answer, kind=CredentialsRefused)
        return accepted(call, answer, read_channel_token)

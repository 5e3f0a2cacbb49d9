"""Push messages and the quota.

A 200 does not mean delivered: LINE answers 200 for a user who is no friend, too
(Messaging API reference, "Send push message").
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.line.accounts import USER_ID
from marketing_agent.sandbox.line.arguments import json_of, need_channel
from marketing_agent.sandbox.line.errors import LineRefusal, messaging_error
from marketing_agent.sandbox.line.world import LineWorld, SentMessage

if TYPE_CHECKING:
    from starlette.requests import Request

MESSAGES_MOST = 5
RETRY_KEY_LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PushApi:
    """Sends to one user at a time."""

    world: LineWorld

    def routes(self) -> list[Route]:
        """Starlette routes under /v2/bot/message."""
        quota = "/v2/bot/message/quota"
        return [
            Route("/v2/bot/message/push", self.push, methods=["POST"]),
            Route(quota, self.quota, methods=["GET"]),
            Route(f"{quota}/consumption", self.consumption, methods=["GET"]),
        ]

    async def push(self, request: Request) -> Response:
        """Accept up to five messages for one user."""
        need_channel(self.world, request, self.world.messaging_channel)
        body = await json_of(request)
        key = _retry_key(request)
        to, messages = _receiver(body), _messages(body)
        self._refuse_repeat(key)
        if not self.world.knows(to):
            raise messaging_error(400, "Failed to send messages")
        if self.world.quota is not None and self._used() >= self.world.quota:
            raise messaging_error(429, "You have reached your monthly limit.")
        sent = tuple(self._sent(to, message) for message in messages)
        self.world.sent.extend(sent)
        if key:
            self.world.retry_keys[key] = (str(uuid.uuid4()), sent)
        return JSONResponse({"sentMessages": _ids(sent)})

    async def quota(self, request: Request) -> Response:
        """How many messages this month's plan allows."""
        need_channel(self.world, request, self.world.messaging_channel)
        if self.world.quota is None:
            return JSONResponse({"type": "none"})
        return JSONResponse({"type": "limited", "value": self.world.quota})

    async def consumption(self, request: Request) -> Response:
        """How many were counted: only the delivered ones are."""
        need_channel(self.world, request, self.world.messaging_channel)
        return JSONResponse({"totalUsage": self._used()})

    def _used(self) -> int:
        return sum(message.delivered for message in self.world.sent)

    def _sent(self, to: str, message: dict[str, object]) -> SentMessage:
        return SentMessage(
            id=str(secrets.randbelow(10**18)),
            to=to,
            message=message,
            delivered=self.world.is_friend(to),
            at=self.world.clock(),
        )

    def _refuse_repeat(self, key: str) -> None:
        request_id, sent = self.world.retry_keys.get(key, ("", ()))
        if not sent or sent[0].at + RETRY_KEY_LIFE <= self.world.clock():
            return
        raise LineRefusal(
            409,
            {
                "message": "The retry key is already accepted",
                "sentMessages": _ids(sent),
            },
            {"x-line-accepted-request-id": request_id},
        )


def _ids(sent: tuple[SentMessage, ...]) -> list[dict[str, str]]:
    return [{"id": message.id} for message in sent]


def _retry_key(request: Request) -> str:
    key = request.headers.get("x-line-retry-key", "")
    try:
        return str(uuid.UUID(key)) if key else ""
    except ValueError as error:
        raise messaging_error(400, "The retry key is not a UUID") from error


def _receiver(body: dict[str, object]) -> str:
    to = body.get("to")
    if not isinstance(to, str) or not USER_ID.fullmatch(to):
        raise messaging_error(400, "The property, 'to', in the request body is invalid")
    return to


def _messages(body: dict[str, object]) -> list[dict[str, object]]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not 1 <= len(messages) <= MESSAGES_MOST:
        raise messaging_error(
            400,
            "The request body has 1 error(s)",
            messages=f"Size must be between 1 and {MESSAGES_MOST}",
        )
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or not message.get("type"):
            raise messaging_error(
                400,
                "The request body has 1 error(s)",
                **{f"messages[{number}].type": "May not be empty"},
            )
    return messages

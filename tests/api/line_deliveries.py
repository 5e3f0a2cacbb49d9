"""What LINE sends to the webhook, signed as LINE signs it, and what others send."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from marketing_agent.storage import merchants
from tests.desk import MESSAGING

if TYPE_CHECKING:
    import httpx

    from tests.desk import Desk

HANA = "U" + "1" * 32
KENTA = "U" + "2" * 32
AT_MS = 1_795_000_000_000

Json = dict[str, Any]


def follow(event_id: str, user: str = HANA, **changes: Any) -> Json:
    """A follow event; `changes` replace or add fields."""
    return {
        "type": "follow",
        "mode": "active",
        "timestamp": AT_MS,
        "source": {"type": "user", "userId": user},
        "webhookEventId": event_id,
        "deliveryContext": {"isRedelivery": False},
        "follow": {"isUnblocked": False},
        **changes,
    }


def signature(body: bytes, secret: str = MESSAGING.secret) -> str:
    """Base64 of HMAC-SHA256 over the raw body."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A merchant's webhook, seen from LINE."""

    desk: Desk
    key: str
    destination: str

    def body(self, *events: object) -> bytes:
        """A delivery of these events."""
        whole = {"destination": self.destination, "events": events}
        return json.dumps(whole).encode()

    async def send(
        self, body: bytes, *, signed: str | None = None, key: str | None = None
    ) -> httpx.Response:
        """Send a body: rightly signed and to the right key unless told otherwise."""
        headers = {"x-line-signature": signature(body) if signed is None else signed}
        path = f"/line/webhook/{self.key if key is None else key}"
        return await self.desk.http.post(path, content=body, headers=headers)

    async def deliver(self, *events: object) -> httpx.Response:
        """Send events as LINE does."""
        return await self.send(self.body(*events))


async def webhook_of(desk: Desk) -> Webhook:
    """The webhook of the connected merchant."""
    async with desk.ground.database.transaction() as tx:
        merchant = await merchants.get(tx, desk.merchant_id)
        account = await merchants.line_account(tx, desk.merchant_id)
    assert account is not None
    return Webhook(desk=desk, key=merchant.webhook_key, destination=account.bot_user_id)

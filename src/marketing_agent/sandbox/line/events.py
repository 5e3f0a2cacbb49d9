"""Webhook events as LINE words them (line-openapi `webhook.yml`), and their signature.

Source of the signature rule: LINE's "Verify webhook signature": Base64 of the
HMAC-SHA256 of the raw body bytes, keyed with the channel secret.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

Event = dict[str, object]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def signature(secret: str, body: bytes) -> str:
    """The value of `x-line-signature` for these exact bytes."""
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def ulid(at: datetime) -> str:
    """26 characters: 48 bits of milliseconds, then 80 random bits."""
    number = (milliseconds(at) << 80) | secrets.randbits(80)
    return "".join(_CROCKFORD[(number >> shift) & 31] for shift in range(125, -1, -5))


def milliseconds(at: datetime) -> int:
    """LINE's timestamps: milliseconds since 1970."""
    return int(at.timestamp() * 1000)


def follow(user_id: str, at: datetime, *, unblocked: bool) -> Event:
    """The user added the account as a friend, or unblocked it."""
    event = _event("follow", user_id, at)
    event["replyToken"] = secrets.token_hex(16)
    event["follow"] = {"isUnblocked": unblocked}
    return event


def unfollow(user_id: str, at: datetime) -> Event:
    """The user blocked the account. There is no reply token: nobody would read it."""
    return _event("unfollow", user_id, at)


def text_message(user_id: str, at: datetime, text: str) -> Event:
    """The user wrote a text into the chat."""
    event = _event("message", user_id, at)
    event["replyToken"] = secrets.token_hex(16)
    event["message"] = {
        "type": "text",
        "id": str(secrets.randbelow(10**18)),
        "text": text,
        "quoteToken": secrets.token_urlsafe(24),
    }
    return event


def redelivered(event: Event) -> Event:
    """The same event, marked as LINE marks a redelivery."""
    return {**event, "deliveryContext": {"isRedelivery": True}}


def envelope(destination: str, *events: Event) -> bytes:
    """The request body for these events; with none, LINE's communication check."""
    body = {"destination": destination, "events": list(events)}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _event(kind: str, user_id: str, at: datetime) -> Event:
    return {
        "type": kind,
        "mode": "active",
        "timestamp": milliseconds(at),
        "source": {"type": "user", "userId": user_id},
        "webhookEventId": ulid(at),
        "deliveryContext": {"isRedelivery": False},
    }

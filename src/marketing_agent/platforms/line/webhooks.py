"""LINE's webhooks: is it from LINE, and what happened.

Deliveries come at least once and in any order: `event_id` tells repeats, `at` the order
(Messaging API, "Receive messages (webhook)"). Bodies are checked raw, before parsing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias

from marketing_agent.core.errors import BadInput
from marketing_agent.platforms.json_values import (
    JsonObject,
    JsonValue,
    as_flag,
    as_object,
    as_text,
    as_whole_number,
    read_object,
)
from marketing_agent.platforms.line.wire import read_user_id

if TYPE_CHECKING:
    from marketing_agent.core.signals import LineUserId

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowEvent:
    """Someone added the account as a friend, or unblocked it."""

    user_id: LineUserId
    at: datetime
    """When it happened, also on redelivery."""
    event_id: str
    is_redelivery: bool
    is_unblocked: bool | None
    """LINE calls it not fully accurate, and some deliveries lack it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfollowEvent:
    """Someone blocked the account."""

    user_id: LineUserId
    at: datetime
    event_id: str
    is_redelivery: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherEvent:
    """Any other event, of a new type, without a user, or broken; kept as it came."""

    type: str
    event_id: str | None
    user_id: LineUserId | None
    at: datetime | None
    raw: JsonValue = field(repr=False)


LineEvent: TypeAlias = FollowEvent | UnfollowEvent | OtherEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One call of LINE's; no events at all when LINE only tries the URL."""

    destination: str
    """The bot's user id."""
    events: tuple[LineEvent, ...]


def signature_is_valid(secret: str, raw: bytes, header: str | None) -> bool:
    """Whether `header` (`x-line-signature`) is Base64 of HMAC-SHA256 over `raw`."""
    if not secret or not header:
        return False
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
    given = header.encode("utf-8", "surrogatepass")
    return hmac.compare_digest(base64.b64encode(digest), given)


def read_delivery(raw: bytes) -> Delivery:
    """Read the events of a signed body, each by itself.

    One that cannot be read costs no other. Raises `BadInput` where the envelope is
    none of LINE's.
    """
    body = read_object(raw) or {}
    destination = as_text(body.get("destination"))
    events = body.get("events")
    if destination is None or not isinstance(events, list):
        raise BadInput(detail="the body is not a webhook delivery of LINE's")
    return Delivery(
        destination=destination, events=tuple(_read_event(event) for event in events)
    )


def _read_event(raw: JsonValue) -> LineEvent:
    event = as_object(raw)
    user_id = read_user_id(as_object(event.get("source")).get("userId"))
    event_id = as_text(event.get("webhookEventId"))
    at = _moment(event.get("timestamp"))
    if user_id is not None and event_id is not None and at is not None:
        match event.get("type"):
            case "follow":
                return FollowEvent(
                    user_id=user_id,
                    at=at,
                    event_id=event_id,
                    is_redelivery=_is_redelivery(event),
                    is_unblocked=_is_unblocked(event),
                )
            case "unfollow":
                return UnfollowEvent(
                    user_id=user_id,
                    at=at,
                    event_id=event_id,
                    is_redelivery=_is_redelivery(event),
                )
    kind = as_text(event.get("type")) or "unreadable"
    return OtherEvent(type=kind, event_id=event_id, user_id=user_id, at=at, raw=raw)


def _moment(value: JsonValue) -> datetime | None:
    milliseconds = as_whole_number(value)
    if milliseconds is None:
        return None
    try:
        return _EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _is_redelivery(event: JsonObject) -> bool:
    context = as_object(event.get("deliveryContext"))
    return as_flag(context.get("isRedelivery")) or False


def _is_unblocked(event: JsonObject) -> bool | None:
    return as_flag(as_object(event.get("follow")).get("isUnblocked"))

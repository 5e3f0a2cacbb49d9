"""LINE's JSON and our types. Sources: LINE Login v2.1 and Messaging API references.

Each reader gives None where what it cannot do without is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from marketing_agent.core.signals import LineUserId
from marketing_agent.platforms.json_values import (
    JsonObject,
    JsonValue,
    as_flag,
    as_text,
    as_whole_number,
)
from marketing_agent.platforms.line.types import (
    FollowersPage,
    LineBot,
    LineProfile,
    LoginTokens,
    UserTokens,
    WebhookEndpoint,
    WebhookTest,
)

_USER_ID = re.compile(r"U[0-9a-f]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The error in an answer with status 4xx."""

    detail: str
    code: str | None = None
    """Only where OAuth answers, such as `invalid_client`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelToken:
    """A channel access token and its life in seconds."""

    text: str
    expires_in: int


def read_refusal(body: JsonObject) -> Refusal | None:
    """`{"message"}`, or `{"error", "error_description"}`; None where it is neither."""
    code = as_text(body.get("error"))
    detail = as_text(body.get("error_description")) or as_text(body.get("message"))
    if code is None and detail is None:
        return None
    return Refusal(detail=detail or code or "", code=code)


def read_user_id(value: JsonValue) -> LineUserId | None:
    """Read a user id (`^U[0-9a-f]{32}$`)."""
    text = as_text(value)
    return LineUserId(text) if text and _USER_ID.fullmatch(text) else None


def read_login_tokens(body: JsonObject) -> LoginTokens | None:
    """Read the answer of the token endpoint to an authorization code."""
    tokens, id_token = read_user_tokens(body), as_text(body.get("id_token"))
    if tokens is None or id_token is None:
        return None
    return LoginTokens(
        access_token=tokens.access_token,
        refresh_token=tokens.refresh_token,
        expires_in=tokens.expires_in,
        id_token=id_token,
    )


def read_user_tokens(body: JsonObject) -> UserTokens | None:
    """Read the answer of the token endpoint to a refresh token."""
    access_token = as_text(body.get("access_token"))
    if access_token is None:
        return None
    return UserTokens(
        access_token=access_token,
        refresh_token=as_text(body.get("refresh_token")),
        expires_in=as_whole_number(body.get("expires_in")),
    )


def read_channel_token(body: JsonObject) -> ChannelToken | None:
    """Read the answer of the stateless token endpoint."""
    text = as_text(body.get("access_token"))
    if text is None:
        return None
    life = as_whole_number(body.get("expires_in"))
    return ChannelToken(text=text, expires_in=0 if life is None else life)


def read_bot(body: JsonObject) -> LineBot | None:
    """Read Get bot info."""
    user_id = read_user_id(body.get("userId"))
    basic_id = as_text(body.get("basicId"))
    if user_id is None or basic_id is None:
        return None
    return LineBot(
        user_id=user_id,
        basic_id=basic_id,
        name=as_text(body.get("displayName")) or basic_id,
        premium_id=as_text(body.get("premiumId")),
        picture=as_text(body.get("pictureUrl")),
        chat_mode=as_text(body.get("chatMode")),
    )


def read_profile(body: JsonObject) -> LineProfile | None:
    """Read Get profile."""
    user_id = read_user_id(body.get("userId"))
    if user_id is None:
        return None
    return LineProfile(
        user_id=user_id,
        name=as_text(body.get("displayName")) or "",
        picture=as_text(body.get("pictureUrl")),
        language=as_text(body.get("language")),
    )


def read_followers(body: JsonObject) -> FollowersPage | None:
    """Read Get a list of users who added your LINE Official Account.

    An id in no shape of LINE's is left out; it could be asked for nothing.
    """
    listed = body.get("userIds")
    if not isinstance(listed, list):
        return None
    user_ids = (read_user_id(value) for value in listed)
    return FollowersPage(
        user_ids=tuple(user_id for user_id in user_ids if user_id is not None),
        next=as_text(body.get("next")) or None,
    )


def read_webhook_endpoint(body: JsonObject) -> WebhookEndpoint | None:
    """Read Get webhook endpoint information."""
    url = as_text(body.get("endpoint"))
    if url is None:
        return None
    return WebhookEndpoint(url=url, active=as_flag(body.get("active")) or False)


def read_webhook_test(body: JsonObject) -> WebhookTest | None:
    """Read Test webhook endpoint."""
    success = as_flag(body.get("success"))
    if success is None:
        return None
    return WebhookTest(
        success=success,
        reason=as_text(body.get("reason")) or "UNCLASSIFIED",
        status=as_whole_number(body.get("statusCode")) or 0,
        detail=as_text(body.get("detail")) or "",
    )

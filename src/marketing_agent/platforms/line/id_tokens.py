"""The claims of an ID token, checked by us after LINE has checked its signature.

Source: LINE Login v2.1, "Get profile information from ID tokens".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.errors import LoginNotConfirmed
from marketing_agent.platforms.json_values import (
    JsonObject,
    as_text,
    as_whole_number,
)
from marketing_agent.platforms.line.types import VerifiedLogin
from marketing_agent.platforms.line.wire import read_user_id

if TYPE_CHECKING:
    from datetime import datetime

ISSUER = "https://access.line.me"
LEEWAY = 60.0
"""Seconds that our clock may be ahead of LINE's."""


def confirmed_login(
    claims: JsonObject, *, channel_id: str, nonce: str, now: datetime
) -> VerifiedLogin:
    """Give the person of `claims`.

    Raises `LoginNotConfirmed` where a claim is not as it must be.
    """
    user_id = read_user_id(claims.get("sub"))
    flaw = _flaw(claims, channel_id=channel_id, nonce=nonce, now=now)
    if user_id is None or flaw is not None:
        raise LoginNotConfirmed(detail=flaw or "it names no LINE user")
    return VerifiedLogin(
        user_id=user_id,
        name=as_text(claims.get("name")),
        picture=as_text(claims.get("picture")),
        email=as_text(claims.get("email")),
    )


def _flaw(
    claims: JsonObject, *, channel_id: str, nonce: str, now: datetime
) -> str | None:
    expires = as_whole_number(claims.get("exp"))
    if claims.get("iss") != ISSUER:
        return "it was not issued by LINE"
    if claims.get("aud") != channel_id:
        return "it was issued for another channel"
    if expires is None or expires + LEEWAY < now.timestamp():
        return "it has expired"
    if not nonce or claims.get("nonce") != nonce:
        return "it belongs to another attempt"
    return None

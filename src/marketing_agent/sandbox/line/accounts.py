"""Who is who on LINE: channels, the bot of the Official Account, users, friendship."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from enum import StrEnum

USER_ID = re.compile(r"U[0-9a-f]{32}")
"""Shape of a LINE User ID (line-openapi: `^U[0-9a-f]{32}$`)."""

SESSION_COOKIE = "sandbox_line_user"
"""Cookie that says which LINE user holds this browser, as the real session would."""


def new_user_id() -> str:
    """A LINE User ID nobody has yet."""
    return "U" + secrets.token_hex(16)


class AccountType(StrEnum):
    """What LINE has examined of an Official Account; each has a badge of its own."""

    UNVERIFIED = "unverified"
    """Anyone's account: it may not list its followers."""
    VERIFIED = "verified"
    PREMIUM = "premium"


class Friendship(StrEnum):
    """How a user stands to the Official Account."""

    NONE = "none"
    FRIEND = "friend"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel of the LINE Developers console; the secret also signs webhooks."""

    id: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """The Official Account behind the Messaging API channel."""

    user_id: str = field(default_factory=new_user_id)
    basic_id: str = "@900hanac"
    display_name: str = "Hana Coffee"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineUser:
    """A person with a LINE account, as this provider sees them."""

    id: str
    name: str
    language: str = "ja"
    picture_url: str | None = None
    email: str | None = field(default=None, repr=False)
    """What they gave LINE; many gave none."""

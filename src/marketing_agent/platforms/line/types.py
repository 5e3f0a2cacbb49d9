"""What LINE's answers become here; tokens and names stay out of `repr` and logs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from marketing_agent.core.signals import LineUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChannel:
    """A LINE Login channel or a Messaging API channel, as its console page shows it."""

    id: str
    secret: str = field(repr=False)


REFRESH_TOKEN_LIFE = timedelta(days=90)
"""From the login; using the refresh token does not lengthen it (LINE Login v2.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTokens:
    """What we may do in a customer's name, and for how long."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(default=None, repr=False)
    expires_in: int | None = None
    """Seconds that the access token lives: 30 days when it is new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginTokens(UserTokens):
    """What an authorization code was exchanged for."""

    id_token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedLogin:
    """Who logged in, by an ID token that LINE and we have checked."""

    user_id: LineUserId
    name: str | None = field(default=None, repr=False)
    picture: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    """Only with the `email` permission; LINE does not say whether it was verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineBot:
    """The LINE Official Account of a Messaging API channel."""

    user_id: LineUserId
    """Equal to the `destination` of this account's webhooks."""
    basic_id: str
    """With its `@`; `https://line.me/R/ti/p/<basic_id>` adds the account."""
    name: str
    premium_id: str | None = None
    picture: str | None = None
    chat_mode: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProfile:
    """A friend as LINE shows them to the account."""

    user_id: LineUserId
    name: str = field(repr=False)
    picture: str | None = field(default=None, repr=False)
    language: str | None = None
    """BCP 47."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowersPage:
    """Some of the account's friends; there may be none on it, and yet a next page.

    Who has blocked the account, left LINE or never consented is on none.
    """

    user_ids: tuple[LineUserId, ...]
    next: str | None
    """Where the next page starts, for 24 hours; None after the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowersNotListed:
    """LINE lists the friends of verified and premium accounts only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowersStartExpired:
    """The place to start from is too old or none of LINE's: begin anew."""


Followers: TypeAlias = FollowersPage | FollowersNotListed | FollowersStartExpired


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookEndpoint:
    """Where LINE sends the account's events; inactive while "Use webhook" is off."""

    url: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookTest:
    """What LINE met when it called the webhook endpoint."""

    success: bool
    reason: str
    """OK, COULD_NOT_CONNECT, REQUEST_TIMEOUT, ERROR_STATUS_CODE, UNCLASSIFIED."""
    status: int
    """The HTTP status; zero or less where there was no answer."""
    detail: str

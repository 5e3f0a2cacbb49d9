"""Sealed notes that travel through a customer's browser instead of a session.

A ticket says who the link in the email was for; a visitor note says who logged in.
Nobody but this installation can read or make them.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import TypeAdapter, ValidationError

from marketing_agent.core.door import Refused
from marketing_agent.core.errors import NotAllowed
from marketing_agent.core.facts import FactKey
from marketing_agent.core.signals import EmailAddress, LineUserId, PhoneNumber
from marketing_agent.platforms.line.authorize import LoginAttempt
from marketing_agent.storage.vault import Unsealable

if TYPE_CHECKING:
    from marketing_agent.storage.vault import Vault

TICKET_LIFE: Final = timedelta(hours=24)
VISITOR_LIFE: Final = timedelta(hours=1)
LOGIN_LIFE: Final = timedelta(minutes=10)

_TICKET: Final = "ticket"
_LINK_TOKEN: Final = "link token"  # noqa: S105 - a purpose, not a secret
_LOGIN: Final = "login to confirm"
_VISITOR: Final = "visitor"


class TicketExpired(NotAllowed):
    """This link has expired. Open the email again and tap the link once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One opening of a linking URL: for whom it was, and the verdict at the door."""

    id: str
    merchant_id: int
    slug: str
    email: EmailAddress | None = field(default=None, repr=False)
    phone: PhoneNumber | None = field(default=None, repr=False)
    refused: Refused | None = None
    expires_at: datetime

    @property
    def claim(self) -> FactKey:
        """The key of the one claim that this ticket can become."""
        return FactKey(f"qr_link:{self.id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a callback learnt, while the customer still has to confirm it."""

    ticket: str = field(repr=False)
    line_user: LineUserId
    is_friend: bool
    name: str | None = field(default=None, repr=False)
    at: datetime
    """The start of the friendship check, just after the login."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A LINE user who has just logged in at this merchant."""

    merchant_id: int
    line_user: LineUserId
    claim: FactKey
    expires_at: datetime


def new_ticket_id() -> str:
    """96 random bits as text."""
    return secrets.token_urlsafe(12)


def seal_ticket(vault: Vault, ticket: Ticket) -> str:
    """The ticket as text for a URL."""
    return _seal(vault, _TICKETS, ticket, _TICKET)


def open_ticket(vault: Vault, text: str, now: datetime) -> Ticket:
    """Raises Unsealable and TicketExpired."""
    ticket = _open(vault, _TICKETS, text, _TICKET)
    if now > ticket.expires_at:
        raise TicketExpired
    return ticket


def seal_login(vault: Vault, login: Login) -> str:
    """The login as text for the confirm page's form."""
    return _seal(vault, _LOGINS, login, _LOGIN)


def open_login(vault: Vault, text: str, now: datetime) -> Login:
    """Raises Unsealable and TicketExpired."""
    login = _open(vault, _LOGINS, text, _LOGIN)
    if now > login.at + LOGIN_LIFE:
        raise TicketExpired
    return login


def seal_visitor(vault: Vault, visitor: Visitor) -> str:
    """The visitor as text for the pages after the login."""
    return _seal(vault, _VISITORS, visitor, _VISITOR)


def open_visitor(vault: Vault, text: str, now: datetime) -> Visitor:
    """Raises Unsealable and TicketExpired."""
    visitor = _open(vault, _VISITORS, text, _VISITOR)
    if now > visitor.expires_at:
        raise TicketExpired
    return visitor


def seal_link_token(vault: Vault, slug: str, signals: dict[str, str]) -> str:
    """What the QR code in an email carries instead of the signals in plain text.

    It lives as long as the custom QR code, since mail proxies cache images.
    """
    return vault.seal_text(json.dumps([slug, signals]), purpose=_LINK_TOKEN)


def open_link_token(vault: Vault, slug: str, text: str) -> dict[str, str]:
    """The signals, by kind. Raises Unsealable, also for another QR code's token."""
    made_for, signals = json.loads(vault.open_text(text, purpose=_LINK_TOKEN))
    if made_for != slug:
        raise Unsealable
    return dict(signals)


def login_attempt(vault: Vault, ticket: str) -> LoginAttempt:
    """State, nonce and PKCE verifier of a ticket: derived, so nothing is stored."""
    return LoginAttempt(
        state=vault.digest(f"state:{ticket}").hex(),
        nonce=vault.digest(f"nonce:{ticket}").hex(),
        code_verifier=vault.digest(f"verifier:{ticket}", size=32).hex(),
    )


def browser_mark(vault: Vault, ticket: str) -> str:
    """The cookie that says: this browser has seen the ticket's page."""
    return vault.digest(f"browser:{ticket}").hex()


_Note = TypeVar("_Note")
_TICKETS: Final = TypeAdapter(Ticket)
_LOGINS: Final = TypeAdapter(Login)
_VISITORS: Final = TypeAdapter(Visitor)


def _seal(vault: Vault, kind: TypeAdapter[_Note], note: _Note, purpose: str) -> str:
    text = kind.dump_json(note, exclude_defaults=True).decode()
    return vault.seal_text(text, purpose=purpose)


def _open(vault: Vault, kind: TypeAdapter[_Note], text: str, purpose: str) -> _Note:
    try:
        return kind.validate_json(vault.open_text(text, purpose=purpose))
    except ValidationError as error:
        raise Unsealable from error


def in_a_ticket_life(now: datetime) -> datetime:
    """When a ticket made now ends; whole seconds keep the URL short."""
    return (now.astimezone(UTC) + TICKET_LIFE).replace(microsecond=0)

"""Sealed notes that travel through a customer's browser instead of a session.

A ticket says whom a link in an email or a submitted form is about; a visitor note says
who logged in. Nobody but this installation can read or make them.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

from pydantic import AliasChoices, Field, TypeAdapter, ValidationError

from marketing_agent.core.door import Admitted, DoorVerdict, Refused
from marketing_agent.core.errors import NotAllowed
from marketing_agent.core.facts import FactKey, FormId, Method
from marketing_agent.core.match import NamedBy
from marketing_agent.core.signals import (
    EmailAddress,
    LineUserId,
    PhoneNumber,
    SignalKind,
)
from marketing_agent.platforms.line.authorize import LoginAttempt
from marketing_agent.platforms.line.types import UserTokens
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
    """One opened linking URL, or one submitted form: for whom, and the door's verdict.

    It holds what is true of that moment; `ticket_settings` adds what the setting behind
    it says by the time of the login.
    """

    id: str
    merchant_id: int
    method: Method = Method.QR_LINK
    setting: Annotated[str, Field(validation_alias=AliasChoices("setting", "slug"))]
    """The slug of the custom QR code or of the form linkage. Tickets that were sealed
    before there were forms call it `slug`."""
    email: EmailAddress | None = field(default=None, repr=False)
    phone: PhoneNumber | None = field(default=None, repr=False)
    refused: Refused | None = None
    named: str | None = field(default=None, repr=False)
    """Klaviyo's `_kx` or the KlaviyoID that the link carried, as it arrived."""
    named_by: NamedBy | None = None
    """Which of the two `named` is."""
    submitted: datetime | None = None
    """When the form was submitted."""
    confirmed_by: FormId | None = None
    """With flow timing: the form whose webhook has to confirm the claim."""
    expires_at: datetime

    @property
    def claim(self) -> FactKey:
        """The key of the one claim that this ticket can become."""
        return FactKey(f"{self.method}:{self.id}")

    @property
    def signals(self) -> frozenset[SignalKind]:
        """The kinds of signal that it carries."""
        given = {SignalKind.EMAIL: self.email, SignalKind.PHONE: self.phone}
        return frozenset(kind for kind, value in given.items() if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """What a callback learnt, while the customer still has to confirm it."""

    ticket: str = field(repr=False)
    line_user: LineUserId
    is_friend: bool
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    """Where the merchant's channel may ask for it and the customer shared it."""
    granted: UserTokens | None = field(default=None, repr=False)
    at: datetime
    """The start of the friendship check, just after the login."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A LINE user who has just logged in at this merchant."""

    merchant_id: int
    line_user: LineUserId
    claim: FactKey
    expires_at: datetime


def new_ticket(
    method: Method,
    merchant_id: int,
    setting: str,
    verdict: DoorVerdict,
    now: datetime,
    *,
    named: str | None = None,
    named_by: NamedBy | None = None,
    submitted: datetime | None = None,
    confirmed_by: FormId | None = None,
) -> Ticket:
    """A ticket of 96 random bits that is good for a day.

    A refusal at the door travels in it, to be stored when somebody logs in.
    """
    admitted = verdict if isinstance(verdict, Admitted) else Admitted()
    return Ticket(
        id=secrets.token_urlsafe(12),
        merchant_id=merchant_id,
        method=method,
        setting=setting,
        email=admitted.email,
        phone=admitted.phone,
        refused=verdict if isinstance(verdict, Refused) else None,
        named=named,
        named_by=named_by,
        submitted=submitted,
        confirmed_by=confirmed_by,
        expires_at=in_a_ticket_life(now),
    )


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

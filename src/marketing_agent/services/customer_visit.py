"""The customer's way in: from the link in the email to the page before LINE Login.

Opening a link writes nothing, since mail scanners open links too. From the first
redirect on, no address carries personal data that can be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlencode

from marketing_agent.core.blocked import BlockList
from marketing_agent.core.door import Door, RawSignals, verdict_at_the_door
from marketing_agent.core.errors import NotFound
from marketing_agent.core.facts import Method
from marketing_agent.core.masking import masked_email, masked_phone
from marketing_agent.core.naming import KLAVIYO_ID, Naming, read_naming
from marketing_agent.core.qr_links import LinkType, QrLink
from marketing_agent.platforms.line.authorize import LoginPage, Scope, authorize_url
from marketing_agent.services import connections, tickets
from marketing_agent.storage import (
    blocked_values,
    merchants,
    qr_links,
    ticket_marks,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.ground import Ground
    from marketing_agent.services.tickets import Ticket
    from marketing_agent.storage.merchants import Merchant

CALLBACK_PATH: Final = "/line/callback"
RETRY: Final = "retry"
"""Marks the second try, which LINE is asked not to log in to by itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToLanding:
    """A linking URL was opened: the sealed ticket of its landing page."""

    ticket: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToAddFriend:
    """Link Type None: LINE's own page for adding the account."""

    url: str


Opened: TypeAlias = ToLanding | ToAddFriend


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """What the page behind a linking URL shows."""

    shop: str
    account: str
    """The LINE Official Account's name."""
    privacy_policy_url: str | None
    masked: tuple[str, ...]
    """The address and number that the link is for, masked."""
    login_url: str
    url: str
    """Its own address, to copy into another browser."""
    browser_mark: str


async def open_link(ground: Ground, slug: str, query: Mapping[str, str]) -> Opened:
    """Where a scanned or tapped custom QR code leads; writes nothing.

    Raises NotFound for a slug that never was or was deleted, Unsealable for a damaged
    QR code, SetupMissing.
    """
    async with ground.database.transaction() as tx:
        merchant, qr_link = await _published(tx, slug)
        if qr_link.link_type is LinkType.NONE:
            account = await connections.line_account_of(tx, merchant.id)
            return ToAddFriend(url=connections.add_friend_url(ground, account))
        blocked = await blocked_values.hashes(tx, merchant.id)
        klaviyo = await merchants.klaviyo_account(tx, merchant.id)
    values = dict(query)
    if "k" in query:
        values = tickets.open_link_token(ground.vault, slug, query["k"])
    door = Door(
        rule=qr_link.rule,
        asks=qr_link.asks,
        region=merchant.phone_region,
        blocks=BlockList(hashes=blocked),
        hash_signal=lambda kind, value: ground.vault.hash_signal(
            merchant.id, kind, value
        ),
    )
    raw = RawSignals(email=values.get("email"), phone=values.get("phone"))
    naming = read_naming(values, None if klaviyo is None else klaviyo.public_id)
    return ToLanding(ticket=_ticket(ground, merchant, slug, raw, door, naming))


async def landing(
    ground: Ground, sealed: str, languages: tuple[str, ...], *, retry: bool = False
) -> Landing:
    """The clean page of a ticket. Raises Unsealable, TicketExpired, SetupMissing.

    `retry` asks LINE not to log in by itself: a private window loops otherwise.
    """
    ticket = tickets.open_ticket(ground.vault, sealed, ground.clock())
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, ticket.merchant_id)
        account = await connections.line_account_of(tx, merchant.id)
        asks_email = await merchants.asks_email(tx, merchant.id)
    page = LoginPage(
        scopes=_SCOPES_WITH_EMAIL if asks_email else _SCOPES,
        languages=languages,
        auto_login=not retry,
    )
    return Landing(
        shop=merchant.name,
        account=account.display_name,
        privacy_policy_url=merchant.privacy_policy_url,
        masked=masked_signals(ticket),
        login_url=authorize_url(
            ground.hosts.line_access,
            account.login_channel_id,
            redirect_uri(ground, sealed, retry=retry),
            tickets.login_attempt(ground.vault, sealed),
            page,
        ),
        url=landing_url(ground, sealed),
        browser_mark=tickets.browser_mark(ground.vault, sealed),
    )


async def seen(ground: Ground, sealed: str, *, on_a_phone: bool, scanned: bool) -> None:
    """A script on the landing page says that a person sees it. Not an attempt.

    A page that was `scanned` from a computer was counted as an opening there; seen on
    a phone, it tells that computer. Raises Unsealable and TicketExpired.
    """
    now = ground.clock()
    ticket = tickets.open_ticket(ground.vault, sealed, now)
    async with ground.database.transaction() as tx:
        if ticket.method is Method.QR_LINK and not scanned:
            await qr_links.count_opening(tx, ticket.merchant_id, ticket.setting)
        if on_a_phone or scanned:
            await ticket_marks.mark_scanned(tx, ticket.merchant_id, ticket.id, now)


async def emailed_qr_target(ground: Ground, slug: str, query: Mapping[str, str]) -> str:
    """What the QR code image in an email encodes: no signal in plain text.

    Raises NotFound.
    """
    async with ground.database.transaction() as tx:
        _merchant, qr_link = await _published(tx, slug)
    if qr_link.link_type is LinkType.NONE:
        return f"{ground.public_url}/l/{slug}"
    signals = {
        kind.value: query[kind.value][:_LONGEST_SIGNAL]
        for kind in sorted(qr_link.asks)
        if query.get(kind.value)
    }
    naming = read_naming({KLAVIYO_ID: query.get(KLAVIYO_ID, "")}, None)
    if naming is not None:
        signals[KLAVIYO_ID] = naming.value
    token = tickets.seal_link_token(ground.vault, slug, signals)
    return f"{ground.public_url}/l/{slug}?{urlencode({'k': token})}"


def landing_url(ground: Ground, sealed: str) -> str:
    """The address of a ticket's clean page."""
    return f"{ground.public_url}/link?{urlencode({'t': sealed})}"


def scan_url(ground: Ground, sealed: str) -> str:
    """The same for the QR code that a computer shows. Raises as `open_ticket` does."""
    tickets.open_ticket(ground.vault, sealed, ground.clock())
    return f"{landing_url(ground, sealed)}&scan=1"


def redirect_uri(ground: Ground, sealed: str, *, retry: bool) -> str:
    """Our callback with the ticket in it; LINE allows extra query parameters."""
    query = {"t": sealed} | ({RETRY: "1"} if retry else {})
    return f"{ground.public_url}{CALLBACK_PATH}?{urlencode(query)}"


def masked_signals(ticket: Ticket) -> tuple[str, ...]:
    """The address and number of a ticket, to recognise and not to learn."""
    shown = []
    if ticket.email is not None:
        shown.append(masked_email(ticket.email))
    if ticket.phone is not None:
        shown.append(masked_phone(ticket.phone))
    return tuple(shown)


_LONGEST_SIGNAL: Final = 320
_SCOPES: Final[tuple[Scope, ...]] = ("profile", "openid")
_SCOPES_WITH_EMAIL: Final[tuple[Scope, ...]] = (*_SCOPES, "email")


def _ticket(
    ground: Ground,
    merchant: Merchant,
    slug: str,
    raw: RawSignals,
    door: Door,
    naming: Naming | None,
) -> str:
    ticket = tickets.new_ticket(
        Method.QR_LINK,
        merchant.id,
        slug,
        verdict_at_the_door(raw, door),
        ground.clock(),
        named=None if naming is None else naming.value,
        named_by=None if naming is None else naming.by,
    )
    return tickets.seal_ticket(ground.vault, ticket)


async def _published(tx: AsyncConnection, slug: str) -> tuple[Merchant, QrLink]:
    merchant_id = await qr_links.owner_of(tx, slug)
    found = merchant_id and await qr_links.find(tx, merchant_id, slug)
    if not merchant_id or not found:
        raise NotFound(noun="custom QR code", name=slug[:40])
    return await merchants.get(tx, merchant_id), found

"""The customer's way: from the link in the email to a stored claim.

Opening a link writes nothing (mail scanners open links). The callback writes once per
ticket, or, where the browser is not the one that opened the page, only after a tap on
the confirm page. What the customer learns is whether they logged in and are a friend,
never whether a profile matched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from marketing_agent.core.blocked import BlockList
from marketing_agent.core.door import (
    Admitted,
    Door,
    Gate,
    RawSignals,
    Refused,
    verdict_at_the_door,
)
from marketing_agent.core.errors import Conflict, NotAllowed, NotFound
from marketing_agent.core.facts import (
    Claim,
    Decider,
    Evidence,
    Fact,
    FactKey,
    FriendChange,
    Method,
    SettingId,
    Stopped,
    StopReason,
    Unlink,
)
from marketing_agent.core.masking import masked_email, masked_phone
from marketing_agent.core.qr_links import LinkType, QrLink
from marketing_agent.platforms.line.authorize import (
    LoginDeclined,
    LoginGranted,
    LoginPage,
    authorize_url,
    read_callback,
)
from marketing_agent.services import connections, linking, tickets
from marketing_agent.services.ground import Ground, Work
from marketing_agent.services.lookups import Wanted, hashed
from marketing_agent.services.tickets import Login, Ticket, Visitor
from marketing_agent.storage import (
    blocked_values,
    facts,
    friends,
    merchants,
    qr_links,
    waiting_claims,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.storage.merchants import LineAccountRow, Merchant

CLAIM_LIFE: Final = timedelta(days=30)
NAMES: Final = "name of a friend"
CALLBACK_PATH: Final = "/line/callback"


class LoginCancelled(NotAllowed):
    """You cancelled. Nothing was linked; you can try again whenever you like."""


class LoginMixedUp(NotAllowed):
    """This login does not belong to the link that was opened. Please try again."""


class TicketUsed(Conflict):
    """This link was already used with another LINE account. Open the email again."""


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
    browser_mark: str


class Step(StrEnum):
    """Where a customer is after logging in."""

    ADD_FRIEND = "add_friend"
    DONE = "done"
    UNLINKED = "unlinked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What the page after the login shows."""

    step: Step
    shop: str
    account: str
    add_friend_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToConfirm:
    """Another browser came back from LINE: the customer says yes or no first."""

    login: str
    shop: str
    account: str
    masked: tuple[str, ...]


async def open_link(ground: Ground, slug: str, query: Mapping[str, str]) -> str:
    """Seal what the linking URL carries into a ticket; writes nothing.

    Raises NotFound for a slug that never was or was deleted, Unsealable for a damaged
    QR code.
    """
    async with ground.database.transaction() as tx:
        merchant, qr_link = await _published(tx, slug)
        blocked = await blocked_values.hashes(tx, merchant.id)
    signals = dict(query)
    if "k" in query:
        signals = tickets.open_link_token(ground.vault, slug, query["k"])
    door = Door(
        rule=qr_link.rule,
        asks=qr_link.asks,
        region=merchant.phone_region,
        blocks=BlockList(hashes=blocked),
        hash_signal=lambda kind, value: ground.vault.hash_signal(
            merchant.id, kind, value
        ),
    )
    raw = RawSignals(email=signals.get("email"), phone=signals.get("phone"))
    verdict = verdict_at_the_door(raw, door)
    admitted = verdict if isinstance(verdict, Admitted) else Admitted()
    ticket = Ticket(
        id=tickets.new_ticket_id(),
        merchant_id=merchant.id,
        slug=slug,
        email=admitted.email,
        phone=admitted.phone,
        refused=verdict if isinstance(verdict, Refused) else None,
        expires_at=tickets.in_a_ticket_life(ground.clock()),
    )
    return tickets.seal_ticket(ground.vault, ticket)


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
    page = LoginPage(languages=languages, auto_login=not retry)
    return Landing(
        shop=merchant.name,
        account=account.display_name,
        privacy_policy_url=merchant.privacy_policy_url,
        masked=_masked(ticket),
        login_url=authorize_url(
            ground.hosts.line_access,
            account.login_channel_id,
            _redirect_uri(ground, sealed),
            tickets.login_attempt(ground.vault, sealed),
            page,
        ),
        browser_mark=tickets.browser_mark(ground.vault, sealed),
    )


async def come_back(
    ground: Ground, sealed: str, query: Mapping[str, str], browser_mark: str | None
) -> str | ToConfirm:
    """LINE's callback: the text of a visitor note, or what has to be confirmed first.

    Raises Unsealable, TicketExpired, LoginCancelled, LoginMixedUp, TicketUsed,
    LoginNotConfirmed and PlatformError.
    """
    ticket = tickets.open_ticket(ground.vault, sealed, ground.clock())
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, ticket.merchant_id)
        account = await connections.line_account_of(tx, merchant.id)
    login = await _log_in(ground, account, sealed, query)
    if browser_mark != tickets.browser_mark(ground.vault, sealed):
        return ToConfirm(
            login=tickets.seal_login(ground.vault, login),
            shop=merchant.name,
            account=account.display_name,
            masked=_masked(ticket),
        )
    return await _claim(ground, merchant, ticket, login)


async def confirm(ground: Ground, sealed_login: str) -> str:
    """The customer said yes on the confirm page; gives the visitor note."""
    merchant, ticket, login = await _unconfirmed(ground, sealed_login)
    return await _claim(ground, merchant, ticket, login)


async def decline(ground: Ground, sealed_login: str) -> None:
    """The customer said "not me": the attempt is kept, and will never link."""
    merchant, ticket, login = await _unconfirmed(ground, sealed_login)
    now = ground.clock()
    stop = Stopped(
        key=FactKey(f"declined:{ticket.id}"),
        at=now,
        stored=now,
        claim=ticket.claim,
        line_user=login.line_user,
        why=StopReason.DECLINED,
    )
    async with ground.database.merchant_transaction(merchant.id) as tx:
        await _refuse_second_person(tx, ticket, login)
        qr_link = await qr_links.find(tx, merchant.id, ticket.slug)
        claim = _claim_of(ground, ticket, login, qr_link)
        await linking.settle(tx, merchant.id, [stop, claim], now)


async def progress(ground: Ground, sealed_visitor: str) -> Progress:
    """Where the visitor stands: logged in, and a friend or not yet."""
    visitor = tickets.open_visitor(ground.vault, sealed_visitor, ground.clock())
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, visitor.merchant_id)
        account = await connections.line_account_of(tx, merchant.id)
        friend = await friends.find(tx, merchant.id, visitor.line_user)
    is_friend = friend is not None and friend.following is True
    return Progress(
        step=Step.DONE if is_friend else Step.ADD_FRIEND,
        shop=merchant.name,
        account=account.display_name,
        add_friend_url=f"{ground.hosts.line_add_friend}/R/ti/p/{account.basic_id}",
    )


async def unlink(ground: Ground, sealed_visitor: str) -> None:
    """The customer unlinks their LINE account from this shop."""
    visitor = tickets.open_visitor(ground.vault, sealed_visitor, ground.clock())
    now = ground.clock()
    fact = Unlink(
        key=FactKey(f"customer-unlink:{visitor.claim}:{now.isoformat()}"),
        at=now,
        stored=now,
        line_user=visitor.line_user,
        by=Decider.CUSTOMER,
    )
    async with ground.database.merchant_transaction(visitor.merchant_id) as tx:
        await linking.settle(tx, visitor.merchant_id, [fact], now)
    await ground.wake(Work.DRAIN_OUTBOX, visitor.merchant_id)


async def count_opening(ground: Ground, sealed: str) -> None:
    """A script on the landing page says that a person sees it. Not an attempt."""
    ticket = tickets.open_ticket(ground.vault, sealed, ground.clock())
    async with ground.database.transaction() as tx:
        await qr_links.count_opening(tx, ticket.merchant_id, ticket.slug)


async def emailed_qr_target(ground: Ground, slug: str, query: Mapping[str, str]) -> str:
    """What the QR code image in an email encodes: no signal in plain text.

    Raises NotFound.
    """
    async with ground.database.transaction() as tx:
        _merchant, qr_link = await _published(tx, slug)
    signals = {
        kind.value: query[kind.value][:_LONGEST_SIGNAL]
        for kind in sorted(qr_link.asks)
        if query.get(kind.value)
    }
    token = tickets.seal_link_token(ground.vault, slug, signals)
    return f"{ground.public_url}/l/{slug}?{urlencode({'k': token})}"


_LONGEST_SIGNAL: Final = 320


async def _published(tx: AsyncConnection, slug: str) -> tuple[Merchant, QrLink]:
    merchant_id = await qr_links.owner_of(tx, slug)
    found = merchant_id and await qr_links.find(tx, merchant_id, slug)
    if not merchant_id or not found or found.link_type is LinkType.NONE:
        raise NotFound(noun="custom QR code", name=slug[:40])
    return await merchants.get(tx, merchant_id), found


async def _log_in(
    ground: Ground, account: LineAccountRow, sealed: str, query: Mapping[str, str]
) -> Login:
    attempt = tickets.login_attempt(ground.vault, sealed)
    match read_callback(query):
        case LoginGranted(state=state, code=code) if state == attempt.state:
            pass
        case LoginDeclined(state=state, by_customer=True) if state == attempt.state:
            raise LoginCancelled
        case _:
            raise LoginMixedUp
    line = connections.login_channel(ground, account)
    tokens = await line.exchange(
        code,
        redirect_uri=_redirect_uri(ground, sealed),
        code_verifier=attempt.code_verifier,
    )
    person = await line.verify(tokens.id_token, nonce=attempt.nonce, now=ground.clock())
    asked_at = ground.clock()
    return Login(
        ticket=sealed,
        line_user=person.user_id,
        is_friend=await line.friendship(tokens.access_token),
        name=person.name,
        at=asked_at,
    )


async def _claim(
    ground: Ground, merchant: Merchant, ticket: Ticket, login: Login
) -> str:
    """Store the claim, and the friendship if there is one; then have it looked up."""
    now = ground.clock()
    async with ground.database.merchant_transaction(merchant.id) as tx:
        known = await _refuse_second_person(tx, ticket, login)
        qr_link = await qr_links.find(tx, merchant.id, ticket.slug)
        claim = _claim_of(ground, ticket, login, qr_link)
        await linking.settle(tx, merchant.id, [claim, *_friendship(ticket, login)], now)
        await _meet(ground, tx, merchant.id, login, now)
        if not known and qr_link is not None and claim.refused is None:
            wanted = Wanted(
                line_user=login.line_user,
                claimed_at=login.at,
                rule=qr_link.rule,
                email=ticket.email,
                phone=ticket.phone,
            )
            sealed = wanted.sealed(ground.vault)
            await waiting_claims.add(tx, merchant.id, claim.key, sealed, now)
    await ground.wake(Work.LOOK_AT_CLAIMS, merchant.id)
    visitor = Visitor(
        merchant_id=merchant.id,
        line_user=login.line_user,
        claim=claim.key,
        expires_at=now + tickets.VISITOR_LIFE,
    )
    return tickets.seal_visitor(ground.vault, visitor)


def _claim_of(
    ground: Ground, ticket: Ticket, login: Login, qr_link: QrLink | None
) -> Claim:
    gone = Refused(row=4, why=Gate.SETTING_REMOVED) if qr_link is None else None
    signals = hashed(
        ground.vault, ticket.merchant_id, email=ticket.email, phone=ticket.phone
    )
    return Claim(
        key=ticket.claim,
        at=login.at,
        stored=login.at,
        line_user=login.line_user,
        method=Method.QR_LINK,
        evidence=_evidence(ticket),
        setting=SettingId(ticket.slug),
        signals=signals,
        refused=ticket.refused or gone,
        login=True,
        expires=login.at + CLAIM_LIFE,
    )


def _friendship(ticket: Ticket, login: Login) -> list[Fact]:
    """A positive check is a fact; a negative one may just have come too early."""
    if not login.is_friend:
        return []
    key = FactKey(f"friendship:{ticket.id}:{login.at.isoformat()}")
    return [
        FriendChange(
            key=key,
            at=login.at,
            stored=login.at,
            line_user=login.line_user,
            is_friend=True,
        )
    ]


def _evidence(ticket: Ticket) -> Evidence:
    both = ticket.email is not None and ticket.phone is not None
    return Evidence.BOTH_SIGNALS if both else Evidence.ONE_SIGNAL


async def _refuse_second_person(
    tx: AsyncConnection, ticket: Ticket, login: Login
) -> bool:
    """Whether this ticket became a claim before; only ever for one LINE user."""
    known = await facts.find(tx, ticket.merchant_id, ticket.claim)
    if isinstance(known, Claim) and known.line_user != login.line_user:
        raise TicketUsed
    return known is not None


async def _meet(
    ground: Ground, tx: AsyncConnection, merchant_id: int, login: Login, now: datetime
) -> None:
    name = login.name and ground.vault.seal(login.name.encode(), purpose=NAMES)
    await friends.meet(tx, merchant_id, login.line_user, now, name_sealed=name or None)
    if login.is_friend:
        await friends.follow_changed(
            tx, merchant_id, login.line_user, following=True, at=login.at, now=now
        )


async def _unconfirmed(
    ground: Ground, sealed_login: str
) -> tuple[Merchant, Ticket, Login]:
    now = ground.clock()
    login = tickets.open_login(ground.vault, sealed_login, now)
    ticket = tickets.open_ticket(ground.vault, login.ticket, now)
    async with ground.database.transaction() as tx:
        return await merchants.get(tx, ticket.merchant_id), ticket, login


def _redirect_uri(ground: Ground, sealed: str) -> str:
    return f"{ground.public_url}{CALLBACK_PATH}?{urlencode({'t': sealed})}"


def _masked(ticket: Ticket) -> tuple[str, ...]:
    shown = []
    if ticket.email is not None:
        shown.append(masked_email(ticket.email))
    if ticket.phone is not None:
        shown.append(masked_phone(ticket.phone))
    return tuple(shown)

"""The customer's login: from LINE's callback to a stored claim.

The callback is the one GET that writes, once per ticket. Where the browser is not the
one that opened the page (in-app browsers lose cookies), it only seals what it learnt,
and the answer on the confirm page stores the claim.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.door import Gate, Refused
from marketing_agent.core.errors import Conflict, NotAllowed
from marketing_agent.core.facts import (
    Claim,
    Evidence,
    Fact,
    FactKey,
    FriendChange,
    Method,
    SettingId,
    Stopped,
    StopReason,
)
from marketing_agent.core.match import MatchRule
from marketing_agent.core.qr_links import LinkType
from marketing_agent.core.signals import Flaw, SignalKind
from marketing_agent.platforms.line.authorize import (
    LoginDeclined,
    LoginGranted,
    read_callback,
)
from marketing_agent.services import connections, linking, tickets
from marketing_agent.services.customer_visit import masked_signals, redirect_uri
from marketing_agent.services.ground import Ground, Work
from marketing_agent.services.lookups import Wanted, hashed
from marketing_agent.services.tickets import Login, Ticket, Visitor
from marketing_agent.storage import (
    facts,
    friends,
    merchants,
    qr_links,
    waiting_claims,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.qr_links import QrLink
    from marketing_agent.storage.merchants import LineAccountRow, Merchant

CLAIM_LIFE: Final = timedelta(days=30)
NAMES: Final = "name of a friend"


class LoginCancelled(NotAllowed):
    """You cancelled. Nothing was linked; you can try again whenever you like."""


class LoginMixedUp(NotAllowed):
    """This login does not belong to the link that was opened. Please try again."""


class TicketUsed(Conflict):
    """This link was already used with another LINE account. Open the email again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToConfirm:
    """Another browser came back from LINE: the customer says yes or no first."""

    login: str
    shop: str
    account: str
    masked: tuple[str, ...]


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
            masked=masked_signals(ticket),
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
        redirect_uri=redirect_uri(ground, sealed),
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
                rule=_rule(ticket),
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
        refused=ticket.refused or _refused_now(ticket, qr_link),
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


def _refused_now(ticket: Ticket, qr_link: QrLink | None) -> Refused | None:
    """Why the custom QR code, as it stands at the login, no longer takes the ticket.

    The merchant may have changed or deleted it since the link was opened.
    """
    if qr_link is None or qr_link.link_type is LinkType.NONE:
        return Refused(row=4, why=Gate.SETTING_REMOVED)
    missing = sorted(qr_link.asks - _signals(ticket))
    return Refused(row=7, why=Flaw.EMPTY, kind=missing[0]) if missing else None


def _rule(ticket: Ticket) -> MatchRule:
    """A ticket with both signals was given for both, whatever is asked for now."""
    return MatchRule.BOTH if len(_signals(ticket)) > 1 else MatchRule.EITHER


def _evidence(ticket: Ticket) -> Evidence:
    both = len(_signals(ticket)) > 1
    return Evidence.BOTH_SIGNALS if both else Evidence.ONE_SIGNAL


def _signals(ticket: Ticket) -> frozenset[SignalKind]:
    given = {SignalKind.EMAIL: ticket.email, SignalKind.PHONE: ticket.phone}
    return frozenset(kind for kind, value in given.items() if value is not None)


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

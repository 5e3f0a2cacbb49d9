"""What is stored once a customer has logged in: the claim, and what LINE said of them.

All of it in one transaction under the merchant's lock, once per ticket.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import Conflict
from marketing_agent.core.facts import (
    Claim,
    Fact,
    FactKey,
    FriendChange,
    SettingId,
    Stopped,
    StopReason,
)
from marketing_agent.core.friend_signals import SignalSource
from marketing_agent.services import (
    erasure,
    friend_names,
    friend_signals,
    linking,
    login_grants,
    ticket_settings,
    tickets,
)
from marketing_agent.services.ground import Ground, Work
from marketing_agent.services.lookups import Wanted, hashed
from marketing_agent.services.ticket_states import declined_key
from marketing_agent.services.tickets import Login, Ticket, Visitor
from marketing_agent.storage import facts, friends, waiting_claims

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.ticket_settings import Terms
    from marketing_agent.storage.merchants import Merchant

CLAIM_LIFE: Final = timedelta(days=30)


class TicketUsed(Conflict):
    """This link was already used with another LINE account. Open the email again."""


async def store(
    ground: Ground, merchant: Merchant, ticket: Ticket, login: Login
) -> str:
    """Store the claim, and the friendship if there is one; then have it looked up.

    Gives the visitor note. Raises TicketUsed.
    """
    now = ground.clock()
    async with ground.database.merchant_transaction(merchant.id) as tx:
        known = await _refuse_second_person(tx, ticket, login)
        terms = await ticket_settings.terms_of(tx, ticket)
        claim = _claim_of(ground, ticket, login, terms)
        await erasure.came_back(ground, tx, merchant.id, login.line_user)
        await linking.settle(tx, merchant.id, [claim, *_friendship(ticket, login)], now)
        await _meet(ground, tx, merchant, login, now)
        if not known and claim.refused is None:
            sealed = _wanted(ticket, login, terms).sealed(ground.vault)
            await waiting_claims.add(tx, merchant.id, claim.key, sealed, now)
    await ground.wake(Work.LOOK_AT_CLAIMS, merchant.id)
    if login.email is not None:
        await ground.wake(Work.SYNC_FRIENDS, merchant.id)
    visitor = Visitor(
        merchant_id=merchant.id,
        line_user=login.line_user,
        claim=claim.key,
        expires_at=now + tickets.VISITOR_LIFE,
    )
    return tickets.seal_visitor(ground.vault, visitor)


async def store_declined(
    ground: Ground, merchant: Merchant, ticket: Ticket, login: Login
) -> None:
    """Keep the attempt of a customer who said "not me"; it will never link.

    Raises TicketUsed.
    """
    now = ground.clock()
    stop = Stopped(
        key=declined_key(ticket),
        at=now,
        stored=now,
        claim=ticket.claim,
        line_user=login.line_user,
        why=StopReason.DECLINED,
    )
    async with ground.database.merchant_transaction(merchant.id) as tx:
        await _refuse_second_person(tx, ticket, login)
        terms = await ticket_settings.terms_of(tx, ticket)
        claim = _claim_of(ground, ticket, login, terms)
        await linking.settle(tx, merchant.id, [stop, claim], now)


def _claim_of(ground: Ground, ticket: Ticket, login: Login, terms: Terms) -> Claim:
    signals = hashed(
        ground.vault, ticket.merchant_id, email=ticket.email, phone=ticket.phone
    )
    return Claim(
        key=ticket.claim,
        at=login.at,
        stored=login.at,
        line_user=login.line_user,
        method=ticket.method,
        evidence=terms.evidence,
        setting=SettingId(ticket.setting),
        signals=signals,
        refused=terms.refused,
        login=True,
        confirmed_by=ticket.confirmed_by,
        submitted=ticket.submitted,
        expires=login.at + CLAIM_LIFE,
    )


def _wanted(ticket: Ticket, login: Login, terms: Terms) -> Wanted:
    return Wanted(
        line_user=login.line_user,
        claimed_at=login.at,
        rule=terms.rule,
        email=ticket.email,
        phone=ticket.phone,
        named=ticket.named,
        named_by=ticket.named_by,
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


async def _refuse_second_person(
    tx: AsyncConnection, ticket: Ticket, login: Login
) -> bool:
    """Whether this ticket became a claim before; only ever for one LINE user."""
    known = await facts.find(tx, ticket.merchant_id, ticket.claim)
    if isinstance(known, Claim) and known.line_user != login.line_user:
        raise TicketUsed
    return known is not None


async def _meet(
    ground: Ground,
    tx: AsyncConnection,
    merchant: Merchant,
    login: Login,
    now: datetime,
) -> None:
    """Keep what LINE said: name, friendship, own email address, and what we may do."""
    name = login.name or None
    await friend_names.meet(ground, tx, merchant.id, login.line_user, name)
    if login.is_friend:
        await friends.follow_changed(
            tx, merchant.id, login.line_user, following=True, at=login.at, now=now
        )
    if login.granted is not None:
        await login_grants.keep(
            ground, tx, merchant.id, login.line_user, login.granted, login.at
        )
    if login.email is not None:
        await friend_signals.remember_signals(
            ground,
            tx,
            merchant,
            login.line_user,
            email=login.email,
            source=SignalSource.LINE_LOGIN,
            at=login.at,
        )

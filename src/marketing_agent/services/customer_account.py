"""The customer after the login: a friend or not yet, and the way back.

What a customer learns is whether they logged in and are a friend, never whether a
profile matched: a stranger finds out nothing about who is in the shop's list.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from marketing_agent.core.facts import Decider, FactKey, Unlink
from marketing_agent.services import connections, linking, login_grants, tickets
from marketing_agent.services.ground import Ground, Work
from marketing_agent.storage import facts, friends, merchants

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.tickets import Visitor


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
    blocked: bool = False
    """The customer was a friend and has blocked the account since."""


async def progress(ground: Ground, sealed_visitor: str) -> Progress:
    """Where the visitor stands. Raises Unsealable, TicketExpired, SetupMissing."""
    visitor = tickets.open_visitor(ground.vault, sealed_visitor, ground.clock())
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, visitor.merchant_id)
        account = await connections.line_account_of(tx, merchant.id)
        following = await _following(tx, visitor)
        step = await _step(tx, visitor, following=following)
    return Progress(
        step=step,
        blocked=following is False,
        shop=merchant.name,
        account=account.display_name,
        add_friend_url=connections.add_friend_url(ground, account),
    )


async def unlink(ground: Ground, sealed_visitor: str) -> None:
    """The customer unlinks their LINE account from this shop; twice is once.

    What they granted at their login is given back to LINE, as LINE demands. Raises
    Unsealable and TicketExpired.
    """
    visitor = tickets.open_visitor(ground.vault, sealed_visitor, ground.clock())
    now = ground.clock()
    fact = Unlink(
        key=_unlink_key(visitor),
        at=now,
        stored=now,
        line_user=visitor.line_user,
        by=Decider.CUSTOMER,
    )
    async with ground.database.merchant_transaction(visitor.merchant_id) as tx:
        await linking.settle(tx, visitor.merchant_id, [fact], now)
    await ground.wake(Work.DRAIN_OUTBOX, visitor.merchant_id)
    await login_grants.end(ground, visitor.merchant_id, visitor.line_user)


async def _step(
    tx: AsyncConnection, visitor: Visitor, *, following: bool | None
) -> Step:
    if await facts.find(tx, visitor.merchant_id, _unlink_key(visitor)) is not None:
        return Step.UNLINKED
    return Step.DONE if following else Step.ADD_FRIEND


async def _following(tx: AsyncConnection, visitor: Visitor) -> bool | None:
    """None for somebody who never was a friend."""
    friend = await friends.find(tx, visitor.merchant_id, visitor.line_user)
    return None if friend is None else friend.following


def _unlink_key(visitor: Visitor) -> FactKey:
    """One unlink a visit: a newer login is a new visit."""
    return FactKey(f"customer-unlink:{visitor.claim}")

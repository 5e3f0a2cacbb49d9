"""How far a ticket's customer has come, for the computer that shows its QR code."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from marketing_agent.core.facts import Claim, FactKey
from marketing_agent.services import tickets
from marketing_agent.services.tickets import TicketExpired
from marketing_agent.storage import facts, friends, ticket_marks

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.ground import Ground
    from marketing_agent.services.tickets import Ticket


class TicketState(StrEnum):
    """What a page that waits for the phone may know."""

    WAITING = "waiting"
    SCANNED = "scanned"
    """A phone has shown the ticket's page, or somebody has logged in."""
    DONE = "done"
    """Logged in and a friend; it never says whether a profile matched."""
    EXPIRED = "expired"


async def state_of(ground: Ground, sealed: str) -> TicketState:
    """How far it is; changes nothing. Raises Unsealable for what is no ticket."""
    try:
        ticket = tickets.open_ticket(ground.vault, sealed, ground.clock())
    except TicketExpired:
        return TicketState.EXPIRED
    async with ground.database.transaction() as tx:
        return await _state(tx, ticket)


async def _state(tx: AsyncConnection, ticket: Ticket) -> TicketState:
    claim = await facts.find(tx, ticket.merchant_id, ticket.claim)
    if not isinstance(claim, Claim):
        seen = await ticket_marks.is_scanned(tx, ticket.merchant_id, ticket.id)
        return TicketState.SCANNED if seen else TicketState.WAITING
    if await facts.find(tx, ticket.merchant_id, declined_key(ticket)) is not None:
        return TicketState.SCANNED
    friend = await friends.find(tx, ticket.merchant_id, claim.line_user)
    is_friend = friend is not None and friend.following is True
    return TicketState.DONE if is_friend else TicketState.SCANNED


def declined_key(ticket: Ticket) -> FactKey:
    """The key of the fact that the customer said "not me" to this ticket."""
    return FactKey(f"declined:{ticket.id}")

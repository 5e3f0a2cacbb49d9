"""What the setting behind a ticket says by the time somebody logs in with it.

The merchant may have changed or deleted the custom QR code or the form linkage since
the link was opened or the form submitted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing_agent.core.door import Gate, Refused
from marketing_agent.core.facts import Evidence, Method
from marketing_agent.core.match import MatchRule
from marketing_agent.core.qr_links import LinkType
from marketing_agent.core.signals import Flaw
from marketing_agent.storage import form_linkages, qr_links

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.tickets import Ticket

_REMOVED = Refused(row=4, why=Gate.SETTING_REMOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a ticket's claim is judged; kept in the claim, so nothing is judged twice."""

    refused: Refused | None
    rule: MatchRule
    evidence: Evidence


async def terms_of(tx: AsyncConnection, ticket: Ticket) -> Terms:
    """The terms as they are now; a refusal at the door stays one."""
    if ticket.method is Method.FORM_LINKAGE:
        terms = await _of_form(tx, ticket)
    else:
        terms = await _of_qr_link(tx, ticket)
    if ticket.refused is None:
        return terms
    return Terms(refused=ticket.refused, rule=terms.rule, evidence=terms.evidence)


async def _of_qr_link(tx: AsyncConnection, ticket: Ticket) -> Terms:
    """A ticket with both signals was given for both, whatever is asked for now."""
    qr_link = await qr_links.find(tx, ticket.merchant_id, ticket.setting)
    refused = None
    if qr_link is None or qr_link.link_type is LinkType.NONE:
        refused = _REMOVED
    elif missing := sorted(qr_link.asks - ticket.signals):
        refused = Refused(row=7, why=Flaw.EMPTY, kind=missing[0])
    both = len(ticket.signals) > 1
    return Terms(
        refused=refused,
        rule=MatchRule.BOTH if both else MatchRule.EITHER,
        evidence=_by_signals(ticket),
    )


async def _of_form(tx: AsyncConnection, ticket: Ticket) -> Terms:
    """A claim that waits for the flow is worth what the flow's trigger proves."""
    linkage = await form_linkages.find(tx, ticket.merchant_id, ticket.setting)
    evidence = _by_signals(ticket)
    if linkage is not None and ticket.confirmed_by is not None:
        evidence = max(evidence, linkage.evidence)
    return Terms(
        refused=_REMOVED if linkage is None else None,
        rule=MatchRule.EITHER,
        evidence=evidence,
    )


def _by_signals(ticket: Ticket) -> Evidence:
    both = len(ticket.signals) > 1
    return Evidence.BOTH_SIGNALS if both else Evidence.ONE_SIGNAL

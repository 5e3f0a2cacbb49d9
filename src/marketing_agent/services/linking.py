"""The only writer of links: stores facts and writes what follows from them.

Every caller holds the merchant's lock (`Database.merchant_transaction`), so that facts,
links, audit and outbox change together or not at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.components import line_user_of
from marketing_agent.core.facts import Claim, Fact, FactKey
from marketing_agent.core.links import ChangeKind, LinkChange
from marketing_agent.core.resolve import Resolution, resolve
from marketing_agent.storage import facts, links, outbox, outcomes, waiting_claims
from marketing_agent.storage.outbox import NewItem, OutboxKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.outcomes import Outcome

LINKED_METRIC: Final = "Linked LINE Identity"
LINE_USER_ID_PROPERTY: Final = "LINE User ID"

_CHANGES_PROPERTY: Final = frozenset(ChangeKind) - {ChangeKind.SUSPENDED}


async def settle(
    tx: AsyncConnection, merchant_id: int, new: Sequence[Fact], now: datetime
) -> Resolution:
    """Store facts and bring everything that is derived from them up to date.

    Returns what the touched components amount to now.
    """
    added = await facts.append(tx, merchant_id, new)
    component = await facts.component_of(tx, merchant_id, new, added=added)
    resolution = resolve(component)
    if added:
        await _write(tx, merchant_id, component, resolution, now)
    return resolution


async def _write(
    tx: AsyncConnection,
    merchant_id: int,
    component: Sequence[Fact],
    resolution: Resolution,
    now: datetime,
) -> None:
    line_users = {line_user_of(fact) for fact in component} - {None}
    await links.write_difference(
        tx, merchant_id, [user for user in line_users if user], resolution.links
    )
    fresh = await links.write_audit(tx, merchant_id, resolution.changes)
    claims = [fact for fact in component if isinstance(fact, Claim)]
    await outcomes.write(tx, merchant_id, claims, resolution.outcomes)
    await waiting_claims.forget(
        tx, merchant_id, _looked_up(resolution.outcomes.values())
    )
    await outbox.add(tx, merchant_id, [item for c in fresh for item in _told(c)], now)


def _looked_up(outcomes_: Iterable[Outcome]) -> list[FactKey]:
    return [each.claim for each in outcomes_ if not each.code.needs_lookup]


def _told(change: LinkChange) -> list[NewItem]:
    """What Klaviyo has to hear of a change."""
    link, items = change.link, []
    if change.kind in _CHANGES_PROPERTY:
        items.append(
            NewItem(
                key=f"{OutboxKind.LINE_USER_ID}:{link.profile}:{change.cause}",
                kind=OutboxKind.LINE_USER_ID,
                line_user=link.line_user,
                profile=link.profile,
                body={},
            )
        )
    if change.kind is ChangeKind.LINKED:
        items.append(
            NewItem(
                key=f"{OutboxKind.LINKED_EVENT}:{link.made_by}",
                kind=OutboxKind.LINKED_EVENT,
                line_user=link.line_user,
                profile=link.profile,
                body={
                    "made_by": link.made_by,
                    "method": link.method.value,
                    "matched_by": "+".join(sorted(link.matched_by)),
                    "at": link.since.isoformat(),
                },
            )
        )
    return items

"""The event `Linked LINE Identity`: once for each link that Klaviyo hears of alive."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from marketing_agent.core.facts import FactKey
from marketing_agent.platforms.klaviyo.bulk import EventRow
from marketing_agent.services.linking import LINE_USER_ID_PROPERTY, LINKED_METRIC
from marketing_agent.storage import links

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.services.write_back.account import Account
    from marketing_agent.storage.outbox import Item


def event_of(item: Item) -> EventRow:
    """The same for each telling of an item, so that Klaviyo takes it once."""
    return EventRow(
        profile=item.profile,
        metric=LINKED_METRIC,
        properties={
            LINE_USER_ID_PROPERTY: item.line_user,
            "Method": item.body["method"],
            "Matched by": item.body["matched_by"],
        },
        unique_id=hashlib.sha256(item.key.encode()).hexdigest()[:32],
        at=datetime.fromisoformat(item.body["at"]),
    )


async def live_among(account: Account, items: Sequence[Item]) -> list[Item]:
    """Those whose link still ties the same profile."""
    async with account.ground.database.transaction() as tx:
        linked = await links.of_profiles(
            tx, account.merchant_id, {item.profile for item in items}
        )
    return [
        item
        for item in items
        if item.profile in linked
        and linked[item.profile].made_by == FactKey(item.body["made_by"])
    ]

"""Once a minute: find all work that is due, whatever became of its wake-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.services.ground import Work
from marketing_agent.storage import inbox, outbox, waiting_claims

if TYPE_CHECKING:
    from marketing_agent.services.ground import Ground


async def tick(ground: Ground) -> None:
    """Wake every merchant that has something due."""
    now = ground.clock()
    async with ground.database.transaction() as tx:
        due = {
            Work.DRAIN_INBOX: await inbox.merchants_with_waiting(tx),
            Work.LOOK_AT_CLAIMS: await waiting_claims.merchants_with_due(tx, now),
            Work.DRAIN_OUTBOX: await outbox.merchants_with_due(tx, now),
        }
    for work, merchants in due.items():
        for merchant_id in merchants:
            await ground.wake(work, merchant_id)

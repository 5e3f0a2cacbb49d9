"""The data sync: what changed about friends, on its way to Klaviyo.

Linked friends are told of through the outbox, if anything about them is news. For the
others a profile is looked for by their own email and phone, and nothing is written.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.friend_properties import properties_of
from marketing_agent.services import auto_link, friend_names
from marketing_agent.services.ground import Ground, Work
from marketing_agent.services.turns import Batch, take_turns
from marketing_agent.storage import friends, links, merchants, outbox, sync_marks
from marketing_agent.storage.outbox import NewItem, OutboxKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.links import Link
    from marketing_agent.core.signals import LineUserId
    from marketing_agent.storage.friends import Friend

_BATCH: Final = 100
_NAMES_AGAIN: Final = timedelta(minutes=10)
"""After LINE could not tell a name."""


async def sync_friends(ground: Ground, merchant_id: int) -> None:
    """Settle every friend who is marked, a batch at a time."""

    async def batch() -> Batch:
        return await _sync_batch(ground, merchant_id)

    async def is_due() -> bool:
        async with ground.database.transaction() as tx:
            now = ground.clock()
            return bool(await sync_marks.due(tx, merchant_id, now, limit=1))

    await take_turns(ground, Work.SYNC_FRIENDS, merchant_id, batch=batch, is_due=is_due)


async def _sync_batch(ground: Ground, merchant_id: int) -> Batch:
    async with ground.database.transaction() as tx:
        if not await _is_on(tx, merchant_id):
            return Batch.STOPPED
        due = await sync_marks.due(tx, merchant_id, ground.clock(), limit=_BATCH)
        linked = await links.of_line_users(tx, merchant_id, _line_users(due))
    if not due:
        return Batch.NOTHING
    nameless = [each.line_user for each in due if each.line_user in linked]
    later = await friend_names.ask(ground, merchant_id, nameless)
    await _settle(ground, merchant_id, _line_users(due), later)
    return Batch.DONE


async def _is_on(tx: AsyncConnection, merchant_id: int) -> bool:
    merchant = await merchants.get(tx, merchant_id)
    connected = await merchants.klaviyo_account(tx, merchant_id)
    return merchant.integration_on and connected is not None


async def _settle(
    ground: Ground,
    merchant_id: int,
    due: Sequence[LineUserId],
    later: Sequence[LineUserId],
) -> None:
    """Everything at once, under the lock: a mark set meanwhile is never lost."""
    now = ground.clock()
    async with ground.database.merchant_transaction(merchant_id) as tx:
        merchant = await merchants.get(tx, merchant_id)
        known = await friends.several(tx, merchant_id, due)
        linked = await links.of_line_users(tx, merchant_id, due)
        digests = await _tell(ground, tx, merchant_id, known, linked)
        unlinked = [each for each in known.values() if each.line_user not in linked]
        looking = merchant.auto_link_on and await auto_link.look_for(
            ground, tx, merchant_id, unlinked, now
        )
        await sync_marks.settle(tx, merchant_id, due, digests)
        await sync_marks.put_off(tx, merchant_id, later, now + _NAMES_AGAIN)
    if digests:
        await ground.wake(Work.DRAIN_OUTBOX, merchant_id)
    if looking:
        await ground.wake(Work.LOOK_AT_CLAIMS, merchant_id)


async def _tell(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    known: dict[LineUserId, Friend],
    linked: dict[LineUserId, Link],
) -> dict[LineUserId, str]:
    """Ask the outbox to tell what is news of linked friends; gives their digests."""
    account = await merchants.klaviyo_account(tx, merchant_id)
    now, news = ground.clock(), {}
    for line_user, link in linked.items():
        friend = known.get(line_user)
        told = friend_names.told_friend(ground.vault, line_user, friend)
        properties = properties_of(told, 1 if account is None else account.number)
        digest = ground.vault.digest(json.dumps(properties, sort_keys=True)).hex()
        # A suspended link has no profile to write to; it is told when it resumes.
        if not link.suspended and (friend is None or friend.synced_digest != digest):
            news[line_user] = digest
    items = [
        NewItem(
            key=f"{OutboxKind.FRIEND_CHANGED}:{line_user}:{now.isoformat()}",
            kind=OutboxKind.FRIEND_CHANGED,
            line_user=line_user,
            profile=linked[line_user].profile,
            body={},
        )
        for line_user in news
    ]
    await outbox.add(tx, merchant_id, items, now)
    return news


def _line_users(some: Sequence[Friend]) -> list[LineUserId]:
    return [each.line_user for each in some]

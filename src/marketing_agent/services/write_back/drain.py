"""One turn at the outbox: jobs to look at, then what is due, singly or in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.platforms.klaviyo.bulk import MOST_EVENTS, MOST_PROFILES
from marketing_agent.services import connections
from marketing_agent.services.ground import Ground, Work
from marketing_agent.services.turns import Batch, take_turns
from marketing_agent.services.write_back import in_bulk, singly
from marketing_agent.services.write_back.account import Account
from marketing_agent.services.write_back.in_bulk import BULK_FROM
from marketing_agent.storage import bulk_jobs, merchants, outbox
from marketing_agent.storage.outbox import ABOUT_PROPERTIES, OutboxKind

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.storage.bulk_jobs import BulkJob
    from marketing_agent.storage.outbox import Item


async def drain_outbox(ground: Ground, merchant_id: int) -> None:
    """Tell Klaviyo everything that is due; stop at the first sign of trouble."""

    async def batch() -> Batch:
        return await _drain_batch(ground, merchant_id)

    async def is_due() -> bool:
        async with ground.database.transaction() as tx:
            jobs, items = await _due(ground, tx, merchant_id)
            return bool(jobs or items)

    await take_turns(ground, Work.DRAIN_OUTBOX, merchant_id, batch=batch, is_due=is_due)


async def _drain_batch(ground: Ground, merchant_id: int) -> Batch:
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        if not merchant.integration_on:
            return Batch.STOPPED
        jobs, items = await _due(ground, tx, merchant_id)
        if not jobs and not items:
            return Batch.NOTHING
        account = await _account(ground, tx, merchant_id)
    for job in jobs:
        if not await in_bulk.look_at(account, job):
            return Batch.STOPPED
    well = await _tell(account, items)
    return Batch.DONE if well else Batch.STOPPED


async def _due(
    ground: Ground, tx: AsyncConnection, merchant_id: int
) -> tuple[list[BulkJob], list[Item]]:
    now = ground.clock()
    jobs = await bulk_jobs.due(tx, merchant_id, now)
    return jobs, await outbox.due(tx, merchant_id, now, limit=BULK_FROM + 1)


async def _account(ground: Ground, tx: AsyncConnection, merchant_id: int) -> Account:
    connected = await merchants.klaviyo_account(tx, merchant_id)
    return Account(
        ground=ground,
        merchant_id=merchant_id,
        klaviyo=await connections.klaviyo_of(ground, tx, merchant_id),
        patient=await connections.klaviyo_of(ground, tx, merchant_id, background=True),
        number=1 if connected is None else connected.number,
    )


async def _tell(account: Account, items: list[Item]) -> bool:
    """Whether Klaviyo is well enough to go on."""
    if len(items) > BULK_FROM:
        now, merchant_id = account.ground.clock(), account.merchant_id
        async with account.ground.database.transaction() as tx:
            many = await outbox.due(
                tx,
                merchant_id,
                now,
                limit=MOST_PROFILES,
                kinds=ABOUT_PROPERTIES,
                only_untried=True,
            )
            events = await outbox.due(
                tx,
                merchant_id,
                now,
                limit=MOST_EVENTS,
                kinds={OutboxKind.LINKED_EVENT},
                only_untried=True,
            )
        if len(many) > BULK_FROM:
            return await in_bulk.tell_profiles(account, many)
        if len(events) > BULK_FROM:
            return await in_bulk.tell_events(account, events)
    return await singly.tell(account, items[:BULK_FROM])

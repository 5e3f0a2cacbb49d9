"""Telling Klaviyo what was decided: the LINE User ID on the profile, and the event.

Items say what to look at, not what to write: what is written follows from the links as
they stand at that moment, so that repeats and reordering end alike.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Final

import structlog

from marketing_agent.core.errors import (
    MarketingAgentError,
    PlatformError,
    PlatformNotFound,
    PlatformRefused,
)
from marketing_agent.core.facts import FactKey
from marketing_agent.core.schedule import wait_after
from marketing_agent.core.signals import LineUserId
from marketing_agent.services import connections
from marketing_agent.services.ground import ONE_TICK, Ground, Work
from marketing_agent.services.linking import LINE_USER_ID_PROPERTY, LINKED_METRIC
from marketing_agent.services.turns import Batch, take_turns
from marketing_agent.storage import links, merchants, outbox, profiles
from marketing_agent.storage.outbox import Item, OutboxKind

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.links import Link
    from marketing_agent.platforms.json_values import JsonValue
    from marketing_agent.platforms.klaviyo.client import KlaviyoClient

HELD_BEFORE: Final = "line user id held before"
_BATCH: Final = 100
_log = structlog.get_logger(__name__)


async def drain_outbox(ground: Ground, merchant_id: int) -> None:
    """Tell Klaviyo everything that is due; stop at the first sign of trouble."""

    async def batch() -> Batch:
        return await _drain_batch(ground, merchant_id)

    async def is_due() -> bool:
        async with ground.database.transaction() as tx:
            now = ground.clock()
            return bool(await outbox.due(tx, merchant_id, now, limit=1))

    await take_turns(ground, Work.DRAIN_OUTBOX, merchant_id, batch=batch, is_due=is_due)


async def _drain_batch(ground: Ground, merchant_id: int) -> Batch:
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        if not merchant.integration_on:
            return Batch.STOPPED
        due = await outbox.due(tx, merchant_id, ground.clock(), limit=_BATCH)
        if not due:
            return Batch.NOTHING
        klaviyo = await connections.klaviyo_of(ground, tx, merchant_id)
    for item in due:
        if not await _tell(ground, klaviyo, merchant_id, item):
            return Batch.STOPPED
    return Batch.DONE


async def _tell(
    ground: Ground, klaviyo: KlaviyoClient, merchant_id: int, item: Item
) -> bool:
    """Whether Klaviyo is well enough to go on."""
    try:
        match item.kind:
            case OutboxKind.LINE_USER_ID:
                await _write_line_user_id(ground, klaviyo, merchant_id, item)
            case OutboxKind.LINKED_EVENT:
                await _record_linked(ground, klaviyo, merchant_id, item)
    except PlatformError as error:
        return await _failed(ground, merchant_id, item, error)
    async with ground.database.transaction() as tx:
        await outbox.finish(tx, merchant_id, item.id, ground.clock())
    return True


async def _write_line_user_id(
    ground: Ground, klaviyo: KlaviyoClient, merchant_id: int, item: Item
) -> None:
    """Make the property what our links say; give back what it held before."""
    profile = await klaviyo.profile(item.profile)
    if profile is None:
        async with ground.database.transaction() as tx:
            await profiles.missing(tx, merchant_id, item.profile, ground.clock())
        return
    shown = profile.properties.get(LINE_USER_ID_PROPERTY)
    async with ground.database.merchant_transaction(merchant_id) as tx:
        link = await links.of_profile(tx, merchant_id, item.profile)
        if link is not None:
            await _keep_foreign_value(ground, tx, merchant_id, link, shown)
        before = await profiles.held_line_user_id(tx, merchant_id, item.profile)
    if link is not None and shown != link.line_user:
        ours = {LINE_USER_ID_PROPERTY: str(link.line_user)}
        await klaviyo.set_properties(item.profile, ours)
    elif link is None and shown == item.line_user:
        await _give_back(ground, klaviyo, item, before)


async def _keep_foreign_value(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    link: Link,
    shown: JsonValue,
) -> None:
    """Remember what another tool wrote there, to give it back after an unlink."""
    if shown is None or shown == link.line_user:
        return
    if await links.was_ever(tx, merchant_id, LineUserId(str(shown)), link.profile):
        return
    sealed = ground.vault.seal(json.dumps(shown).encode(), purpose=HELD_BEFORE)
    await profiles.keep_held_line_user_id(
        tx, merchant_id, link.profile, sealed, ground.clock()
    )


async def _give_back(
    ground: Ground, klaviyo: KlaviyoClient, item: Item, before: bytes | None
) -> None:
    """Take our value off the profile; a value that is no longer ours is left alone."""
    if before is None:
        await klaviyo.set_properties(item.profile, {}, unset=[LINE_USER_ID_PROPERTY])
        return
    held = json.loads(ground.vault.open(before, purpose=HELD_BEFORE))
    await klaviyo.set_properties(item.profile, {LINE_USER_ID_PROPERTY: held})


async def _record_linked(
    ground: Ground, klaviyo: KlaviyoClient, merchant_id: int, item: Item
) -> None:
    """Record the event unless the link ended before Klaviyo heard of it."""
    made_by = FactKey(item.body["made_by"])
    async with ground.database.transaction() as tx:
        if not await links.is_live(tx, merchant_id, made_by, item.profile):
            return
    await klaviyo.record_event(
        item.profile,
        LINKED_METRIC,
        {
            LINE_USER_ID_PROPERTY: item.line_user,
            "Method": item.body["method"],
            "Matched by": item.body["matched_by"],
        },
        unique_id=hashlib.sha256(item.key.encode()).hexdigest()[:32],
        at=datetime.fromisoformat(item.body["at"]),
    )


async def _failed(
    ground: Ground, merchant_id: int, item: Item, error: PlatformError
) -> bool:
    """Whether only this item is at fault, so that the next one can be told."""
    _log.warning("write back failed", merchant=merchant_id, error=type(error).__name__)
    now, hopeless = ground.clock(), _is_hopeless(error)
    async with ground.database.transaction() as tx:
        if hopeless:
            await outbox.give_up(tx, merchant_id, item.id, now, error.message)
            return True
        wait = wait_after(error, item.tries + 1)
        await outbox.put_off(tx, merchant_id, item.id, now + wait, error.message)
    if wait < ONE_TICK:
        await ground.wake(Work.DRAIN_OUTBOX, merchant_id, after=wait)
    return False


def _is_hopeless(error: MarketingAgentError) -> bool:
    """Klaviyo has looked at exactly this and said no; another time changes nothing."""
    return isinstance(error, PlatformNotFound) or type(error) is PlatformRefused

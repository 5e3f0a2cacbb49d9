"""Linked profiles are read again every night: what changed, what is gone, what is back.

Klaviyo announces neither a merge nor a deletion; both are a 404. One 404 decides
nothing: the profile is looked at again an hour later.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from marketing_agent.core.errors import PlatformError
from marketing_agent.core.schedule import last_night
from marketing_agent.services import absences, connections
from marketing_agent.services.ground import Ground, Work
from marketing_agent.services.profile_reading import remember
from marketing_agent.services.turns import Batch, take_turns
from marketing_agent.storage import login_tokens, merchants, profile_watch, profiles
from marketing_agent.storage.profile_watch import Reading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import LineUserId, ProfileId
    from marketing_agent.platforms.klaviyo.client import KlaviyoClient
    from marketing_agent.platforms.klaviyo.types import KlaviyoProfile
    from marketing_agent.storage.merchants import Merchant

BETWEEN_LOOKS: Final = timedelta(hours=1)
"""Between the two 404s that make a profile gone."""
KEPT_WHEN_GONE: Final = timedelta(days=30)
"""Then only the personal data of a profile that is gone is erased."""
_BATCH: Final = 100
_log = structlog.get_logger(__name__)


async def read_profiles(ground: Ground, merchant_id: int) -> None:
    """Look a second time at what was missing, then read what this night is due."""

    async def batch() -> Batch:
        try:
            return await _batch(ground, merchant_id)
        except PlatformError as error:
            name = type(error).__name__
            _log.warning("reading put off", merchant=merchant_id, error=name)
            return Batch.STOPPED

    async def is_due() -> bool:
        async with ground.database.transaction() as tx:
            merchant = await merchants.get(tx, merchant_id)
            return await _due_reading(tx, merchant, ground.clock()) is not None

    await take_turns(
        ground, Work.READ_PROFILES, merchant_id, batch=batch, is_due=is_due
    )


async def _batch(ground: Ground, merchant_id: int) -> Batch:
    now = ground.clock()
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        if not merchant.integration_on:
            return Batch.STOPPED
        missing = await profile_watch.missing_before(
            tx, merchant_id, now - BETWEEN_LOOKS, limit=_BATCH
        )
        reading = await _due_reading(tx, merchant, now)
        if not missing and reading is None:
            return Batch.NOTHING
        klaviyo = await connections.klaviyo_of(ground, tx, merchant_id, background=True)
    for each in missing:
        await absences.look_again(ground, klaviyo, merchant, each)
    if reading is not None:
        await _read_next(ground, klaviyo, merchant, reading)
    return Batch.DONE


async def _due_reading(
    tx: AsyncConnection, merchant: Merchant, now: datetime
) -> Reading | None:
    """Where tonight's reading stands; None when it is done."""
    reading = await profile_watch.reading(tx, merchant.id)
    if reading is None:
        return None
    night = last_night(now, merchant.time_zone)
    done = reading.done_at is not None and reading.done_at >= night
    return None if done and reading.after is None else reading


async def _read_next(
    ground: Ground, klaviyo: KlaviyoClient, merchant: Merchant, reading: Reading
) -> None:
    """Read the next hundred linked profiles, or end this night's reading."""
    async with ground.database.transaction() as tx:
        pairs = await profile_watch.linked_after(
            tx, merchant.id, reading.after, limit=_BATCH
        )
    # The night it belongs to, so that the next one is not put off to this hour.
    began = last_night(ground.clock(), merchant.time_zone)
    if pairs:
        await _compare(ground, klaviyo, merchant, [profile for _, profile in pairs])
    after: LineUserId | None = pairs[-1][0] if len(pairs) == _BATCH else None
    async with ground.database.merchant_transaction(merchant.id) as tx:
        here = Reading(after=after, done_at=began)
        await profile_watch.keep_reading(tx, merchant.id, here)
        if after is None:
            long_gone = ground.clock() - KEPT_WHEN_GONE
            await profile_watch.erase_gone_before(tx, merchant.id, long_gone)
            await login_tokens.forget_ended(tx, merchant.id, ground.clock())


async def _compare(
    ground: Ground,
    klaviyo: KlaviyoClient,
    merchant: Merchant,
    linked: Sequence[ProfileId],
) -> None:
    """Keep what Klaviyo shows of these profiles, and note those it does not show."""
    read_at = ground.clock()
    found = await klaviyo.profiles_by_id(linked)
    shown = {each.id for each in found}
    # A filter may miss a profile for reasons of its own; its own address may not.
    asked = [await klaviyo.profile(one) for one in linked if one not in shown]
    found += [each for each in asked if each is not None]
    await _keep(ground, merchant, found, linked, read_at)
    there = {each.id for each in found}
    async with ground.database.transaction() as tx:
        gone = await profile_watch.gone_among(tx, merchant.id, linked)
    back = [each for each in gone if each.profile in there]
    await absences.welcome_back(ground, merchant, back, read_at)
    for each in gone:
        if each.profile not in there:
            await absences.follow_merge(ground, klaviyo, merchant, each)


async def _keep(
    ground: Ground,
    merchant: Merchant,
    found: Sequence[KlaviyoProfile],
    linked: Sequence[ProfileId],
    read_at: datetime,
) -> None:
    shown = {each.id for each in found}
    async with ground.database.merchant_transaction(merchant.id) as tx:
        await remember(tx, ground.vault, merchant, found, read_at)
        for each in linked:
            if each not in shown:
                await profiles.missing(tx, merchant.id, each, read_at)

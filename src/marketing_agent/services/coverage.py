"""Coverage over time: a row for each day that ended at the merchant's, and today."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.day_zone import day_of, zone_of
from marketing_agent.storage import coverage, merchants
from marketing_agent.storage.coverage import CoverageDay

if TYPE_CHECKING:
    from marketing_agent.services.ground import Ground

MOST_DAYS: Final = 400
_ONE_DAY: Final = timedelta(days=1)


async def write_days(ground: Ground) -> None:
    """Write the day that has just ended, at every merchant where one has.

    It is counted at the first tick after midnight. A day on which nothing ran until
    the next midnight is left out: nobody knows any more what it was like.
    """
    now = ground.clock()
    async with ground.database.transaction() as tx:
        known = await coverage.last_days(tx)
        everybody = await merchants.all_of_them(tx)
    for merchant in everybody:
        ended = day_of(now, zone_of(merchant.time_zone)) - _ONE_DAY
        last = known.get(merchant.id)
        if last is not None and last >= ended:
            continue
        async with ground.database.transaction() as tx:
            counted = await coverage.now(tx, merchant.id)
            day = CoverageDay(day=ended, coverage=counted)
            await coverage.write_day(tx, merchant.id, day, now)


async def over_time(
    ground: Ground, merchant_id: int, days: int = 30
) -> list[CoverageDay]:
    """The last days that are known, oldest first; the last is today, counted now."""
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        today = day_of(ground.clock(), zone_of(merchant.time_zone))
        kept = await coverage.days(tx, merchant_id, today - days * _ONE_DAY)
        counted = await coverage.now(tx, merchant_id)
    return [*kept, CoverageDay(day=today, coverage=counted)]

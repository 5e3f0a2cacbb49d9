"""The budget of a language model: tokens for a merchant and day, as days are there.

The built-in planner costs nothing and is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.day_zone import day_of, zone_of
from marketing_agent.core.errors import Conflict
from marketing_agent.storage import merchants, token_use
from marketing_agent.storage.token_use import TokenUse

if TYPE_CHECKING:
    from datetime import date
    from zoneinfo import ZoneInfo

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.ground import Ground

MOST_DAYS: Final = 400
_ONE_DAY: Final = timedelta(days=1)


class TokenBudgetSpent(Conflict):
    """The language model's {budget} tokens of today are used up, until {resets_at}."""

    @property
    def retry_after(self) -> float:
        """Seconds until the budget is full again."""
        return float(str(self.facts["retry_after"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What was used, day by day, and what is left of today's budget."""

    budget: int
    days: dict[date, TokenUse]
    today: date
    resets_at: datetime
    """When the merchant's next day begins; aware, UTC."""

    @property
    def used(self) -> TokenUse:
        """Today's."""
        return self.days.get(self.today, TokenUse())

    @property
    def left(self) -> int:
        """What today's budget still allows; never below zero."""
        return max(0, self.budget - self.used.total)


async def usage(ground: Ground, merchant_id: int, days: int = 1) -> Usage:
    """The last days with use, today among them or not. Raises NotFound."""
    async with ground.database.transaction() as tx:
        zone = await _zone(tx, merchant_id)
        now = ground.clock()
        today = day_of(now, zone)
        used = await token_use.days(tx, merchant_id, today - (days - 1) * _ONE_DAY)
    return Usage(
        budget=ground.tokens_per_day,
        days=used,
        today=today,
        resets_at=_begins(today + _ONE_DAY, zone),
    )


async def refuse_overspending(ground: Ground, merchant_id: int) -> None:
    """Raises TokenBudgetSpent when nothing is left of today's budget."""
    told = await usage(ground, merchant_id)
    if told.left:
        return
    async with ground.database.transaction() as tx:
        zone = await _zone(tx, merchant_id)
    raise TokenBudgetSpent(
        budget=f"{told.budget:,}",
        resets_at=f"{told.resets_at.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})",
        retry_after=(told.resets_at - ground.clock()).total_seconds(),
    )


async def record(ground: Ground, merchant_id: int, used: TokenUse) -> None:
    """Count what a call of the model has used."""
    async with ground.database.transaction() as tx:
        today = day_of(ground.clock(), await _zone(tx, merchant_id))
        await token_use.add(tx, merchant_id, today, used)


async def _zone(tx: AsyncConnection, merchant_id: int) -> ZoneInfo:
    return zone_of((await merchants.get(tx, merchant_id)).time_zone)


def _begins(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)

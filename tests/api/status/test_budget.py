"""Klaviyo's rate limits, as far as this program knows their use."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from marketing_agent.platforms.klaviyo import tiers
from marketing_agent.platforms.limits import Notice
from marketing_agent.platforms.shared_limits import LimitsOfAllProcesses
from marketing_agent.services.platform_clients import klaviyo_limits
from marketing_agent.storage.database import Database
from marketing_agent.storage.limit_windows import LimitWindows
from tests.api.asking import ask

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from tests.desk import Desk


async def _tier(desk: Desk, name: str, caller: Caller | None = None) -> dict[str, Any]:
    told = (await ask(desk, "GET", "/klaviyo-budget", caller=caller)).json()
    return next(each for each in told["tiers"] if each["tier"] == name)


async def test_calls_are_counted_and_told(desk: Desk) -> None:
    """Each window with what is allowed and used; the neighbour's account is another."""
    await desk.block("list_segments")

    _, minute = (await _tier(desk, "segments"))["windows"]
    assert (minute["seconds"], minute["allowed"], minute["used"]) == (60, 375, 1)
    assert datetime.fromisoformat(minute["resets_at"]) > desk.ground.clock()
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    _, theirs = (await _tier(desk, "segments", neighbour))["windows"]
    assert (theirs["used"], theirs["resets_at"]) == (0, None)
    told = (await ask(desk, "GET", "/klaviyo-budget")).json()["tiers"]
    assert len(told) == len(tiers.ALL)


async def test_what_klaviyo_throttles_is_told(desk: Desk) -> None:
    """Until when a tier is closed after a 429."""
    account = klaviyo_limits(desk.merchant_id)
    limits = desk.ground.sender._limits
    await limits.heard(account, tiers.BULK, Notice(retry_after=30.0))

    until = (await _tier(desk, "bulk-jobs"))["throttled_until"]
    left = datetime.fromisoformat(until) - desk.ground.clock()
    assert 25 < left.total_seconds() <= 30
    assert (await _tier(desk, "events"))["throttled_until"] is None


async def test_all_processes_see_the_same_and_looking_writes_nothing(
    desk: Desk, database_url: str
) -> None:
    """What one process used another one tells; a look leaves no row behind."""
    other = Database(database_url)
    one, two = (
        LimitsOfAllProcesses(LimitWindows(each))
        for each in (desk.ground.database, other)
    )
    before = await desk.counts()
    assert (await two.seen("k")).usages == {}
    assert await desk.counts() == before

    await one.take("k", tiers.PROFILES, background=False)
    seen = await two.seen("k")
    await other.dispose()

    usage = seen.usages[tiers.PROFILES.name]
    second, minute = usage.current(tiers.PROFILES, seen.now)
    assert (second.left, minute.left) == (36, 374)

"""Two hours without Klaviyo, replayed in virtual time with all limits on.

`python -m benchmarks.imports_outage`. The clock moves only where somebody waits, so
that a day passes in seconds; Klaviyo's limits and ours go by the same clock.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure, rounded
from benchmarks.logs import keep_quiet
from benchmarks.machine import this_machine
from marketing_agent.platforms.klaviyo import tiers
from marketing_agent.platforms.sender import Sender, Timing
from marketing_agent.platforms.shared_limits import LimitsOfOneProcess
from marketing_agent.sandbox.klaviyo.faults import Answer, Fault
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.services.ground import Work
from marketing_agent.services.imports.run import run_import
from tests.ground import new_ground
from tests.services.imports.stand import PROPERTY, Stand, line_user, open_stand

if TYPE_CHECKING:
    from datetime import datetime

    from marketing_agent.platforms.limits import Tier

_OUTAGE: Final = timedelta(hours=2)
_TICK: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A merchant's import, worked on as wake-ups and ticks would."""

    stand: Stand

    async def work(self, until: datetime) -> None:
        """Let time pass, and the import go on whenever it is woken."""
        clock, wakes = self.stand.clock, self.stand.wakes
        while clock.now < until:
            wakes.heard.clear()
            await run_import(self.stand.ground, self.stand.merchant_id)
            waits = [after for work, after in wakes.heard if work is Work.RUN_IMPORT]
            wait = min((each or timedelta(0) for each in waits), default=_TICK)
            clock.now = max(clock.now, min(clock.now + wait, until))

    async def caught_up_at(self, backlog: int) -> datetime:
        """Work until so many profiles have been read; gives when that was."""
        step = timedelta(seconds=5)
        while await self._read() < backlog:
            await self.work(self.stand.clock.now + step)
        return self.stand.clock.now

    async def _read(self) -> int:
        """Distinct profiles that have been stored so far."""
        return await self.stand.count("sightings")


def _in_virtual_time(stand: Stand) -> Stand:
    """The same, with our limits and every wait by the stand's clock."""

    def now() -> float:
        return stand.clock.now.timestamp()

    async def sleep(seconds: float) -> None:
        # A wait below the clock's microsecond would never end.
        stand.clock.move(seconds=seconds + 0.001)
        await asyncio.sleep(0)

    timing = Timing(now=now, sleep=sleep, jitter=lambda: 1.0)
    http = stand.ground.sender._http  # noqa: SLF001 - the stand's own
    sender = Sender(http, limits=LimitsOfOneProcess(now=now), timing=timing)
    return replace(stand, ground=replace(stand.ground, sender=sender))


def _allowed(tier: Tier) -> float:
    """Calls a second that background work may make."""
    steady = tier.quotas[-1]
    return steady.for_background / steady.seconds


async def _measure(profiles: int) -> list[Figure]:
    async with (
        new_ground() as ground,
        ground.database() as url,
        open_stand(url) as opened,
    ):
        stand = _in_virtual_time(opened)
        stand.klaviyo.limits.scale(1.0)
        crowd = stand.klaviyo.add_crowd(
            profiles,
            properties=lambda number: {PROPERTY: line_user(number)},
            first=stand.clock.now - timedelta(days=2, seconds=profiles),
        )
        stand.klaviyo.segments.fill(stand.segment_id, crowd)
        day = Day(stand=stand)
        await stand.start()
        await day.work(stand.clock.now + timedelta(minutes=1))
        read = await stand.count("sightings")
        stand.klaviyo.faults.add(Fault(effect=Answer(503)))
        await day.work(stand.clock.now + _OUTAGE)
        assert await stand.count("sightings") == read
        stand.klaviyo.faults.clear()
        stand.klaviyo.calls.clear()
        back_at = stand.clock.now
        full = await day.caught_up_at(profiles)
        backlog = (profiles - read) / 100
        figures = [_figure("full run", backlog, back_at, full, tiers.MEMBERS)]
        figures.append(await _edits(day, crowd.profile_id(0)[:-10], profiles))
        refused = [c for c in stand.klaviyo.calls.all() if c.status == 429]  # noqa: PLR2004
        figures.append(
            Figure(what="429s met", value=len(refused), unit="", how="never above")
        )
        return figures


async def _edits(day: Day, prefix: str, profiles: int) -> Figure:
    """As many were edited while Klaviyo could not be asked."""
    stand = day.stand
    await day.work(stand.clock.now + timedelta(hours=1))
    stand.klaviyo.faults.add(Fault(effect=Answer(503)))
    changed = profiles // 2
    for number in range(changed):
        stand.clock.move(seconds=_OUTAGE.total_seconds() / changed)
        held = PropertyEdit(set_to={PROPERTY: line_user(profiles + number)})
        stand.klaviyo.edit_profile(f"{prefix}{number:010}", {}, held)
        if number % 200 == 0:
            await day.work(stand.clock.now)
    stand.klaviyo.faults.clear()
    back_at = stand.clock.now
    while await _pairs(day) < profiles + changed:
        await day.work(stand.clock.now + timedelta(seconds=5))
    return _figure("edits", changed / 100, back_at, stand.clock.now, tiers.PROFILES)


async def _pairs(day: Day) -> int:
    return await day.stand.count("outcomes")


def _figure(
    what: str, pages: float, began: datetime, ended: datetime, tier: Tier
) -> Figure:
    seconds = (ended - began).total_seconds()
    return Figure(
        what=f"2 h outage, {what}: backlog cleared at",
        value=100 * pages / seconds / _allowed(tier),
        unit="% of the allowed rate",
        how=f"{pages:,.0f} pages in {rounded(seconds)} virtual seconds",
    )


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports_outage")
    parser.add_argument("--profiles", type=int, default=300_000)
    asked = parser.parse_args()
    keep_quiet()
    print(this_machine())
    for figure in asyncio.run(_measure(asked.profiles)):
        print(f"| {figure.what} | {figure.shown} | {figure.how} |")


if __name__ == "__main__":
    main()

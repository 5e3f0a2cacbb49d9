from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.core.errors import PlatformThrottled
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.limits import Notice, Quota, Tier
from marketing_agent.platforms.sender import Call, Patience, Sender, Timing
from marketing_agent.platforms.shared_limits import (
    WITHOUT_STORE,
    LimitsOfAllProcesses,
    LimitsOfOneProcess,
)
from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.network import Network
from marketing_agent.storage.database import Database
from marketing_agent.storage.limit_windows import LimitWindows
from tests.platforms.stand_ins import Wire

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from marketing_agent.platforms.shared_limits import SharedLimits
    from marketing_agent.storage.limit_windows import LimitRule

TENTH = Tier(
    name="profiles", quotas=(Quota(calls=3, seconds=1.0), Quota(calls=37, seconds=60.0))
)
"""Half of a tenth of what Klaviyo allows: its windows begin where ours do not."""


@dataclass
class Time:
    """Seconds that are the same for everyone; who sleeps lets them pass at once."""

    seconds: float = 1_795_000_000.7

    def now(self) -> float:
        """Give the time."""
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Be there at the time when it is over, whoever else slept meanwhile."""
        until = self.seconds + seconds
        await asyncio.sleep(0)
        self.seconds = max(self.seconds, until)

    def utc(self) -> datetime:
        """Give it as the sandbox wants it."""
        return datetime.fromtimestamp(self.seconds, UTC)


@dataclass
class Kept:
    """The real table by another clock; counts how often it is asked."""

    windows: LimitWindows
    time: Time
    asked: list[str] = field(default_factory=list)

    async def change(self, account: str, tier: str, rule: LimitRule) -> None:
        """Tell the rule this clock's time."""
        self.asked.append(tier)

        def timed(kept: Any, closed_until: float, _: float) -> Any:
            return rule(kept, closed_until, self.time.now())

        await self.windows.change(account, tier, timed)


@pytest.fixture
def time() -> Time:
    """Give a clock for everyone."""
    return Time()


@pytest.fixture
async def kept(database_url: str, time: Time) -> AsyncIterator[Callable[[], Kept]]:
    """Give what opens the table, each time as another process would."""
    async with AsyncExitStack() as opened:

        def another() -> Kept:
            database = Database(database_url)
            opened.push_async_callback(database.dispose)
            return Kept(LimitWindows(database), time)

        yield another


def a_call(*, background: bool = False) -> Call:
    """Make a call that Klaviyo's tier L counts."""
    return Call(
        platform="Klaviyo",
        name="get_profiles",
        method="GET",
        url="https://klaviyo.test/api/profiles",
        account="acme",
        tier=TENTH,
        headers={
            "Authorization": "Klaviyo-API-Key pk_test",
            "revision": "2026-07-15",
            "Accept": "application/vnd.api+json",
        },
        background=background,
    )


async def statuses(time: Time, *limits: SharedLimits) -> list[int]:
    """Let a sender per limits make sixty calls, all at once; give Klaviyo's answers."""
    world = KlaviyoWorld(private_key="pk_test", clock=time.utc)
    world.limits.scale(0.1)
    network = Network()
    network.serve("klaviyo.test", klaviyo_app(world))
    patience = Patience(seconds=600.0, attempts=1)
    timing = Timing(now=time.now, sleep=time.sleep)
    async with open_http(network) as http:
        senders = [
            Sender(http, limits=each, patience=patience, timing=timing)
            for each in limits
        ]
        calls = [each.send(a_call()) for each in senders for _ in range(60)]
        await asyncio.gather(*calls, return_exceptions=True)
    return [call.status or 0 for call in world.calls.all()]


async def test_two_processes_keep_to_one_platform_s_limits(
    kept: Callable[[], Kept], time: Time
) -> None:
    """Klaviyo's own limiter never refuses, and no minute passes unused."""
    began = time.now()
    two = (LimitsOfAllProcesses(kept()), LimitsOfAllProcesses(kept()))

    assert await statuses(time, *two) == [200] * 120
    assert 180 <= time.now() - began < 240


async def test_limits_that_are_not_shared_are_exceeded(time: Time) -> None:
    """The test above sees it when processes know nothing of each other."""
    apart = [LimitsOfOneProcess(now=time.now) for _ in range(4)]

    assert 429 in await statuses(time, *apart)


async def test_what_one_process_heard_holds_for_all(
    kept: Callable[[], Kept], time: Time
) -> None:
    """A 429 of one closes the account for the other, until the time it named."""
    one, other = LimitsOfAllProcesses(kept()), LimitsOfAllProcesses(kept())
    await one.heard("acme", TENTH, Notice(retry_after=30.0))

    assert await other.take("acme", TENTH, background=False) == 30.0
    assert await other.take("blossom", TENTH, background=False) == 0
    time.seconds += 30.0
    assert await other.take("acme", TENTH, background=False) == 0


async def test_an_import_in_one_process_stands_back_for_a_customer_in_another(
    kept: Callable[[], Kept], time: Time
) -> None:
    """The reserve, and the turn after a wait, hold among processes too."""
    imports, customers = LimitsOfAllProcesses(kept()), LimitsOfAllProcesses(kept())

    first = await imports.take("acme", TENTH, background=True)
    second = await imports.take("acme", TENTH, background=True)
    rush = [await customers.take("acme", TENTH, background=False) for _ in range(3)]
    time.seconds += 1.0
    stands_back = await imports.take("acme", TENTH, background=True)

    assert (first, rush[:2]) == (0, [0, 0])
    assert second > 0
    assert rush[2] == pytest.approx(1.0)
    assert stands_back >= 1.0
    assert await customers.take("acme", TENTH, background=False) == 0


async def test_a_good_answer_costs_no_question(kept: Callable[[], Kept]) -> None:
    """The store hears of an answer only if it tightens what we know."""
    store = kept()
    limits = LimitsOfAllProcesses(store)
    await limits.take("acme", TENTH, background=False)

    await limits.heard("acme", TENTH, Notice(remaining=700, resets_in=30.0))
    assert len(store.asked) == 1
    await limits.heard("acme", TENTH, Notice(remaining=0, resets_in=30.0))

    assert len(store.asked) == 2
    assert await limits.take("acme", TENTH, background=False) == pytest.approx(30.0)


async def test_a_clock_that_was_set_back_costs_an_hour_at_most(
    kept: Callable[[], Kept], time: Time
) -> None:
    """What was kept in the future does not close an account until then."""
    limits = LimitsOfAllProcesses(kept())
    time.seconds += 86_400.0
    await limits.heard("acme", TENTH, Notice(retry_after=30.0))
    time.seconds -= 86_400.0

    assert await limits.take("acme", TENTH, background=False) == 3600.0


async def test_without_a_database_a_call_waits_and_then_gives_up() -> None:
    """Uncounted calls are not made: the worker is told to come back later."""
    wire = Wire()
    gone = LimitWindows(Database("postgresql://nobody@127.0.0.1:1/nothing"))

    with pytest.raises(PlatformThrottled):
        await wire.sender(limits=LimitsOfAllProcesses(gone)).send(a_call())

    assert wire.asked == []
    assert wire.clock.slept == [WITHOUT_STORE] * 10


async def test_a_row_that_somebody_holds_on_to_is_not_waited_for(
    kept: Callable[[], Kept],
) -> None:
    """A process that hangs with the row costs the others a pause and no standstill."""
    store = kept()
    limits = LimitsOfAllProcesses(store, seconds=0.05)
    holding, let_go = asyncio.Event(), asyncio.Event()
    await limits.take("acme", TENTH, background=False)

    async def hold() -> None:
        database = store.windows._database
        async with database.transaction() as tx:
            await tx.exec_driver_sql("LOCK TABLE limit_windows")
            holding.set()
            await let_go.wait()

    async with asyncio.TaskGroup() as group:
        group.create_task(hold())
        await holding.wait()
        stuck = await limits.take("acme", TENTH, background=False)
        let_go.set()

    assert stuck == WITHOUT_STORE
    assert await limits.take("acme", TENTH, background=False) == 0

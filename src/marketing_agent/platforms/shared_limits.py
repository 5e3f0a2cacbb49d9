"""Where the limits are kept: in one process, or in a store that all processes share.

A `Sender` asks before every attempt and passes on what each answer said.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Protocol

from marketing_agent.core.errors import DatabaseUnavailable
from marketing_agent.platforms.limits import LimitKey, RateLimits, Seen, Usage, Window

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from marketing_agent.platforms.limits import Notice, Tier

log = logging.getLogger(__name__)

STORE_SECONDS = 5.0
"""So long may one question to the store take before it counts as gone."""
WITHOUT_STORE = 1.0
"""Seconds to wait before the store is asked again."""
LONGEST = 3600.0
"""Seconds ahead that a kept time may be: the store's clock may have been set back."""


class SharedLimits(Protocol):
    """The use of every account and tier."""

    async def take(self, account: str, tier: Tier, *, background: bool) -> float:
        """Count one call and give 0, or count nothing and give the seconds to wait."""

    async def heard(self, account: str, tier: Tier, notice: Notice) -> None:
        """Take in what an answer said."""

    async def seen(self, account: str) -> Seen:
        """Look at the use of its tiers, and change nothing."""


class LimitStore(Protocol):
    """Keeps a state per account and tier for all processes."""

    async def change(
        self,
        account: str,
        tier: str,
        rule: Callable[
            [Mapping[str, Any], float, float], tuple[Mapping[str, Any], float] | None
        ],
    ) -> None:
        """Apply a rule to (state, closed until, now), as nobody else does meanwhile.

        The rule gives the first two as they shall be, or None where they stay.
        """

    async def read(
        self, account: str
    ) -> tuple[Mapping[str, tuple[Mapping[str, Any], float]], float]:
        """Give (state, closed until) of each tier of the account, and now."""


class LimitsOfOneProcess:
    """Limits in memory, by a clock that counts seconds forwards."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._limits = RateLimits()
        self._now = now

    async def take(self, account: str, tier: Tier, *, background: bool) -> float:
        """Count one call and give 0, or count nothing and give the seconds to wait."""
        return self._limits.take(account, tier, self._now(), background=background)

    async def heard(self, account: str, tier: Tier, notice: Notice) -> None:
        """Take in what an answer said."""
        self._limits.heard(account, tier, notice, self._now())

    async def seen(self, account: str) -> Seen:
        """Look at the use of its tiers, and change nothing."""
        return self._limits.seen(account, self._now())


class LimitsOfAllProcesses:
    """Limits in a store, by the store's clock.

    While the store cannot be reached every call is told to wait a second, so that a
    restart of the database costs a pause, and a longer outage ends in the sender's
    `PlatformThrottled`: "come back later" is what workers know how to do, and calls
    that nobody counts could use up the merchant's quota for good.
    """

    def __init__(self, store: LimitStore, *, seconds: float = STORE_SECONDS) -> None:
        self._store = store
        self._seconds = seconds
        # One question at a time, so that waiting calls hold no connections.
        self._turns: defaultdict[LimitKey, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._left: dict[LimitKey, int] = {}

    async def take(self, account: str, tier: Tier, *, background: bool) -> float:
        """Count one call and give 0, or count nothing and give the seconds to wait."""
        wait = 0.0

        def rule(usage: Usage, now: float) -> Usage:
            nonlocal wait
            taken, wait = usage.take(tier, now, background=background)
            return taken

        kept = await self._change(account, tier, rule)
        return wait if kept else WITHOUT_STORE

    async def heard(self, account: str, tier: Tier, notice: Notice) -> None:
        """Take in what an answer said, if it can change anything."""
        left = self._left.get((account, tier.name), 0)
        # What we saw last is at most looser than what is kept by now.
        if notice.retry_after or (
            notice.remaining is not None and notice.remaining < left
        ):
            await self._change(
                account, tier, lambda usage, now: usage.told(tier, notice, now)
            )

    async def seen(self, account: str) -> Seen:
        """Look at the use of its tiers. Raises DatabaseUnavailable."""
        kept, now = await self._store.read(account)
        usages = {tier: _usage_of(*state, now) for tier, state in kept.items()}
        return Seen(now=now, usages=usages)

    async def _change(
        self, account: str, tier: Tier, rule: Callable[[Usage, float], Usage]
    ) -> bool:
        """Whether what the rule gave is kept now."""
        key = (account, tier.name)

        def stored(
            kept: Mapping[str, Any], closed_until: float, now: float
        ) -> tuple[Mapping[str, Any], float] | None:
            before = _usage_of(kept, closed_until, now)
            after = rule(before, now)
            self._left[key] = after.windows[-1].left if after.windows else 0
            return None if after == before else _kept_of(after)

        try:
            async with asyncio.timeout(self._seconds), self._turns[key]:
                await self._store.change(account, tier.name, stored)
        except (DatabaseUnavailable, TimeoutError) as error:
            log.warning("The shared limits cannot be reached: %s", type(error).__name__)
            return False
        return True


def _usage_of(kept: Mapping[str, Any], closed_until: float, now: float) -> Usage:
    latest = now + LONGEST
    return Usage(
        windows=tuple(
            Window(ends=min(ends, latest), left=left)
            for ends, left in kept.get("windows", ())
        ),
        closed_until=min(closed_until, latest),
        wanted_until=min(kept.get("wanted_until", 0.0), latest),
    )


def _kept_of(usage: Usage) -> tuple[Mapping[str, Any], float]:
    windows = [(window.ends, window.left) for window in usage.windows]
    # JSON knows no minus infinity.
    wanted_until = max(usage.wanted_until, 0.0)
    return {"windows": windows, "wanted_until": wanted_until}, usage.closed_until

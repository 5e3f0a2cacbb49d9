"""How fast a platform may be called: bookkeeping only, no clock and no sleep.

`now` is a number of seconds on one clock that only moves forward. A window is fixed
and begins with its first call; what the platform says in its answers can only make
ours tighter. The whole state is one frozen `Usage` per account and tier.

Background calls (an import, a sync) leave a reserve of every window to the others, go
through the longer windows at an even pace, and stand back where another call waits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

RESERVE = 0.04
LEAST_RESERVE = 2
"""Of every window: the share, and at least so many calls, that are no background's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """At most `calls` within `seconds`."""

    calls: int
    seconds: float

    @property
    def for_background(self) -> int:
        """How many of the calls background work may make; at least one."""
        reserve = max(LEAST_RESERVE, math.ceil(self.calls * RESERVE))
        return max(1, self.calls - reserve)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A group of calls that are counted together.

    `quotas` all apply at once, the shortest first.
    """

    name: str
    quotas: tuple[Quota, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What is left of one quota until `ends`."""

    ends: float
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What an answer said about our pace; seconds from now, None where it said nothing.

    Klaviyo's normal answers carry `RateLimit-Remaining` and `RateLimit-Reset` for the
    steady window, and its 429 drops both and carries `Retry-After`.
    """

    remaining: int | None = None
    resets_in: float | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """One account's use of one tier; `windows` are in the order of the quotas."""

    windows: tuple[Window, ...] = ()
    closed_until: float = -math.inf
    wanted_until: float = -math.inf
    """Until then background calls stand back: another one had to wait."""

    def take(
        self, tier: Tier, now: float, *, background: bool = False
    ) -> tuple[Usage, float]:
        """Count one call and give 0, or give the seconds to wait and count none."""
        wait = self.wait(tier, now, background=background)
        if wait == 0:
            return self.spend(tier, now), 0.0
        return (self if background else self._wanted(tier, now + wait)), wait

    def wait(self, tier: Tier, now: float, *, background: bool = False) -> float:
        """Seconds until a call may be made; 0 when it may be made now."""
        pairs = tuple(zip(tier.quotas, self.current(tier, now), strict=True))
        free = [self.closed_until]
        free += [window.ends for _, window in pairs if window.left <= 0]
        if background:
            free.append(self.wanted_until)
            step = tier.quotas[0].seconds if pairs else 0.0
            free += [_background_from(*pair, step) for pair in pairs]
        return max(0.0, *(moment - now for moment in free))

    def spend(self, tier: Tier, now: float) -> Usage:
        """Give the use after one more call at `now`."""
        windows = tuple(
            Window(ends=window.ends, left=window.left - 1)
            for window in self.current(tier, now)
        )
        return replace(self, windows=windows)

    def told(self, tier: Tier, notice: Notice, now: float) -> Usage:
        """Give the use corrected by what the platform said; never looser."""
        windows = self.current(tier, now)
        if windows and _is_tighter(notice, windows[-1]):
            windows = (*windows[:-1], _as_window(notice, now))
        closed = now + (notice.retry_after or 0.0)
        closed_until = max(self.closed_until, closed)
        return replace(self, windows=windows, closed_until=closed_until)

    def _wanted(self, tier: Tier, since: float) -> Usage:
        """Keep background calls back for one window after the wait has ended."""
        until = since + (tier.quotas[0].seconds if tier.quotas else 0.0)
        return replace(self, wanted_until=max(self.wanted_until, until))

    def current(self, tier: Tier, now: float) -> tuple[Window, ...]:
        """Give the windows as they stand at `now`, in the order of the quotas."""
        fresh = tuple(
            Window(ends=now + quota.seconds, left=quota.calls) for quota in tier.quotas
        )
        if len(self.windows) != len(fresh):
            return fresh
        pairs = zip(self.windows, fresh, strict=True)
        return tuple(old if old.ends > now else new for old, new in pairs)


def _background_from(quota: Quota, window: Window, step: float) -> float:
    """When the next background call may be made, as far as this window goes.

    Of its part, as much as of the window has passed, with what a `step` (the shortest
    window of the tier) is worth ahead; so the others find calls left at any time.
    """
    used, part = quota.calls - window.left, quota.for_background
    if used >= part:
        return window.ends
    began = window.ends - quota.seconds
    ahead = max(1.0, part * step / quota.seconds)
    return began + (used + 1 - ahead) * quota.seconds / part


def _is_tighter(notice: Notice, window: Window) -> bool:
    known = notice.remaining is not None and notice.resets_in is not None
    return known and (notice.remaining or 0) < window.left


def _as_window(notice: Notice, now: float) -> Window:
    return Window(ends=now + (notice.resets_in or 0.0), left=notice.remaining or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One account's use at one moment, by the name of the tier."""

    now: float
    usages: Mapping[str, Usage]


LimitKey: TypeAlias = tuple[str, str]
"""Account key and tier name."""


class RateLimits:
    """The use of every account and tier, kept in `usages`."""

    def __init__(self, usages: MutableMapping[LimitKey, Usage] | None = None) -> None:
        self._usages = {} if usages is None else usages

    def take(
        self, account: str, tier: Tier, now: float, *, background: bool = False
    ) -> float:
        """Count one call and give 0, or count nothing and give the seconds to wait."""
        usage = self._usages.get((account, tier.name), Usage())
        usage, wait = usage.take(tier, now, background=background)
        self._usages[account, tier.name] = usage
        return wait

    def heard(self, account: str, tier: Tier, notice: Notice, now: float) -> None:
        """Take in what an answer said."""
        usage = self._usages.get((account, tier.name), Usage())
        self._usages[account, tier.name] = usage.told(tier, notice, now)

    def seen(self, account: str, now: float) -> Seen:
        """Give the use of all its tiers that were ever called."""
        mine = {tier: use for (of, tier), use in self._usages.items() if of == account}
        return Seen(now=now, usages=mine)

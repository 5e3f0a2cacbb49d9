"""How fast a platform may be called: bookkeeping only, no clock and no sleep.

`now` is a number of seconds on one clock that only moves forward. A window is fixed
and begins with its first call; what the platform says in its answers can only make
ours tighter. The whole state is one frozen `Usage` per account and tier.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import MutableMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """At most `calls` within `seconds`."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """A group of calls that are counted together; `quotas` all apply at once."""

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

    def wait(self, now: float) -> float:
        """Seconds until a call may be made; 0 when it may be made now."""
        used_up = [window.ends for window in self.windows if window.left <= 0]
        return max(0.0, *(end - now for end in (self.closed_until, *used_up)))

    def spend(self, tier: Tier, now: float) -> Usage:
        """Give the use after one more call at `now`."""
        windows = tuple(
            Window(ends=window.ends, left=window.left - 1)
            for window in self._current(tier, now)
        )
        return Usage(windows=windows, closed_until=self.closed_until)

    def told(self, tier: Tier, notice: Notice, now: float) -> Usage:
        """Give the use corrected by what the platform said; never looser."""
        windows = self._current(tier, now)
        if windows and _is_tighter(notice, windows[-1]):
            windows = (*windows[:-1], _as_window(notice, now))
        closed = now + (notice.retry_after or 0.0)
        return Usage(windows=windows, closed_until=max(self.closed_until, closed))

    def _current(self, tier: Tier, now: float) -> tuple[Window, ...]:
        fresh = tuple(
            Window(ends=now + quota.seconds, left=quota.calls) for quota in tier.quotas
        )
        if len(self.windows) != len(fresh):
            return fresh
        pairs = zip(self.windows, fresh, strict=True)
        return tuple(old if old.ends > now else new for old, new in pairs)


def _is_tighter(notice: Notice, window: Window) -> bool:
    known = notice.remaining is not None and notice.resets_in is not None
    return known and (notice.remaining or 0) < window.left


def _as_window(notice: Notice, now: float) -> Window:
    return Window(ends=now + (notice.resets_in or 0.0), left=notice.remaining or 0)


LimitKey: TypeAlias = tuple[str, str]
"""Account key and tier name."""


class RateLimits:
    """The use of every account and tier, kept in `usages`."""

    def __init__(self, usages: MutableMapping[LimitKey, Usage] | None = None) -> None:
        self._usages = {} if usages is None else usages

    def take(self, account: str, tier: Tier, now: float) -> float:
        """Count one call and give 0, or count nothing and give the seconds to wait."""
        usage = self._usages.get((account, tier.name), Usage())
        wait = usage.wait(now)
        if wait == 0:
            self._usages[account, tier.name] = usage.spend(tier, now)
        return wait

    def heard(self, account: str, tier: Tier, notice: Notice, now: float) -> None:
        """Take in what an answer said."""
        usage = self._usages.get((account, tier.name), Usage())
        self._usages[account, tier.name] = usage.told(tier, notice, now)

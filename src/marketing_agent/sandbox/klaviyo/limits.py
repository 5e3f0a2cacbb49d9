"""Klaviyo's rate limits: a fixed window of a second and one of a minute, both apply.

Each operation of an account has its own windows. Tiers are those of
`x-klaviyo-ratelimit` in the published OpenAPI; the headers tell about the minute.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo.refusals import Throttled

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

_SECOND = 1
_MINUTE = 60


class Tier(Enum):
    """Requests per second and per minute."""

    XS = (1, 15)
    S = (3, 60)
    M = (10, 150)
    L = (75, 750)
    XL = (350, 3500)

    @property
    def burst(self) -> int:
        """Requests allowed in one second."""
        return self.value[0]

    @property
    def steady(self) -> int:
        """Requests allowed in one minute."""
        return self.value[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is left of the minute; `reset` is in seconds."""

    limit: int
    remaining: int
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a normal answer."""
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset),
        }


@dataclass(slots=True)
class _Window:
    seconds: int
    began: int = 0
    used: int = 0

    def turn_to(self, now: float) -> None:
        began = math.floor(now / self.seconds) * self.seconds
        if began != self.began:
            self.began, self.used = began, 0

    def ends_in(self, now: float) -> int:
        return max(1, math.ceil(self.began + self.seconds - now))


class Limits:
    """The windows of one account, kept by its clock.

    With a clock that stands still a used-up window never ends: lift the limits, or let
    the clock go on.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._factor: float | None = 1.0
        self._windows: dict[tuple[str, Tier], tuple[_Window, _Window]] = {}

    def lift(self) -> None:
        """Refuse nothing from now on; the headers stay."""
        self._factor = None

    def scale(self, factor: float) -> None:
        """Multiply every limit (1 is Klaviyo's own); the windows begin anew."""
        self._factor = factor
        self._windows.clear()

    def admit(self, operation: str, tier: Tier) -> Standing:
        """Count one request, in the windows that the operation has in this tier.

        Raises:
            Throttled: a window is used up. The refused request is not counted.

        """
        now = self._clock().timestamp()
        burst, steady = self._windows.setdefault(
            (operation, tier), (_Window(_SECOND), _Window(_MINUTE))
        )
        for window, allowed in ((burst, tier.burst), (steady, tier.steady)):
            window.turn_to(now)
            if window.used >= self._scaled(allowed):
                raise Throttled(window.ends_in(now))
        burst.used += 1
        steady.used += 1
        return self._standing(tier, steady, now)

    def _standing(self, tier: Tier, steady: _Window, now: float) -> Standing:
        if self._factor is None:
            limit, remaining = tier.steady, tier.steady
        else:
            limit = int(self._scaled(tier.steady))
            remaining = limit - steady.used
        return Standing(limit=limit, remaining=remaining, reset=steady.ends_in(now))

    def _scaled(self, allowed: int) -> float:
        if self._factor is None:
            return math.inf
        return max(1, int(allowed * self._factor))

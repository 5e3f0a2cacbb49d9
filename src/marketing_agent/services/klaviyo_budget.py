"""Klaviyo's rate limits: how much of what we allow ourselves is used right now.

We see our own calls, and what Klaviyo's answers said; the merchant's other tools share
the account's quota, and no API tells how much of it they use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from marketing_agent.platforms.klaviyo import tiers
from marketing_agent.platforms.limits import Usage
from marketing_agent.services.platform_clients import klaviyo_limits

if TYPE_CHECKING:
    from datetime import datetime

    from marketing_agent.platforms.limits import Quota, Tier, Window
    from marketing_agent.services.ground import Ground


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowUse:
    """One window of a tier: at most `allowed` calls in `seconds`."""

    seconds: int
    allowed: int
    used: int
    """By us, or as Klaviyo said, whichever is more."""
    resets_at: datetime | None
    """None where nothing is used: the window begins with the next call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierUse:
    """Calls that Klaviyo counts together, the shortest window first."""

    tier: str
    windows: tuple[WindowUse, ...]
    throttled_until: datetime | None
    """Klaviyo answered 429 and said so long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Every tier that this program calls."""

    as_of: datetime
    tiers: tuple[TierUse, ...]


async def budget(ground: Ground, merchant_id: int) -> Budget:
    """What is kept of the merchant's calls; asks Klaviyo nothing."""
    seen = await ground.sender.seen(klaviyo_limits(merchant_id))
    as_of = ground.clock()
    uses = tuple(
        _use(tier, seen.usages.get(tier.name, Usage()), seen.now, as_of)
        for tier in tiers.ALL
    )
    return Budget(as_of=as_of, tiers=uses)


def _use(tier: Tier, usage: Usage, now: float, as_of: datetime) -> TierUse:
    closed = usage.closed_until - now
    return TierUse(
        tier=tier.name.removeprefix("klaviyo-"),
        windows=tuple(
            _window(quota, window, window.ends - now, as_of)
            for quota, window in zip(tier.quotas, usage.current(tier, now), strict=True)
        ),
        throttled_until=as_of + timedelta(seconds=closed) if closed > 0 else None,
    )


def _window(quota: Quota, window: Window, ends_in: float, as_of: datetime) -> WindowUse:
    used = quota.calls - window.left
    return WindowUse(
        seconds=round(quota.seconds),
        allowed=quota.calls,
        used=used,
        resets_at=as_of + timedelta(seconds=ends_in) if used else None,
    )

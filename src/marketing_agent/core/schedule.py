"""When to try again: looking for a profile, and telling Klaviyo something."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from marketing_agent.core.errors import PlatformThrottled

if TYPE_CHECKING:
    from marketing_agent.core.errors import PlatformError

_LOOKS: Final = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
)
"""Klaviyo shows a new or edited profile within minutes."""
_HOURLY_LOOKS: Final = 24

_RETRIES: Final = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)

_NIGHT_HOUR: Final = 3


def last_night(now: datetime, time_zone: str) -> datetime:
    """The latest three o'clock in the morning of this zone, aware UTC."""
    local = now.astimezone(ZoneInfo(time_zone))
    night = local.replace(hour=_NIGHT_HOUR, minute=0, second=0, microsecond=0)
    if night > local:
        night -= timedelta(days=1)
    return night.astimezone(UTC)


def until_next_look(looks: int) -> timedelta:
    """How long to wait after the `looks`-th answered lookup (1 is the first)."""
    if looks <= len(_LOOKS):
        return _LOOKS[looks - 1]
    if looks <= len(_LOOKS) + _HOURLY_LOOKS:
        return timedelta(hours=1)
    return timedelta(days=1)


def until_next_try(failures: int) -> timedelta:
    """How long to wait after the `failures`-th failed try in a row (1 is the first)."""
    return _RETRIES[min(failures, len(_RETRIES)) - 1]


def wait_after(error: PlatformError, failures: int) -> timedelta:
    """The same after this error: at least as long as the platform asks for."""
    wait = until_next_try(failures)
    if isinstance(error, PlatformThrottled):
        wait = max(wait, timedelta(seconds=error.retry_after))
    return wait

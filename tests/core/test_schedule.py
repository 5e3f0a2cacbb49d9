"""How long to wait before looking or telling again."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from marketing_agent.core.errors import PlatformThrottled, PlatformUnreachable
from marketing_agent.core.schedule import (
    until_next_look,
    until_next_try,
    wait_after,
)


def test_a_waiting_claim_is_looked_at_as_the_design_says() -> None:
    """After 10 s, 1, 5, 15, 30 min, hourly for a day, then daily."""
    minutes = [1, 5, 15, 30]
    first = [timedelta(seconds=10), *(timedelta(minutes=each) for each in minutes)]
    waits = [until_next_look(looks) for looks in range(1, 32)]
    assert waits[:5] == first
    assert waits[5:29] == [timedelta(hours=1)] * 24
    assert waits[29:] == [timedelta(days=1)] * 2


def test_a_failing_platform_is_asked_less_and_less_but_never_given_up() -> None:
    """The waits only grow, and end at one hour for however many failures."""
    waits = [until_next_try(failures) for failures in range(1, 50)]
    assert all(shorter <= longer for shorter, longer in pairwise(waits))
    assert waits[0] == timedelta(seconds=5)
    assert waits[-1] == timedelta(hours=1)


def test_a_platform_that_asks_to_wait_is_given_the_longer_time() -> None:
    """Retry-After lengthens our own wait and never shortens it."""
    ours = until_next_try(1)
    assert wait_after(_throttled(90), 1) == timedelta(seconds=90)
    assert wait_after(_throttled(1), 1) == ours
    gone = PlatformUnreachable(platform="Klaviyo", detail="closed")
    assert wait_after(gone, 1) == ours


def _throttled(seconds: float) -> PlatformThrottled:
    return PlatformThrottled(platform="Klaviyo", retry_after=seconds)

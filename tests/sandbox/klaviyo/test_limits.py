from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.sandbox.klaviyo.limits import Limits, Tier
from marketing_agent.sandbox.klaviyo.refusals import Throttled
from tests.sandbox.klaviyo.clock import HandClock

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.klaviyo import KlaviyoWorld


def test_headers_tell_what_is_left_of_the_minute(
    api: httpx.Client, clock: HandClock
) -> None:
    """A normal answer has the three headers, about the steady window."""
    api.get("/api/profiles")
    clock.advance(seconds=20)

    headers = api.get("/api/profiles").headers

    assert (
        headers["RateLimit-Limit"],
        headers["RateLimit-Remaining"],
        headers["RateLimit-Reset"],
    ) == ("750", "748", "40")


def test_a_used_up_second_is_a_429_with_retry_after_only(
    api: httpx.Client, clock: HandClock
) -> None:
    """The second accounts call in one second is throttled; the next second is not."""
    assert api.get("/api/accounts").status_code == 200

    refused = api.get("/api/accounts")

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert not [name for name in refused.headers if name.startswith("ratelimit")]
    assert refused.json()["errors"][0]["code"] == "throttled"
    clock.advance(seconds=1)
    assert api.get("/api/accounts").status_code == 200


def test_a_used_up_minute_lasts_until_its_end() -> None:
    """With the steady limit gone, waiting a second does not help."""
    clock = HandClock()
    limits = Limits(clock)
    for _ in range(Tier.XS.steady):
        limits.admit("GET /api/accounts", Tier.XS)
        clock.advance(seconds=1)

    with pytest.raises(Throttled) as refused:
        limits.admit("GET /api/accounts", Tier.XS)
    assert refused.value.retry_after == 45
    clock.advance(seconds=45)
    assert limits.admit("GET /api/accounts", Tier.XS).remaining == 14


def test_operations_have_windows_of_their_own(api: httpx.Client) -> None:
    """A throttled operation does not throttle another one."""
    for _ in range(2):
        api.get("/api/accounts")

    assert api.get("/api/profiles").status_code == 200


def test_limits_can_be_lifted_and_scaled(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Lifted, nothing is refused; scaled, the headers show the smaller limit."""
    world.limits.lift()
    assert {200} == {api.get("/api/accounts").status_code for _ in range(20)}

    world.limits.scale(0.1)
    assert api.get("/api/profiles").headers["RateLimit-Limit"] == "75"

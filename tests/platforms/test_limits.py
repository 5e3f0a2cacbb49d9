from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.platforms.limits import Notice, Quota, RateLimits, Tier, Usage

SECOND = Quota(calls=2, seconds=1.0)
MINUTE = Quota(calls=3, seconds=60.0)
TIER = Tier(name="profiles", quotas=(SECOND, MINUTE))


def test_a_full_burst_waits_for_the_end_of_its_second() -> None:
    """The third call within a second waits for what is left of that second."""
    limits = RateLimits()

    waits = [limits.take("acme", TIER, now) for now in (10.0, 10.2, 10.25)]

    assert waits == [0, 0, 0.75]


def test_the_steady_window_holds_when_the_burst_would_not() -> None:
    """The fourth call waits for the minute that began with the first."""
    limits = RateLimits()
    for now in (10.0, 10.1, 12.0):
        assert limits.take("acme", TIER, now) == 0

    assert limits.take("acme", TIER, 13.0) == 57.0
    assert limits.take("acme", TIER, 70.0) == 0


def test_a_refused_call_is_not_counted() -> None:
    """Asking again and again while waiting does not make the wait longer."""
    limits = RateLimits()
    for now in (10.0, 10.0):
        limits.take("acme", TIER, now)

    waits = {limits.take("acme", TIER, 10.5) for _ in range(5)}

    assert waits == {0.5}
    assert limits.take("acme", TIER, 11.0) == 0


def test_accounts_and_tiers_do_not_share_a_window() -> None:
    """One merchant's burst takes nothing from another's, nor from another tier."""
    limits = RateLimits()
    other_tier = Tier(name="events", quotas=(SECOND,))
    for _ in range(2):
        limits.take("acme", TIER, 10.0)

    assert limits.take("acme", TIER, 10.0) > 0
    assert limits.take("blossom", TIER, 10.0) == 0
    assert limits.take("acme", other_tier, 10.0) == 0


def test_retry_after_closes_the_tier_for_as_long_as_was_said() -> None:
    """After a 429 no call goes out before the time that it named."""
    limits = RateLimits()
    limits.heard("acme", TIER, Notice(retry_after=30.0), 10.0)

    assert limits.take("acme", TIER, 25.0) == 15.0
    assert limits.take("acme", TIER, 40.0) == 0


def test_a_late_answer_does_not_open_what_a_429_closed() -> None:
    """A call that was under way before the 429 may be answered well after it."""
    limits = RateLimits()
    limits.heard("acme", TIER, Notice(retry_after=30.0), 10.0)
    limits.heard("acme", TIER, Notice(remaining=2, resets_in=50.0), 10.5)

    assert limits.take("acme", TIER, 11.0) == 29.0


def test_the_platform_s_count_counts_where_it_is_lower_than_ours() -> None:
    """The merchant's other tools use the same quota, which only the answer shows."""
    limits = RateLimits()
    limits.take("acme", TIER, 10.0)
    limits.heard("acme", TIER, Notice(remaining=0, resets_in=20.0), 10.0)

    assert limits.take("acme", TIER, 11.5) == 18.5
    assert limits.take("acme", TIER, 30.0) == 0


def test_the_platform_s_count_never_loosens_ours() -> None:
    """We keep to our share although the platform would allow more."""
    limits = RateLimits()
    for now in (10.0, 10.1, 12.0):
        limits.take("acme", TIER, now)
    limits.heard("acme", TIER, Notice(remaining=700, resets_in=1.0), 12.0)

    assert limits.take("acme", TIER, 13.0) == 57.0


def test_a_tier_without_quotas_waits_only_when_told() -> None:
    """LINE Login discloses no limits, so only its 429 holds us back."""
    limits = RateLimits()
    silent = Tier(name="login")

    assert {limits.take("acme", silent, 10.0) for _ in range(5000)} == {0}
    limits.heard("acme", silent, Notice(retry_after=2.0), 10.0)
    assert limits.take("acme", silent, 10.0) == 2.0


@given(st.lists(st.floats(min_value=0.0, max_value=3.0), min_size=1, max_size=80))
def test_no_window_ever_holds_more_calls_than_its_quota(gaps: list[float]) -> None:
    """Whatever the rhythm, a window that begins with a call holds at most its quota."""
    limits, now, made = RateLimits(), 0.0, list[float]()
    for gap in gaps:
        now += gap
        if limits.take("acme", TIER, now) == 0:
            made.append(now)

    for quota in TIER.quotas:
        assert _most_in_a_window(made, quota.seconds) <= quota.calls


def _most_in_a_window(made: list[float], seconds: float) -> int:
    most, begun, count = 0, float("-inf"), 0
    for at in made:
        if at >= begun + seconds:
            begun, count = at, 0
        count += 1
        most = max(most, count)
    return most


@given(
    st.integers(min_value=0, max_value=5),
    st.floats(min_value=0.0, max_value=90.0),
    st.floats(min_value=0.0, max_value=90.0),
)
def test_what_is_heard_only_ever_lengthens_the_wait(
    remaining: int, resets_in: float, retry_after: float
) -> None:
    """No header, however odd, lets us call sooner than before."""
    usage = Usage().spend(TIER, 0.0).spend(TIER, 0.1)
    notice = Notice(remaining=remaining, resets_in=resets_in, retry_after=retry_after)

    told = usage.told(TIER, notice, 0.2)

    assert told.wait(0.2) >= usage.wait(0.2)

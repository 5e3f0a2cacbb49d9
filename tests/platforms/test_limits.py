from __future__ import annotations

import pytest
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


@given(
    st.lists(
        st.tuples(st.floats(min_value=0.0, max_value=3.0), st.booleans()),
        min_size=1,
        max_size=80,
    )
)
def test_no_window_ever_holds_more_calls_than_its_quota(
    asked: list[tuple[float, bool]],
) -> None:
    """Whatever the rhythm and whose calls, a window that begins with one is kept to."""
    limits, now, made = RateLimits(), 0.0, list[float]()
    for gap, background in asked:
        now += gap
        if limits.take("acme", TIER, now, background=background) == 0:
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

    assert told.wait(TIER, 0.2) >= usage.wait(TIER, 0.2)


# Background calls

PROFILES = Tier(
    name="profiles", quotas=(Quota(calls=37, seconds=1.0), Quota(calls=375, seconds=60))
)


def greedy(limits: RateLimits, begin: float, end: float) -> int:
    """Let background work take all that it may have; give how much that was."""
    now, got = begin, 0
    while now < end:
        wait = limits.take("acme", PROFILES, now, background=True)
        got += wait == 0
        now += wait
    return got


@pytest.mark.parametrize(
    ("calls", "part"), [(1, 1), (2, 1), (3, 1), (5, 3), (37, 35), (375, 360)]
)
def test_a_part_of_every_window_is_not_for_background_work(
    calls: int, part: int
) -> None:
    """Two calls or four in a hundred are kept back; the last one never is."""
    limits = RateLimits()
    tier = Tier(name="short", quotas=(Quota(calls=calls, seconds=1.0),))

    got = [limits.take("acme", tier, 10.0, background=True) for _ in range(calls)]

    assert got.count(0) == part
    assert [limits.take("acme", tier, 10.0) for _ in range(calls - part)] == [0] * (
        calls - part
    )


def test_background_work_goes_through_a_minute_at_an_even_pace() -> None:
    """All of its part within the minute, and at no time much more than its share."""
    limits = RateLimits()

    first_second = greedy(limits, 0.0, 1.0)
    first_half = first_second + greedy(limits, 1.0, 30.0)
    whole = first_half + greedy(limits, 30.0, 60.0)

    assert first_second <= 12
    assert 174 <= first_half <= 186
    assert whole == 360


@given(st.floats(min_value=0.0, max_value=59.0))
def test_an_import_leaves_customers_what_is_left_of_the_minute(at: float) -> None:
    """A rush finds the calls of the rest of the minute, and the reserve, unused."""
    limits = RateLimits()
    greedy(limits, 0.0, at)
    now, got = at, 0
    while now < 60.0 and (wait := limits.take("acme", PROFILES, now)) < 1.5:
        got += wait == 0
        now += wait

    assert got >= min(360 * (60 - at) / 60 + 15 - 8, 37 * (60 - at))


@given(st.lists(st.floats(min_value=4.1, max_value=9.0), max_size=20))
def test_beside_an_import_a_customer_does_not_wait(gaps: list[float]) -> None:
    """Who asks for no more than the reserve gets it at once, at any time."""
    limits, now = RateLimits(), 0.0
    for gap in gaps:
        greedy(limits, now, now + gap)
        now += gap
        assert limits.take("acme", PROFILES, now) == 0


def test_background_work_stands_back_where_a_customer_waits() -> None:
    """When the window opens again, those who waited go first, however many ask."""
    limits = RateLimits()
    rush = [limits.take("acme", PROFILES, 10.0) for _ in range(60)]
    wait = max(rush)

    imports = {
        limits.take("acme", PROFILES, 10.0 + wait + tick / 100, background=True)
        for tick in range(99)
    }
    later = [limits.take("acme", PROFILES, 10.0 + wait) for _ in range(23)]

    assert (rush.count(0), wait) == (37, 1.0)
    assert min(imports) > 0
    assert later == [0] * 23
    assert limits.take("acme", PROFILES, 12.0 + wait, background=True) < 60


def test_background_work_that_waits_holds_nobody_back() -> None:
    """Its asking leaves no trace."""
    limits = RateLimits()
    for _ in range(100):
        limits.take("acme", PROFILES, 10.0, background=True)
    usage = limits._usages["acme", "profiles"]

    limits.take("acme", PROFILES, 10.0, background=True)

    assert limits._usages["acme", "profiles"] == usage

"""Segments: which conditions make sense, how they are kept, and what they mean."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.facts import Method
from marketing_agent.core.friend_names import folded_name
from marketing_agent.core.segment_rule import SeenFriend, matches
from marketing_agent.core.segments import (
    FollowStatus,
    Linkage,
    SegmentConditions,
    SegmentName,
    TagId,
    UnusableConditions,
    as_json,
    conditions_of,
    segment_name,
)

TOKYO = ZoneInfo("Asia/Tokyo")
MIDNIGHT = datetime(2026, 11, 1, 15, tzinfo=UTC)
"""When 2 November begins in Tokyo."""
DAY = date(2026, 11, 2)
VIP, NEW = TagId(1), TagId(2)

LINKED = SeenFriend(
    following=True,
    following_since=MIDNIGHT,
    method=Method.IMPORT,
    linked_since=MIDNIGHT,
    tags=frozenset({VIP}),
)
UNLINKED = SeenFriend(following=False, following_since=MIDNIGHT)
STRANGER = SeenFriend(following=None, following_since=None)
EVERYBODY = (LINKED, UNLINKED, STRANGER)


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ({}, EVERYBODY),
        ({"linkage": Linkage.LINKED}, [LINKED]),
        ({"linkage": Linkage.UNLINKED}, [UNLINKED, STRANGER]),
        ({"follow_status": {FollowStatus.LEFT}}, [UNLINKED]),
        (
            {"follow_status": {FollowStatus.LEFT, FollowStatus.NOT_YET}},
            [UNLINKED, STRANGER],
        ),
        ({"tags": {VIP, NEW}}, [LINKED]),
        ({"without_tags": {VIP}}, [UNLINKED, STRANGER]),
        ({"methods": {Method.IMPORT, Method.PIN}}, [LINKED]),
        ({"methods": {Method.QR_LINK}}, []),
        ({"linked_since": DAY}, [LINKED]),
        ({"linked_before": DAY}, []),
        ({"followed_since": DAY}, [LINKED]),
        ({"followed_before": date(2026, 11, 3)}, [LINKED]),
        ({"linkage": Linkage.LINKED, "tags": {NEW}}, []),
    ],
)
def test_each_condition_holds_for_the_right_friends(
    asked: dict[str, object], held: list[SeenFriend]
) -> None:
    """Alone and combined; days begin at the shop's midnight, not at UTC's."""
    frozen = {k: frozenset(v) if isinstance(v, set) else v for k, v in asked.items()}
    conditions = SegmentConditions(**frozen)  # type: ignore[arg-type]
    assert [each for each in EVERYBODY if matches(conditions, each, TOKYO)] == [*held]


def test_a_day_begins_at_the_merchants_midnight() -> None:
    """One second before, it is the day before there, though not in UTC."""
    since = SegmentConditions(linked_since=DAY)
    early = MIDNIGHT.replace(hour=14, minute=59, second=59)
    before = SeenFriend(
        following=True, following_since=early, method=Method.PIN, linked_since=early
    )
    assert not matches(since, before, TOKYO)
    assert matches(SegmentConditions(linked_since=date(2026, 11, 1)), before, TOKYO)


@pytest.mark.parametrize(
    "nonsense",
    [
        {"linkage": Linkage.UNLINKED, "methods": frozenset({Method.PIN})},
        {"linkage": Linkage.UNLINKED, "linked_since": DAY},
        {"follow_status": frozenset({FollowStatus.LEFT}), "followed_since": DAY},
        {"linked_since": DAY, "linked_before": DAY},
        {"followed_since": DAY, "followed_before": date(2026, 11, 1)},
        {"tags": frozenset({VIP}), "without_tags": frozenset({VIP, NEW})},
        {"tags": frozenset(map(TagId, range(51)))},
        {"linked_since": date(1, 1, 1)},
        {"followed_before": date(9999, 12, 31)},
    ],
)
def test_conditions_that_hold_for_nobody_are_refused(
    nonsense: dict[str, object],
) -> None:
    """With the reason, instead of an empty segment that nobody understands."""
    with pytest.raises(UnusableConditions) as refusal:
        SegmentConditions(**nonsense)  # type: ignore[arg-type]
    assert "{" not in refusal.value.message


DAYS = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
TAGS = st.frozensets(st.integers(1, 9).map(TagId))


@given(
    st.fixed_dictionaries(
        {
            "linkage": st.none() | st.sampled_from(Linkage),
            "follow_status": st.frozensets(st.sampled_from(FollowStatus)),
            "tags": TAGS,
            "without_tags": TAGS,
            "methods": st.frozensets(st.sampled_from(Method)),
            "linked_since": DAYS,
            "linked_before": DAYS,
            "followed_since": DAYS,
            "followed_before": DAYS,
        }
    )
)
def test_what_is_kept_says_the_same(drawn: dict[str, object]) -> None:
    """Conditions come back from their JSON as they were."""
    try:
        conditions = SegmentConditions(**drawn)  # type: ignore[arg-type]
    except UnusableConditions:
        return
    assert conditions_of(as_json(conditions)) == conditions


@pytest.mark.parametrize(
    "kept", [{"colour": "red"}, {"tags": 5}, {"linkage": "?"}, {"linked_since": "x"}]
)
def test_conditions_that_were_never_written_are_refused(
    kept: dict[str, object],
) -> None:
    """A damaged row is an error in words, not a segment of everybody."""
    with pytest.raises(UnusableConditions):
        conditions_of(kept)


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\nb", "a\0b"])
def test_a_name_has_to_fit_a_list(name: str) -> None:
    """Neither empty nor endless nor in several lines."""
    with pytest.raises(SegmentName):
        segment_name(name)


@given(st.text(max_size=300))
def test_a_folded_name_is_stable_and_storable(name: str) -> None:
    """Folding twice changes nothing, and PostgreSQL can keep it."""
    folded = folded_name(name)
    assert folded_name(folded) == folded
    assert len(folded) <= 100
    assert folded.isprintable()


def test_names_are_found_in_any_spelling() -> None:
    """Widths, cases and spaces are one."""
    wide = " \uff28\uff21\uff2e\uff21\u3000Satō "
    assert folded_name(wide) == folded_name("hana satō")
    assert folded_name("ﾊﾅ") == "ハナ"
    assert folded_name("Straße") == "strasse"

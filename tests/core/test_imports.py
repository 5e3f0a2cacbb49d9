"""The rules of the import: what stands in a property, what is due, what adds up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.import_counts import (
    ENOUGH_TO_JUDGE,
    Result,
    Tally,
    recount,
    tally_of,
)
from marketing_agent.core.imports import (
    CYCLE,
    OVERLAP,
    Extent,
    Watermarks,
    due,
    next_cycle,
    next_night,
    read_from,
)
from marketing_agent.core.signals import LineUserId
from marketing_agent.core.stored_ids import StoredId, Verdict, read_stored

ID = "U" + "0a" * 16
OTHER = "U" + "0b" * 16
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SET = Watermarks(joined=NOW, updated=NOW)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
verdicts = st.sampled_from(Verdict)


@pytest.mark.parametrize(
    "value",
    [
        ID,
        f"  {ID}\n",
        ID.upper(),
        ID.lower(),
        f'"{ID}"',
        [ID],
        [ID, ID, None, ""],
    ],
)
def test_one_line_user_id_is_read_however_it_is_written(value: object) -> None:
    """Case, spaces, quotes and a list around it are put right."""
    assert read_stored(value) == StoredId(line_user=LineUserId(ID))


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (None, Verdict.EMPTY),
        ("", Verdict.EMPTY),
        (" \t", Verdict.EMPTY),
        ([], Verdict.EMPTY),
        ([None, ""], Verdict.EMPTY),
        ({}, Verdict.EMPTY),
        (0, Verdict.MALFORMED),
        (True, Verdict.MALFORMED),
        ({"id": ID}, Verdict.MALFORMED),
        ([[ID]], Verdict.MALFORMED),
        ([ID, "x"], Verdict.MALFORMED),
        ("hana.sato@mail.test", Verdict.MALFORMED),
        ("C" + ID[1:], Verdict.MALFORMED),
        (ID[:-1], Verdict.MALFORMED),
        (ID + "0", Verdict.MALFORMED),
        ("{{ person.line }}", Verdict.MALFORMED),
        ([ID, OTHER], Verdict.SEVERAL),
    ],
)
def test_what_is_no_line_user_id_says_why(value: object, verdict: Verdict) -> None:
    """Nothing, something else, or more than one."""
    assert read_stored(value) is verdict


@given(json_values)
def test_any_json_value_is_read_without_an_error(value: object) -> None:
    """It is one well-formed ID, or exactly one of the three verdicts."""
    read = read_stored(value)
    if isinstance(read, StoredId):
        assert read_stored(read.line_user) == read
    else:
        assert not read.is_valid


@given(st.lists(st.tuples(st.integers(0, 9), verdicts)))
def test_profiles_are_counted_once_by_their_last_verdict(
    readings: list[tuple[int, Verdict]],
) -> None:
    """However often a run meets a profile, and whatever it holds by then."""
    tally, last = Tally(), dict[int, Verdict]()
    for profile, verdict in readings:
        tally += recount([(last.get(profile), verdict)])
        last[profile] = verdict

    assert tally.profiles == len(last)
    for verdict in Verdict:
        wanted = list(last.values()).count(verdict)
        assert tally.verdicts.get(verdict, 0) == wanted
    rest = sum(tally.verdicts.get(each, 0) for each in Verdict if not each.is_valid)
    assert tally.valid + rest == tally.profiles


@given(
    st.dictionaries(verdicts, st.integers(0, 9)),
    st.dictionaries(st.sampled_from(Result), st.integers(0, 9)),
    st.integers(0, 9),
)
def test_counts_survive_their_storage(
    profiles: dict[Verdict, int], pairs: dict[Result, int], left: int
) -> None:
    """What is read back has the same sums; unknown names do no harm."""
    tally = Tally(verdicts=profiles, results=pairs, left=left)
    back = tally_of({**tally.as_json(), "unknown": 3})

    assert back.as_json() == tally.as_json()
    assert (back.profiles, back.pairs) == (tally.profiles, tally.pairs)
    assert (back + back).profiles == 2 * tally.profiles


@pytest.mark.parametrize(
    ("friends", "strangers", "foreign"),
    [
        (0, ENOUGH_TO_JUDGE - 1, False),
        (0, ENOUGH_TO_JUDGE, True),
        (50, 50, False),
        (49, 50, True),
        (1000, 400, False),
    ],
)
def test_more_unknown_ids_than_known_look_foreign(
    friends: int, strangers: int, *, foreign: bool
) -> None:
    """But not a handful of them."""
    counts = {Verdict.FRIEND: friends, Verdict.STRANGER: strangers}
    assert Tally(verdicts=counts).looks_foreign() is foreign


@pytest.mark.parametrize(
    ("marks", "next_in", "full_in", "extent"),
    [
        (Watermarks(), 0, 600, Extent.FULL),
        (Watermarks(joined=NOW), 0, 600, Extent.FULL),
        (Watermarks(), 600, 0, None),
        (SET, 0, 600, Extent.CHANGES),
        (SET, 0, 0, Extent.CHANGES),
        (SET, 600, 0, Extent.RECONCILE),
        (SET, 600, 600, None),
    ],
)
def test_which_run_is_due(
    marks: Watermarks, next_in: int, full_in: int, extent: Extent | None
) -> None:
    """Everyone at first; then the changes, and at night everyone beside them."""
    found = due(
        marks,
        next_run_at=NOW + timedelta(seconds=next_in),
        full_at=NOW + timedelta(seconds=full_in),
        now=NOW,
    )
    assert found is extent


def test_a_cycle_begins_a_quarter_after_the_last_one_began() -> None:
    """A run that took longer is followed at once, and never by two."""
    assert next_cycle(NOW, NOW + timedelta(minutes=2)) == NOW + CYCLE
    late = NOW + timedelta(hours=1)
    assert next_cycle(NOW, late) == late
    assert read_from(NOW) == NOW - OVERLAP
    assert timedelta(minutes=30) <= OVERLAP


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 - made aware
    st.sampled_from(["Asia/Tokyo", "Europe/Berlin", "America/New_York", "UTC"]),
)
def test_the_next_night_is_at_three_and_within_a_day(
    naive: datetime, zone: str
) -> None:
    """In the merchant's time zone, also where the clocks change."""
    now = naive.replace(tzinfo=UTC)
    night = next_night(now, zone)

    assert now < night <= now + timedelta(hours=25)
    # Three o'clock does not exist where the clocks are put forward at two.
    assert night.astimezone(ZoneInfo(zone)).hour in {3, 4}


def test_an_unknown_time_zone_is_taken_for_utc() -> None:
    """A night is found whatever an account says."""
    assert next_night(NOW, "Moon/Tranquility").hour == 3

"""Of each of a friend's signals the latest word counts, whenever it arrives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.friend_signals import FriendSignals

START: Final = datetime(2026, 5, 4, tzinfo=UTC)
words = st.tuples(
    st.integers(0, 3),
    st.sampled_from([None, "", "a@mail.test", "b@mail.test"]),
    st.sampled_from([None, "", "+819000000012"]),
)


@given(st.lists(words, max_size=4))
def test_the_order_of_words_never_matters(
    told: list[tuple[int, str | None, str | None]],
) -> None:
    """Every order of the same words, repeats among them, ends alike."""
    ends = set()
    for order in permutations(told):
        known = FriendSignals()
        for minute, email, phone in order:
            at = START + timedelta(minutes=minute)
            known = known.told(at, email=email, phone=phone)
        ends.add(known)

    assert len(ends) == 1


def test_nothing_said_changes_nothing_and_empty_takes_away() -> None:
    """LINE Login knows no phone number, and takes none away."""
    known = FriendSignals().told(START, email="a@mail.test", phone="+819000000012")
    later = START + timedelta(minutes=1)

    assert known.told(later, email=None, phone=None) == known
    left = known.told(later, email="", phone=None)
    assert (left.email_address, left.phone_number) == (None, "+819000000012")
    assert not left.told(later, email=None, phone="").any_given


def test_a_value_told_again_is_the_same_value() -> None:
    """Only the time of the word is new."""
    known = FriendSignals().told(START, email="a@mail.test", phone=None)
    again = known.told(START + timedelta(days=1), email="a@mail.test", phone=None)

    assert again != known
    assert again.says_the_same_as(known)


def test_values_stay_out_of_what_is_printed() -> None:
    """A log line about a friend shows no address."""
    known = FriendSignals().told(START, email="a@mail.test", phone="+819000000012")

    assert "mail.test" not in repr(known)
    assert "+81" not in repr(known)

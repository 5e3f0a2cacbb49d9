"""Which properties a linked profile carries, and what an unlink gives back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.friend_properties import (
    LineProperty,
    PropertyChange,
    ToldConsent,
    ToldFriend,
    names_of_account,
    properties_of,
    to_give_back,
    to_write,
)
from marketing_agent.core.signals import LineUserId

ME: Final = LineUserId("U" + "1" * 32)
OTHER: Final = LineUserId("U" + "2" * 32)
AT: Final = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
WHOLE: Final = ToldFriend(
    line_user=ME,
    name="Hana",
    following=False,
    consent=ToldConsent(given=True, at=AT, source="api"),
)
values = st.one_of(
    st.none(),
    st.text(max_size=3),
    st.booleans(),
    st.lists(st.integers(), max_size=2),
    st.sampled_from([ME, OTHER]),
)


def test_everything_that_is_known_has_a_name_of_the_product() -> None:
    """Six properties, as the product's pages name them."""
    assert properties_of(WHOLE, 1) == {
        "LINE User ID": ME,
        "LINE Display Name": "Hana",
        "LINE Follow Status": "blocked",
        "LINE Consent": True,
        "LINE Consent Updated At": "2026-05-04T09:30:00+00:00",
        "LINE Consent Source": "api",
    }


def test_what_is_not_known_is_not_told() -> None:
    """An unknown consent is no consent, and an empty name is no name."""
    friend = ToldFriend(line_user=ME, name="", following=True)

    assert properties_of(friend, 1) == {
        "LINE User ID": ME,
        "LINE Follow Status": "friend",
    }


def test_the_second_accounts_number_ends_each_name() -> None:
    """The first account has none, and no name of one is a name of the other."""
    assert properties_of(WHOLE, 2).keys() == {f"{each} 2" for each in LineProperty}
    assert not set(names_of_account(1)) & set(names_of_account(2))


def test_only_what_differs_is_written() -> None:
    """Nothing at all when the profile shows it already."""
    wanted = properties_of(WHOLE, 1)
    assert not to_write(wanted | {"Tea": "matcha"}, wanted)
    assert to_write(wanted | {"LINE Display Name": "H."}, wanted) == PropertyChange(
        set_to={"LINE Display Name": "Hana"}
    )


def applied(shown: dict[str, object], change: PropertyChange) -> dict[str, object]:
    """The profile after the write."""
    after = shown | dict(change.set_to)
    return {name: value for name, value in after.items() if name not in change.unset}


@given(
    before=st.dictionaries(
        st.sampled_from([*names_of_account(1), *names_of_account(2), "Tea"]), values
    ),
    number=st.sampled_from([1, 2]),
)
def test_written_and_given_back_a_profile_is_as_it_was(
    before: dict[str, object], number: int
) -> None:
    """Whatever it held, also in the place of our LINE User ID, and twice over."""
    ours = names_of_account(number)
    held = {n: before[n] for n in ours if before.get(n) is not None}
    written = applied(before, to_write(before, properties_of(WHOLE, number)))
    back = to_give_back(written, held, ours=frozenset([ME]), number=number)
    after = applied(written, back)

    def told(shown: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in shown.items() if value is not None}

    assert told(after) == told(before)
    again = to_give_back(after, held, ours=frozenset([ME]), number=number)
    assert told(applied(after, again)) == told(before)


@pytest.mark.parametrize("value", [OTHER, 7, ["a"], {"b": 1}, None])
def test_a_line_user_id_that_others_put_there_is_left_alone(value: object) -> None:
    """Our other properties go nevertheless."""
    shown = {"LINE User ID": value, "LINE Follow Status": "friend"}
    change = to_give_back(shown, {}, ours=frozenset([ME]), number=1)

    assert change == PropertyChange(unset=("LINE Follow Status",))


def test_where_we_never_wrote_nothing_is_taken_away_but_our_id() -> None:
    """The other names may be somebody else's there."""
    shown = {"LINE User ID": ME, "LINE Display Name": "from elsewhere"}
    change = to_give_back(shown, None, ours=frozenset([ME]), number=1)

    assert change == PropertyChange(unset=("LINE User ID",))


def test_an_erased_persons_id_is_not_given_back() -> None:
    """Although it was there before us."""
    held = {"LINE User ID": ME, "LINE Display Name": "before"}
    shown = {"LINE User ID": ME, "LINE Display Name": "Hana"}
    one = frozenset([ME])
    change = to_give_back(shown, held, ours=one, erased=one, number=1)

    assert applied(shown, change) == {"LINE Display Name": "before"}

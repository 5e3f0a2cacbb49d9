from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.platforms.klaviyo.filters import any_of, batches, equals


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("hana.sato@mail.test", '"hana.sato@mail.test"'),
        ("hana+line@mail.test", '"hana+line@mail.test"'),
        ('ha"na@mail.test', '"ha\\"na@mail.test"'),
        ("ha\\na@mail.test", '"ha\\\\na@mail.test"'),
        ('\\"@mail.test', '"\\\\\\"@mail.test"'),
        ("花子@メール.test", '"花子@メール.test"'),
        ("a,b)@mail.test", '"a,b)@mail.test"'),
    ],
)
def test_a_value_is_one_quoted_string(value: str, literal: str) -> None:
    """Quotes and backslashes are escaped, so no value can end its string."""
    assert equals("email", value) == f"equals(email,{literal})"
    assert any_of("email", [value, value]) == f"any(email,[{literal},{literal}])"


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_no_value_can_change_the_filter(values: list[str]) -> None:
    """What stands in the brackets is a JSON list of exactly these values."""
    condition = any_of("email", values)

    inside = condition.removeprefix("any(email,").removesuffix(")")
    assert json.loads(inside) == values


@given(st.lists(st.text(min_size=1, max_size=254), max_size=250))
def test_batches_hold_every_value_once_and_fit(values: list[str]) -> None:
    """At most 100 values and a URL that servers accept, or one that is long alone."""
    made = list(batches(values))

    assert [value for batch in made for value in batch] == list(dict.fromkeys(values))
    for batch in made:
        encoded = quote(any_of("email", batch), safe="", errors="surrogatepass")
        assert 1 <= len(batch) <= 100
        assert len(encoded) < 6100 or len(batch) == 1


def test_half_a_character_does_not_break_a_request() -> None:
    """A lone surrogate, which JSON can carry in, has no form in a URL."""
    assert equals("_kx", "a\ud800") == 'equals(_kx,"a?")'


def test_no_values_make_no_batch() -> None:
    """Nothing to look up costs no call."""
    assert list(batches([])) == []

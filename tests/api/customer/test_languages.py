"""Which language a customer gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.api.customer.languages import closest, wanted_languages
from marketing_agent.api.customer.wording import load_wordings

OURS = load_wordings()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en-US;q=0.8", "ja"),
        ("JA-jp", "ja"),
        ("fr-FR,ja;q=0.5,en;q=0.4", "ja"),
        ("en;q=0.4, ja;q=0.6", "ja"),
        ("en-GB,ja;q=0.9", "en"),
        ("ja;q=0,fr", "en"),
        ("fr-FR,de;q=0.9", "en"),
        ("*", "en"),
        ("", "en"),
        (";;;,,=q;ja q", "en"),
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh-Hant-TW", "zh-Hant"),
        ("zh-hk", "zh-Hant"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hant"),
        ("zh", "zh-Hant"),
        ("th-TH,th;q=0.9,en;q=0.8", "th"),
        ("ms,th;q=0.3", "th"),
    ],
)
def test_a_browser_gets_the_closest_language(header: str, language: str) -> None:
    """The most wanted language that we have a catalogue for, else English."""
    assert closest(wanted_languages(header), OURS).language == language


@given(st.text(st.characters(codec="latin-1"), max_size=200))
def test_any_header_gives_a_language(header: str) -> None:
    """Whatever stands in Accept-Language, there is a page to show."""
    wanted = wanted_languages(header)

    assert closest(wanted, OURS).language in OURS
    assert len(wanted) <= 6
    assert all(tag.replace("-", "").isalnum() and tag.isascii() for tag in wanted)


def test_a_huge_header_costs_little() -> None:
    """Only the beginning of a header is read, and only a few languages count."""
    assert wanted_languages("ja," * 100_000) == ("ja",) * 6

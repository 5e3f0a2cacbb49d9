"""Likeness of texts by their characters."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.ngrams import Weights, grams, words

TEXTS = (
    "Create a custom QR code for my newsletter",
    "Why is this friend not linked?",
    "メルマガ用のカスタムQRコードを作成して",
    "เชื่อมต่อบัญชี LINE กับอีเมล",
)
WEIGHTS = Weights.fitted(grams(text) for text in TEXTS)

# Also halves of surrogate pairs, which JSON can smuggle in.
any_text = st.text(st.characters(categories=None), max_size=60)


def test_words_are_cut_inside_their_spaces() -> None:
    """No n-gram runs from one word into the next."""
    assert grams("QR 7") == Counter(
        [" q", "qr", "r ", " qr", "qr ", " qr ", " 7", "7 ", " 7 "]
    )


def test_a_script_without_spaces_is_cut_across() -> None:
    """Single characters count there, and Latin words inside stay words."""
    assert grams("LINE連携") == grams("LINE") + Counter(["連", "携", "連携"])


def test_thai_keeps_its_marks() -> None:
    """Vowel and tone marks belong to the word, although they are no letters."""
    assert words("ที่อยู่ อีเมล") == ["ที่อยู่", "อีเมล"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("\uff2c\uff29\uff2e\uff25\u3000\uff31\uff32", "line qr"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
        ("Can't", "cant"),
        ("STRASSE", "straße"),
    ],
)
def test_width_case_and_apostrophes_do_not_count(one: str, other: str) -> None:
    """What a keyboard does to the same words leaves the same n-grams."""
    assert grams(one) == grams(other)


@pytest.mark.parametrize("text", ["", " \n", "?!・。_", "\ud800", "🙂"])
def test_a_text_without_letters_has_none(text: str) -> None:
    """Nothing to compare is an empty count and an empty vector."""
    assert grams(text) == Counter()
    assert WEIGHTS.vector(grams(text)) == {}


def test_a_rare_gram_weighs_more_than_a_common_one() -> None:
    """Shared by three of four texts tells less than shared by one."""
    weights = Weights.fitted(map(grams, ("ab", "ab", "ab", "zz")))

    assert weights.idf["zz"] > weights.idf["ab"] > 0
    assert weights.vector(grams("unknown")) == {}


@given(any_text)
def test_a_vector_has_length_1_over_the_known_grams(text: str) -> None:
    """Unknown n-grams are left out, and what remains is scaled."""
    vector = WEIGHTS.vector(grams(text))

    assert vector.keys() == grams(text).keys() & WEIGHTS.vocabulary
    if vector:
        assert sum(w * w for w in vector.values()) == pytest.approx(1)

"""Whatever is said: the extractors never fail, and never say what was not said."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing_agent.agent.planner.marks import for_matching, without_values
from marketing_agent.agent.planner.slots import (
    answers,
    channels,
    forms,
    friends,
    imports,
    names,
    qr_codes,
    reviews,
    segments,
    signals,
    stated,
    switches,
    symptoms,
)
from marketing_agent.agent.planner.slots.heard import Heard
from marketing_agent.agent.planner.slots.words import LANGUAGES, lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PIECES: Final = [
    *("create", "QR code", "called", "Spring", "the", "form", "segment", "says", "to"),
    *(
        "という名前",
        "フォーム",
        "セグメント",
        "プロパティ",
        "「夏」",
        "さん",
        "ラベルは",
    ),
    *("叫做", "表單", "區隔", "屬性", "按鈕文字改成", "客人", "王小明", "《春》", "的"),
    *("ชื่อ", "ฟอร์ม", "เซกเมนต์", "ปุ่ม", "ว่า", "คุณสมชาย", "“ร้อน”", "ไม่", "ครับ"),
    *(
        '"Winter"',
        "{{ email }}",
        "line_uid",
        "U" + "a" * 32,
        "2026-11-01",
        ",",
        " ",
        "?",
    ),
    *(
        "hana@mail.test",
        "+81 90 0000 0000",
        "https://shop.test/a",
        "\0",
        "\n",
        "(",
        "'",
    ),
]
TEXT: Final = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=9).map("".join),
    st.text(max_size=80),
)
HEAR: Final[list[Callable[[Heard], Mapping[str, str]]]] = [
    *(names.new_name, names.changed_name, forms.cta_label, forms.changed),
    *(forms.landing_page, imports.property_name, friends.friend, qr_codes.described),
    *(segments.conditions, segments.segment_name, signals.signals, switches.on_or_off),
    *(symptoms.symptom, reviews.decision, answers.change_id, answers.unlinking),
]
MOST_SECONDS: Final = 3.0
WRITTEN: Final = {
    *("name", "cta_label", "landing_page", "property", "friend_name", "qr_name"),
    *("named_form", "named_segment", "profile_id"),
}


@settings(deadline=None, max_examples=300)
@given(text=TEXT, asked=st.booleans())
def test_no_value_is_invented(text: str, *, asked: bool) -> None:
    """What names something stands in the sentence, letter for letter."""
    told = [hear(Heard(text=text, asked=asked)) for hear in HEAR]
    values = [each[key] for each in told for key in each.keys() & WRITTEN]
    values += filter(None, (stated.form(text), stated.segment(text)))
    values += filter(None, (stated.friend(text), stated.label(text)))
    assert [each for each in values if each not in text.replace("\0", "")] == []


@settings(deadline=None, max_examples=200)
@given(text=TEXT)
def test_short_answers_never_fail(text: str) -> None:
    """Any text is a yes, a no, unsure, or none of these."""
    assert answers.yes_or_no(text) in {"yes", "no", "unknown", None}
    assert set(channels.channels(text).values()) <= {"yes", "no"}


@settings(deadline=None)
@given(
    before=st.sampled_from(["", "解除", "ลบ", "連携 ", "unlink "]),
    after=st.sampled_from(["", "的連動", "ออก", "を解除", " please"]),
    value=st.sampled_from(["hana@mail.test", "+81 90-0000-0000", "090 0000 0000"]),
)
def test_addresses_and_numbers_are_hidden(before: str, after: str, value: str) -> None:
    """The matcher sees the words around an address or number, and nothing of it."""
    for seen in (without_values, for_matching):
        masked = seen(f"{before}{value}{after}")
        assert value not in masked
        assert before.strip() in masked
        assert after.strip() in masked


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_long_text_is_read_quickly(language: str) -> None:
    """No pattern takes more than a moment, even on text made of its own words."""
    words = " ".join(lines(language)["generic"])[:2000] + "「 " * 500 + "a " * 1000
    began = process_time()
    for hear in HEAR:
        hear(Heard(text=words))
    assert process_time() - began < MOST_SECONDS

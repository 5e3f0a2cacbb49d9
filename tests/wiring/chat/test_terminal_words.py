"""The terminal's own words: in the language of the conversation, whichever it is."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

import pytest

from marketing_agent.wiring import chat_terminal
from marketing_agent.wiring.chat_events import (
    Card,
    Done,
    TextEnded,
    TextPiece,
    ToolAnswered,
)
from marketing_agent.wiring.chat_pages import ToolOffered
from marketing_agent.wiring.chat_terminal.canvas import Canvas
from marketing_agent.wiring.chat_terminal.screen import Screen
from marketing_agent.wiring.chat_terminal.speech import of_locale, spoken_in
from marketing_agent.wiring.chat_terminal.wording import wording

LANGUAGES = ("en", "ja", "zh-Hant", "th")
_FOLDER = Path(chat_terminal.__file__).parent
_CARD = Card(
    id="c",
    tool="set_auto_link",
    title="自動連携のオン・オフ",
    arguments={"on": True, "name": "on"},
    labels={"on": "オン", "name": "名前"},
    values={"on": "オン"},
    expires_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
)


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word(language: str) -> None:
    """Keys and placeholders are those of English."""
    english, words = wording("en").texts, wording(language).texts
    assert words.keys() == english.keys()
    for key, text in words.items():
        assert _placeholders(text) == _placeholders(english[key]), key


def test_no_word_stands_in_the_code() -> None:
    """What is noted, asked and drawn comes from the catalogues."""
    for path in _FOLDER.glob("*.py"):
        code = path.read_text(encoding="utf-8")
        said = re.findall(r'(?:\.note|\.line|\._ask|\.problem)\(f?"([^"]*)"', code)
        assert not [each for each in said if re.search("[A-Za-z]{3} ", each)], path


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("カスタムQRコードを作って", "ja"),
        ("Klaviyo連携をKlaviyoで設定して", "ja"),
        ("請幫我設定 Klaviyo", "zh-Hant"),
        ("ช่วยตั้งค่า Klaviyo ให้หน่อย", "th"),
        ('Make a custom QR code called "夏のセール"', "en"),
        ("12", "th"),
        ("{{ email }}", "th"),
    ],
)
def test_a_sentence_tells_its_language(text: str, language: str) -> None:
    """Names of products and quoted names do not count, nor does a number."""
    assert spoken_in(text, "th") == language


def test_chinese_is_heard_where_the_terminal_is_japanese() -> None:
    """Characters that Japan does not write are enough; a short command is not."""
    assert spoken_in("請幫我檢查連線", "ja") == "zh-Hant"
    assert spoken_in("承認", "ja") == "ja"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "zh_TW"}, "zh-Hant"),
        ({"LC_MESSAGES": "th"}, "th"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_it_begins_in_the_language_of_the_terminal(
    environment: dict[str, str], language: str
) -> None:
    """LC_ALL goes before LANG; what is not ours is English."""
    assert of_locale(environment) == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_happens_is_told_in_the_language_of_the_conversation(
    language: str,
) -> None:
    """A tool by its title, an end by a word, and no English sentence of a tool."""
    title = {"en": "Checked", "ja": "接続の確認", "zh-Hant": "檢查連線", "th": "ตรวจ"}
    tool = ToolOffered(name="check_setup", title="T", titles=title, effect="read")
    out = io.StringIO()
    screen = Screen(Canvas(out, 80), {"check_setup": tool}, language)
    check = {"state": "ok", "platform": "Klaviyo", "what": "w", "says": "All of it."}
    for status in ("done", "error"):
        screen.show(
            ToolAnswered(
                call_id="c",
                tool="check_setup",
                status=status,
                text="It broke.",
                data={"checks": [check]},
                change_id=None,
            )
        )
    screen.show(Done(outcome="cancelled"))

    told = out.getvalue()
    assert title[language] in told
    assert wording(language).say("stopped") in told
    assert ("All of it." in told) == ("It broke." in told) == (language == "en")


def test_the_agents_answer_turns_the_language() -> None:
    """After a Japanese answer the question under a card is Japanese."""
    screen = Screen(Canvas(io.StringIO(), 80), {})
    before = screen.say("approve")
    screen.show(TextPiece(message_id="m", text="カードをご確認ください。"))
    screen.show(TextEnded())

    assert before.startswith("Approve?")
    assert screen.say("approve").startswith("承認しますか")


def test_a_card_shows_its_values_in_words_until_they_are_changed() -> None:
    """Nobody approves "True"; what was typed instead is shown as it was typed."""
    out = io.StringIO()
    screen = Screen(Canvas(out, 80), {}, "ja")
    screen.card(_CARD, _CARD.arguments)
    assert "オン: オン" in out.getvalue()
    assert "名前: on" in out.getvalue()
    assert "回答期限" in out.getvalue()

    screen.card(_CARD, {**_CARD.arguments, "on": False})
    assert "オン: いいえ" in out.getvalue()

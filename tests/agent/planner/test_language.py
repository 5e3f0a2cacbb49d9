"""Which language a sentence is answered in."""

from __future__ import annotations

import pytest

from marketing_agent.agent.planner.language import language_after

KANA = ["連携を確認したい", "カスタムQRコード", "ＱＲコードを作って"]
TRADITIONAL = ["誰還沒有連動", "請幫我設定 Klaviyo", "刪除", "匯入", "確認連動狀態"]
SIMPLIFIED = ["请帮我设置 Klaviyo", "谁还没有绑定", "删除"]
IN_THEIR_TALK = ["連携解除", "承認", "続行", "設定", "中止"]
THAI = ["ช่วยตั้งค่า Klaviyo ให้หน่อย", "ใครยังไม่เชื่อมโยง", "อนุมัติ"]
VALUES = [
    "「夏のセール」",
    '"ลดราคา"',
    "https://shop.test/ja",
    "{{ person.email }}",
    "U0123456789abcdef0123456789abcdef",
    "12",
]
LANGUAGES = ["en", "ja", "zh-Hant", "th"]


@pytest.mark.parametrize("before", LANGUAGES)
@pytest.mark.parametrize("text", KANA)
def test_kana_is_japanese(text: str, before: str) -> None:
    """One kana tells Japanese, whatever was spoken before."""
    assert language_after(text, before) == "ja"


@pytest.mark.parametrize("before", LANGUAGES)
@pytest.mark.parametrize("text", TRADITIONAL)
def test_han_of_taiwan_is_chinese(text: str, before: str) -> None:
    """Characters that Japan no longer writes are Chinese even in Japanese talk."""
    assert language_after(text, before) == "zh-Hant"


@pytest.mark.parametrize("before", LANGUAGES)
@pytest.mark.parametrize("text", SIMPLIFIED)
def test_simplified_is_answered_in_traditional(text: str, before: str) -> None:
    """There is one Chinese catalogue, and the mainland's characters lead to it."""
    assert language_after(text, before) == "zh-Hant"


@pytest.mark.parametrize("text", IN_THEIR_TALK)
def test_a_short_command_stays_japanese(text: str) -> None:
    """A Japanese conversation goes on over a command that has no kana."""
    assert language_after(text, "ja") == "ja"


@pytest.mark.parametrize("text", ["承認", "設定", "中止"])
def test_the_same_command_stays_chinese(text: str) -> None:
    """What both write the same way is Chinese in a Chinese conversation."""
    assert language_after(text, "zh-Hant") == "zh-Hant"


@pytest.mark.parametrize("text", ["連携解除", "続行"])
def test_characters_of_japan_alone_are_japanese(text: str) -> None:
    """A first message in characters that only Japan writes needs no kana."""
    assert language_after(text, "en") == "ja"


@pytest.mark.parametrize("before", LANGUAGES)
@pytest.mark.parametrize("text", THAI)
def test_thai_is_thai(text: str, before: str) -> None:
    """Thai letters tell Thai, also around a Latin product name."""
    assert language_after(text, before) == "th"


@pytest.mark.parametrize("before", LANGUAGES)
@pytest.mark.parametrize("text", VALUES)
def test_a_value_changes_nothing(text: str, before: str) -> None:
    """A lone value, address, identifier or quoted name keeps the language."""
    assert language_after(text, before) == before


@pytest.mark.parametrize("before", LANGUAGES)
@pytest.mark.parametrize("name", ["夏のセール", "週年慶", "ลดราคา", "Autumn Club"])
def test_a_name_that_was_asked_for_changes_nothing(name: str, before: str) -> None:
    """Shops have names in every script."""
    assert language_after(name, before, "name") == before


@pytest.mark.parametrize("before", LANGUAGES)
def test_latin_is_english(before: str) -> None:
    """A sentence in Latin letters is English unless a name was asked for."""
    assert language_after("Who is linked?", before) == "en"

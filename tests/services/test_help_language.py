"""Which language a question is written in."""

from __future__ import annotations

import pytest

from marketing_agent.services.help_language import HelpLanguage, written_in


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What is ID linkage?", "en"),
        ("LINE User IDとは", "ja"),
        ("ｲﾝﾎﾟｰﾄ", "ja"),
        ("什麼是 LINE User ID", "zh-Hant"),
        ("API key ใส่ตรงไหน", "th"),
        ("", "en"),
        ("🙂?", "en"),
    ],
)
def test_the_script_tells_the_language(question: str, language: str) -> None:
    """Names in Latin letters within a sentence do not make it English."""
    assert written_in(question) == language


@pytest.mark.parametrize("merchant", HelpLanguage)
def test_characters_shared_by_two_languages_follow_the_merchant(
    merchant: HelpLanguage,
) -> None:
    """Without kana, a Japanese merchant's question is Japanese; else it is Chinese."""
    shared = {HelpLanguage.JAPANESE: HelpLanguage.JAPANESE}

    asked = written_in("連携状況", merchant)

    assert asked is shared.get(merchant, HelpLanguage.TRADITIONAL_CHINESE)

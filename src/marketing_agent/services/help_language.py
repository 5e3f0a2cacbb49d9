"""The languages of the help text, and which one a question is written in."""

from __future__ import annotations

from enum import StrEnum

from marketing_agent.core.scripts import HAN, KANA, THAI


class HelpLanguage(StrEnum):
    """The languages that the help text is written in, as BCP 47 names them."""

    ENGLISH = "en"
    JAPANESE = "ja"
    TRADITIONAL_CHINESE = "zh-Hant"
    THAI = "th"


def written_in(
    question: str, merchant: HelpLanguage = HelpLanguage.ENGLISH
) -> HelpLanguage:
    """The language of a question, by its script.

    Chinese characters alone are Japanese where the merchant is. Latin letters alone,
    such as the name of a setting, are English whatever the merchant speaks.
    """
    if KANA.search(question):
        return HelpLanguage.JAPANESE
    if THAI.search(question):
        return HelpLanguage.THAI
    if not HAN.search(question):
        return HelpLanguage.ENGLISH
    if merchant is HelpLanguage.JAPANESE:
        return merchant
    return HelpLanguage.TRADITIONAL_CHINESE

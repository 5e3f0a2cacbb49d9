"""The languages of the help text, and which one a question is written in."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

_KANA: Final = re.compile("[\u3041-\u309f\u30a1-\u30fa\u30fd-\u30ff\uff66-\uff9f]")
_THAI: Final = re.compile("[\u0e01-\u0e3a\u0e40-\u0e5b]")
_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")


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
    if _KANA.search(question):
        return HelpLanguage.JAPANESE
    if _THAI.search(question):
        return HelpLanguage.THAI
    if not _HAN.search(question):
        return HelpLanguage.ENGLISH
    if merchant is HelpLanguage.JAPANESE:
        return merchant
    return HelpLanguage.TRADITIONAL_CHINESE

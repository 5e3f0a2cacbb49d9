"""Which language to answer in: the script of what the merchant wrote last."""

from __future__ import annotations

import re
from typing import Final

from marketing_agent.agent.planner.marks import without_values

ENGLISH: Final = "en"
JAPANESE: Final = "ja"
_JAPANESE: Final = re.compile("[\u3041-\u309f\u30a1-\u30fa\u30fd-\u30ff\u3400-\u9fff]")
_MOST_WORDS_OF_A_NAME: Final = 4
_NAMES: Final = frozenset(
    {
        "cta_label",
        "form",
        "linked_form",
        "name",
        "own_segment",
        "profile",
        "property",
        "segment",
        "slug",
    }
)
"""The questions that are answered with a name."""


def language_after(text: str, before: str, asked: str | None = None) -> str:
    """Japanese for kana or kanji, English for other letters, else as before.

    Quoted text, merge variables and identifiers do not count; nor does a short name
    (`asked`) in Latin letters, since Japanese shops have such names too.
    """
    if _JAPANESE.search(text):
        return JAPANESE
    if asked in _NAMES and len(text.split()) <= _MOST_WORDS_OF_A_NAME:
        return before
    letters = any(character.isalpha() for character in without_values(text))
    return ENGLISH if letters else before

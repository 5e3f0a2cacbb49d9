"""Which language to answer in: the script of what the merchant wrote last.

Kana is Japanese, the Thai block Thai, other letters English. Han alone is Chinese,
always answered in traditional characters, unless its characters or a Japanese
conversation say otherwise: which places can write them, national character sets tell.
"""

from __future__ import annotations

from typing import Final

from marketing_agent.agent.planner.marks import without_values
from marketing_agent.core.scripts import HAN, KANA, are_japanese
from marketing_agent.core.scripts import THAI as THAI_SCRIPT

ENGLISH: Final = "en"
JAPANESE: Final = "ja"
CHINESE: Final = "zh-Hant"
THAI: Final = "th"
LANGUAGES: Final = frozenset({ENGLISH, JAPANESE, CHINESE, THAI})
"""Those that the planner speaks."""

_MOST_WORDS_OF_A_NAME: Final = 4
_MOST_LETTERS_OF_A_NAME: Final = 12
"""In the scripts that set no spaces between words."""
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
    """The language of the sentence; `before` where it shows none.

    Quoted text, merge variables, addresses and identifiers do not count; nor does a
    short name (`asked`) in another script, since shops have such names too.
    """
    spoken = without_values(text)
    if asked in _NAMES and _is_short(spoken):
        return before
    if KANA.search(spoken):
        return JAPANESE
    if THAI_SCRIPT.search(spoken):
        return THAI
    if han := "".join(HAN.findall(spoken)):
        is_japanese = are_japanese(han, in_japanese_talk=before == JAPANESE)
        return JAPANESE if is_japanese else CHINESE
    letters = any(character.isalpha() for character in spoken)
    return ENGLISH if letters else before


def _is_short(spoken: str) -> bool:
    said = spoken.split()
    if KANA.search(spoken) or THAI_SCRIPT.search(spoken) or HAN.search(spoken):
        return len("".join(said)) <= _MOST_LETTERS_OF_A_NAME
    return len(said) <= _MOST_WORDS_OF_A_NAME

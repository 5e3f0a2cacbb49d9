"""Which language to answer in: the script of what the merchant wrote last.

Kana is Japanese, the Thai block Thai, other letters English. Han alone is Chinese,
always answered in traditional characters, unless its characters or a Japanese
conversation say otherwise: which places can write them, national character sets tell.
"""

from __future__ import annotations

import re
from typing import Final

from marketing_agent.agent.planner.marks import without_values

ENGLISH: Final = "en"
JAPANESE: Final = "ja"
CHINESE: Final = "zh-Hant"
THAI: Final = "th"
LANGUAGES: Final = frozenset({ENGLISH, JAPANESE, CHINESE, THAI})
"""Those that the planner speaks."""

_KANA: Final = re.compile("[\u3041-\u309f\u30a1-\u30fa\u30fd-\u30ff\uff66-\uff9f]")
_THAI: Final = re.compile("[\u0e01-\u0e3a\u0e40-\u0e5b]")
_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_COMMON_IN_JAPAN: Final = range(0xB0, 0xD0)
"""First bytes in EUC-JP of JIS X 0208's level 1; older forms such as 號 follow it."""
_MOST_HAN_IN_PASSING: Final = 8
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
    if _KANA.search(spoken):
        return JAPANESE
    if _THAI.search(spoken):
        return THAI
    if han := "".join(_HAN.findall(spoken)):
        return _of_han(han, before)
    letters = any(character.isalpha() for character in spoken)
    return ENGLISH if letters else before


def _of_han(han: str, before: str) -> str:
    """Japanese commands such as 「承認」 have no kana, but stand in their talk."""
    if not all(map(_is_common_in_japan, han)):
        return CHINESE
    if not (_holds("big5", han) or _holds("gb2312", han)):
        return JAPANESE
    in_passing = before == JAPANESE and len(han) <= _MOST_HAN_IN_PASSING
    return JAPANESE if in_passing else CHINESE


def _is_common_in_japan(character: str) -> bool:
    coded = character.encode("euc_jp", errors="ignore")
    return len(coded) == 2 and coded[0] in _COMMON_IN_JAPAN  # noqa: PLR2004 - a pair


def _holds(character_set: str, han: str) -> bool:
    """Whether a place's character set, by its codec's name, can write it all."""
    return han.encode(character_set, errors="ignore").decode(character_set) == han


def _is_short(spoken: str) -> bool:
    said = spoken.split()
    if _KANA.search(spoken) or _THAI.search(spoken) or _HAN.search(spoken):
        return len("".join(said)) <= _MOST_LETTERS_OF_A_NAME
    return len(said) <= _MOST_WORDS_OF_A_NAME

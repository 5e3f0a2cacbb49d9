"""The scripts that tell a language, as patterns that match one of their letters.

Marks that several scripts share, such as the middle dot or the baht sign, are in none.
"""

from __future__ import annotations

import re
from typing import Final

KANA: Final = re.compile("[\u3041-\u309f\u30a1-\u30fa\u30fd-\u30ff\uff66-\uff9f]")
"""Hiragana and katakana, also in half width."""
THAI: Final = re.compile("[\u0e01-\u0e3a\u0e40-\u0e5b]")
HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Chinese characters, which Japanese writes as well."""
_COMMON_IN_JAPAN: Final = range(0xB0, 0xD0)
"""First bytes in EUC-JP of JIS X 0208's level 1; older forms such as 號 follow it."""
_MOST_HAN_IN_PASSING: Final = 8


def are_japanese(han: str, *, in_japanese_talk: bool) -> bool:
    """Whether Chinese characters without kana are Japanese, else Chinese.

    Commands such as 「承認」 have no kana, but stand in Japanese talk; which places can
    write a character, national character sets tell.
    """
    if not all(map(_is_common_in_japan, han)):
        return False
    if not (_holds("big5", han) or _holds("gb2312", han)):
        return True
    return in_japanese_talk and len(han) <= _MOST_HAN_IN_PASSING


def _is_common_in_japan(character: str) -> bool:
    coded = character.encode("euc_jp", errors="ignore")
    return len(coded) == 2 and coded[0] in _COMMON_IN_JAPAN  # noqa: PLR2004 - a pair


def _holds(character_set: str, han: str) -> bool:
    """Whether a place's character set, by its codec's name, can write it all."""
    return han.encode(character_set, errors="ignore").decode(character_set) == han

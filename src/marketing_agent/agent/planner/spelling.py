"""One slip in a keyword, put right for understanding and never for a value.

What a merchant names is read from the sentence as it was written. Only words that are
looked for are mended: of five letters or more, of Latin letters, one edit away from
exactly one keyword, and no word of their own.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rapidfuzz.distance import OSA

from marketing_agent.agent.planner.marks import EMAIL, QUOTED, SLUG, URL, VARIABLE
from marketing_agent.services.product_text import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILE: Final = Path(__file__).parent / "slots" / "words" / "spelling" / "en.yaml"
_WORD: Final = re.compile(r"(?<![\w'\u2019.-])[A-Za-z][a-z]{4,}(?![\w'\u2019-]|\.\w)")
_VALUES: Final = (VARIABLE, URL, QUOTED, EMAIL, SLUG)
_SHORTEST: Final = 5


@lru_cache(maxsize=256)
def mended(text: str) -> str:
    """The sentence with its keywords as they are spelt; values as they are."""
    kept = list(_values(text))

    def mend(match: re.Match[str]) -> str:
        start, end = match.span()
        is_value = any(start < stop and begin < end for begin, stop in kept)
        is_name = match[0][0].isupper() and bool(text[:start].strip())
        return match[0] if is_value or is_name else _mended_word(match[0])

    return _WORD.sub(mend, text)


def _values(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for each in _VALUES for found in each.finditer(text))


@lru_cache(maxsize=4096)
def _mended_word(written: str) -> str:
    """The only keyword that is one edit away.

    Two letters that changed places are one; a word that goes on or breaks off is none.
    """
    word = written.lower()
    keywords, known = _spelling()
    if word in known:
        return written
    near = [
        each
        for each in keywords
        if OSA.distance(word, each, score_cutoff=1) <= 1
        and not word.startswith(each)
        and not each.startswith(word)
    ]
    return near[0] if len(near) == 1 else written


@cache
def _spelling() -> tuple[tuple[str, ...], frozenset[str]]:
    """The keywords, and all words that are right as they are."""
    told = read_yaml(_FILE.read_text(encoding="utf-8"))
    keywords = dict.fromkeys(told["keywords"].split())
    long_enough = tuple(each for each in keywords if len(each) >= _SHORTEST)
    return long_enough, frozenset({*keywords, *told["others"].split()})

"""Likeness of short texts by their characters: n-grams and TF-IDF vectors.

Sizes 2 to 4 inside words, each padded with a space; 1 to 3 across a run of a script
without spaces between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese). Letters and
digits only, in Unicode's NFKC and case-folded, so width and case do not count.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, KeysView, Mapping

_IN_WORDS: Final = (2, 3, 4)
_ACROSS: Final = (1, 2, 3)
_UNSPACED: Final = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e50-\u0e59"  # Thai, with its vowel and tone marks
    "\u0e81-\u0ecd\u0ed0-\u0edf\u1000-\u1049\u1780-\u17d3"  # Lao, Burmese, Khmer
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
    "\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
)
_RUN: Final = re.compile(rf"([{_UNSPACED}]+)|[^\W_{_UNSPACED}]+")
_APOSTROPHES: Final = str.maketrans("", "", "'\u2019\u02bc")


def folded(text: str) -> str:
    """The text with width, case and apostrophes taken off: CAN'T is cant."""
    without = unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)
    return unicodedata.normalize("NFKC", without.casefold())


def words(text: str) -> list[str]:
    """The folded words in order; a run without spaces is one word."""
    return [run[0] for run in _RUN.finditer(folded(text))]


def grams(text: str) -> Counter[str]:
    """How often each n-gram occurs; empty for a text without letters and digits."""
    counts: Counter[str] = Counter()
    for run in _RUN.finditer(folded(text)):
        if run[1]:
            counts.update(_slices(run[0], _ACROSS))
        else:
            counts.update(_slices(f" {run[0]} ", _IN_WORDS))
    return counts


def _slices(run: str, sizes: tuple[int, ...]) -> Iterable[str]:
    return (
        run[start : start + size]
        for size in sizes
        for start in range(len(run) - size + 1)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each n-gram of a collection tells: the rarer, the more.

    Smooth inverse document frequency: `log((1 + n) / (1 + in how many)) + 1`.
    """

    idf: Mapping[str, float]

    @classmethod
    def fitted(cls, documents: Iterable[Counter[str]]) -> Weights:
        """The weights of a collection, each document given by its `grams`."""
        seen = list(documents)
        within = Counter(chain.from_iterable(seen))
        total = 1 + len(seen)
        return cls(
            idf={gram: math.log(total / (1 + n)) + 1 for gram, n in within.items()}
        )

    @property
    def vocabulary(self) -> KeysView[str]:
        """The n-grams of the collection, in an order that stays."""
        return self.idf.keys()

    def vector(self, grams: Mapping[str, int]) -> dict[str, float]:
        """A vector of length 1 over the known n-grams; empty if none is known.

        The weight of one is `(1 + log(count)) * idf`.
        """
        raw = {
            gram: (1 + math.log(count)) * self.idf[gram]
            for gram, count in grams.items()
            if count > 0 and gram in self.idf
        }
        length = _length(raw)
        return {gram: weight / length for gram, weight in raw.items()}


def _length(vector: Mapping[str, float]) -> float:
    return math.sqrt(math.fsum(weight * weight for weight in vector.values()))

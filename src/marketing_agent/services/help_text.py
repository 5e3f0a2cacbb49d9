"""The merchant's help text as a whole: which sections answer a question.

Sections are given word for word or not at all. Two likenesses are added up: how much of
what the question asks a section holds (BM25 over words), and how alike the characters
are (n-gram cosine, which forgives typos). Below a floor the question is not covered.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from statistics import fmean
from typing import TYPE_CHECKING, Final

from marketing_agent.core.ngrams import Weights, cosine, grams
from marketing_agent.services.help_pages import HelpSection, sections_of
from marketing_agent.services.product_text import words
from marketing_agent.services.question_words import stems, telling_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FLOOR: Final = 0.30
"""Chosen with the questions of `tests/services/help_questions.yaml`."""
_K1: Final = 1.2
_B: Final = 0.75
"""BM25's usual two: how soon repeats stop counting, and how much length does."""
_MOST_SECTIONS: Final = 3
_NEAR_THE_BEST: Final = 0.5
"""A further section is worth reading if it reaches this share of the best score."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Indexed:
    """A section as it is compared: its stems, and what people ask as vectors."""

    section: HelpSection
    counts: Counter[str]
    asked: tuple[dict[str, float], ...]


class HelpText:
    """All sections, ready to be asked."""

    def __init__(self, sections: Iterable[HelpSection]) -> None:
        self.sections = tuple(sections)
        self.topics = tuple(dict.fromkeys(each.page_title for each in self.sections))
        questions = [each for one in self.sections for each in _questions(one)]
        self._weights = Weights.fitted(grams(_folded(each)) for each in questions)
        self._indexed = [self._index(each) for each in self.sections]
        self._idf = _rareness([each.counts for each in self._indexed])
        self._usual = fmean(each.counts.total() for each in self._indexed)

    def answers(self, question: str) -> list[HelpSection]:
        """The sections that answer, best first, at most three; none if not covered."""
        ranked = self.ranked(question)
        least = max(FLOOR, ranked[0][0] * _NEAR_THE_BEST)
        return [each for score, each in ranked[:_MOST_SECTIONS] if score >= least]

    def ranked(self, question: str) -> list[tuple[float, HelpSection]]:
        """Every section with its score from 0 to 1, best first."""
        asked, vector = stems(question), self._vector(question)
        known = self._known(question)
        scored = [
            (
                (self._share(each, asked) + known * _likeness(each, vector)) / 2,
                each.section,
            )
            for each in self._indexed
        ]
        return sorted(scored, key=lambda each: -each[0])

    def _known(self, question: str) -> float:
        """The share of the question's n-grams that occur here: of Japanese, hardly any.

        The vectors leave out the others, and would find the rest all too alike.
        """
        asked = grams(_folded(question))
        known = sum(n for gram, n in asked.items() if gram in self._weights.vocabulary)
        return known / asked.total() if asked else 0.0

    def _share(self, of: _Indexed, asked: list[str]) -> float:
        """BM25, divided by what a section holding all that is asked could reach."""
        unknown = math.log(1 + len(self._indexed))
        reach = sum(self._idf.get(stem, unknown) for stem in asked)
        length = of.counts.total() / self._usual
        damping = _K1 * (1 - _B + _B * length)
        held = sum(
            self._idf[stem] * count / (count + damping)
            for stem in asked
            if (count := of.counts[stem])
        )
        return held / reach if reach else 0.0

    def _index(self, section: HelpSection) -> _Indexed:
        title, questions = section.page_title, _questions(section)
        said = [section.text, title, section.heading, *questions]
        return _Indexed(
            section=section,
            counts=Counter(stems(" ".join(said))),
            asked=tuple(self._vector(each) for each in questions),
        )

    def _vector(self, text: str) -> dict[str, float]:
        return self._weights.vector(grams(_folded(text)))


@cache
def help_text() -> HelpText:
    """The pages of `docs/help/`, read once. Raises BrokenHelp."""
    return HelpText(sections_of(words("help", checkout="docs/help")))


def _questions(section: HelpSection) -> tuple[str, ...]:
    return (section.heading, *section.asked)


def _folded(text: str) -> str:
    return " ".join(telling_words(text))


def _likeness(of: _Indexed, vector: dict[str, float]) -> float:
    """How alike the question is to the likest that this section answers."""
    return max(cosine(vector, each) for each in of.asked)


def _rareness(seen: Sequence[Counter[str]]) -> dict[str, float]:
    """BM25's idf: how much a word tells, the rarer the more."""
    within = Counter(stem for each in seen for stem in each)
    return {
        stem: math.log(1 + (len(seen) - n + 0.5) / (n + 0.5))
        for stem, n in within.items()
    }

"""The sections of one language, and how well each answers a question.

Two likenesses of letters are averaged: how much of what the question asks a section
holds (BM25 over words), and how alike the characters are (n-gram cosine, which forgives
typos). Where there are sentence vectors, likeness of meaning is added.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from statistics import fmean
from typing import TYPE_CHECKING, Final

import numpy as np

from marketing_agent.core.ngrams import Weights, grams
from marketing_agent.services.question_words import stems, telling_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from marketing_agent.services.help_pages import HelpSection

_K1: Final = 1.2
_B: Final = 0.75
"""BM25's usual two: how soon repeats stop counting, and how much length does."""
_MEANING: Final = 0.7
"""The share of meaning beside letters."""
_UNRELATED: Final = 0.75
"""The cosine, in this model, of two sentences that have nothing in common."""


class HelpIndex:
    """All sections of a language, ready to be asked."""

    def __init__(
        self,
        sections: Sequence[HelpSection],
        meanings: NDArray[np.float32] | None = None,
    ) -> None:
        """Takes a row of length 1 for each section, if its vectors are known."""
        self.sections = tuple(sections)
        self.meanings = meanings
        self._counts = [_counted(each) for each in self.sections]
        self._idf = _rareness(self._counts)
        self._usual = fmean(each.total() for each in self._counts)
        asked = [
            (at, each)
            for at, one in enumerate(self.sections)
            for each in _questions(one)
        ]
        self._answered_by = [at for at, _ in asked]
        self._weights = Weights.fitted(grams(_folded(each)) for _, each in asked)
        self._postings = self._posted([each for _, each in asked])

    def ranked(
        self, question: str, meant: NDArray[np.float32] | None = None
    ) -> list[tuple[float, HelpSection]]:
        """Every section with its score from 0 to 1, best first.

        `meant` is the question's vector; without it letters alone are compared.
        """
        scores = self._by_letters(question)
        if meant is not None and self.meanings is not None and stems(question):
            near = np.clip(
                (self.meanings @ meant - _UNRELATED) / (1 - _UNRELATED), 0, 1
            )
            scores = _MEANING * near + (1 - _MEANING) * scores
        scored = zip(scores.tolist(), self.sections, strict=True)
        return sorted(scored, key=lambda each: -each[0])

    def _by_letters(self, question: str) -> NDArray[np.float64]:
        asked = stems(question)
        shares = np.array([self._share(each, asked) for each in self._counts])
        return (shares + self._known(question) * self._likeness(question)) / 2

    def _likeness(self, question: str) -> NDArray[np.float64]:
        """For each section the cosine with the likest question that it answers."""
        cosines: defaultdict[int, float] = defaultdict(float)
        for gram, weight in self._vector(question).items():
            for number, held in self._postings[gram]:
                cosines[number] += weight * held
        likest = np.zeros(len(self.sections))
        for number, cosine in cosines.items():
            at = self._answered_by[number]
            likest[at] = max(likest[at], min(cosine, 1.0))
        return likest

    def _known(self, question: str) -> float:
        """The share of the question's n-grams that occur here.

        The vectors leave out the others, and would find the rest all too alike.
        """
        asked = grams(_folded(question))
        known = sum(n for gram, n in asked.items() if gram in self._weights.vocabulary)
        return known / asked.total() if asked else 0.0

    def _share(self, counts: Counter[str], asked: list[str]) -> float:
        """BM25, divided by what a section holding all that is asked could reach."""
        unknown = math.log(1 + len(self._counts))
        reach = sum(self._idf.get(stem, unknown) for stem in asked)
        length = counts.total() / self._usual
        damping = _K1 * (1 - _B + _B * length)
        held = sum(
            self._idf[stem] * count / (count + damping)
            for stem in asked
            if (count := counts[stem])
        )
        return held / reach if reach else 0.0

    def _posted(self, questions: list[str]) -> dict[str, list[tuple[int, float]]]:
        """For each n-gram the questions that hold it, by number, with its weight."""
        postings: dict[str, list[tuple[int, float]]] = {}
        for number, question in enumerate(questions):
            for gram, weight in self._vector(question).items():
                postings.setdefault(gram, []).append((number, weight))
        return postings

    def _vector(self, text: str) -> dict[str, float]:
        return self._weights.vector(grams(_folded(text)))


def _questions(section: HelpSection) -> tuple[str, ...]:
    return (section.heading, *section.asked)


def _counted(section: HelpSection) -> Counter[str]:
    said = [section.text, section.page_title, *_questions(section)]
    return Counter(stems(" ".join(said)))


def _folded(text: str) -> str:
    return " ".join(telling_words(text))


def _rareness(seen: Sequence[Counter[str]]) -> dict[str, float]:
    """BM25's idf: how much a word tells, the rarer the more."""
    within = Counter(stem for each in seen for stem in each)
    return {
        stem: math.log(1 + (len(seen) - n + 0.5) / (n + 0.5))
        for stem, n in within.items()
    }

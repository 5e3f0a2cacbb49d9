"""What a sentence means: a linear classifier over character n-grams and words.

Ridge regression in closed form on TF-IDF vectors, every meaning with the same weight
however many examples it has. Fitted when it is made; the same examples give the same
verdicts. It acts on a clear margin between the two best meanings, else the caller asks.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np

from marketing_agent.agent.planner.marks import for_matching
from marketing_agent.core.ngrams import Weights, grams, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

MARGIN: Final = 0.12
"""The least lead of the best meaning over the next: chosen on development.yaml."""
_LEAST_KNOWN: Final = 0.5
_RIDGE: Final = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The meanings, best first, each with its score."""

    ranked: tuple[str, ...]
    scores: tuple[float, ...]
    known: float
    """The share of the sentence's n-grams that occur in any example."""
    is_doubted: bool = False
    """Whether something else in the sentence speaks against the best meaning."""

    @property
    def best(self) -> str:
        """The most likely meaning."""
        return self.ranked[0]

    @property
    def margin(self) -> float:
        """How far the best meaning leads."""
        first, *others = self.scores
        return first - others[0] if others else first

    @property
    def is_clear(self) -> bool:
        """Whether to act on it without asking."""
        return self.is_known and not self.is_doubted and self.margin >= MARGIN

    @property
    def is_known(self) -> bool:
        """Whether the sentence has enough in common with any example."""
        return self.known >= _LEAST_KNOWN


def certain(meaning: str) -> Verdict:
    """The verdict on a sentence that needs no likeness."""
    return Verdict(ranked=(meaning,), scores=(1.0,), known=1.0)


class Matcher:
    """Knows the meanings by their examples, in any mix of languages."""

    def __init__(self, examples: Mapping[str, Sequence[str]]) -> None:
        self.by_meaning = examples
        self.meanings = tuple(examples)
        self.examples = tuple(chain.from_iterable(examples.values()))
        labels = [label for label, some in enumerate(examples.values()) for _ in some]
        bags = [_features(for_matching(example)) for example in self.examples]
        self._verbatim = _verbatim(examples)
        self._weights = Weights.fitted(bags)
        self._column = {gram: i for i, gram in enumerate(self._weights.vocabulary)}
        rows = np.vstack([self._vector(self._weights.vector(bag)) for bag in bags])
        self._slopes = _fitted(rows, np.array(labels), len(self.meanings))

    def verdict(self, sentence: str) -> Verdict:
        """What the sentence most likely means; an example of one meaning means it."""
        plain = for_matching(sentence)
        if meaning := self._verbatim.get(tuple(words(plain))):
            return certain(meaning)
        known = self._weights.vector(_features(plain))
        bag = grams(plain)
        columns = [self._column[gram] for gram in known]
        scores = np.array(list(known.values())) @ self._slopes[columns]
        order = np.argsort(-scores, kind="stable")
        return Verdict(
            ranked=tuple(self.meanings[i] for i in order),
            scores=tuple(float(scores[i]) for i in order),
            known=len(known.keys() & bag.keys()) / max(1, len(bag)),
        )

    def _vector(self, known: Mapping[str, float]) -> NDArray[np.float32]:
        vector = np.zeros(len(self._column), dtype=np.float32)
        vector[[self._column[gram] for gram in known]] = list(known.values())
        return vector


def _features(plain: str) -> Counter[str]:
    """The n-grams, and besides them whole words and pairs of neighbours."""
    said = words(plain)
    pairs = zip(["", *said], [*said, ""], strict=True)
    return grams(plain) + Counter(
        [*(f"={word}" for word in said), *(f"={a}={b}" for a, b in pairs)]
    )


def _verbatim(examples: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], str]:
    """The examples by their words, those that stand with two meanings left out."""
    meanings: dict[tuple[str, ...], set[str]] = {}
    for meaning, some in examples.items():
        for example in some:
            said = tuple(words(for_matching(example)))
            meanings.setdefault(said, set()).add(meaning)
    return {said: each.pop() for said, each in meanings.items() if len(each) == 1}


def _fitted(
    rows: NDArray[np.float32], labels: NDArray[np.int64], meanings: int
) -> NDArray[np.float64]:
    """One column of slopes per meaning, solved in the space of the examples."""
    wanted = np.eye(meanings)[labels]
    per_meaning = len(labels) / meanings / np.bincount(labels, minlength=meanings)
    penalties = np.diag(_RIDGE / per_meaning[labels])
    shares = np.linalg.solve(rows @ rows.T + penalties, wanted)
    return np.asarray(rows.T @ shares.astype(np.float32), dtype=np.float64)

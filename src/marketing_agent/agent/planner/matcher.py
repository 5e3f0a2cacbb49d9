"""What a sentence means: a layer over sentence vectors, averaged with one over n-grams.

Where there are no sentence vectors, the n-grams are enough. The same examples give the
same verdicts. It acts on a clear margin between the two best meanings, else the caller
asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
import structlog

from marketing_agent.agent.planner import trained
from marketing_agent.agent.planner.gram_layer import GramLayer
from marketing_agent.agent.planner.marks import for_matching
from marketing_agent.agent.planner.spelling import mended
from marketing_agent.agent.planner.vector_layer import VectorLayer
from marketing_agent.core.ngrams import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from marketing_agent.agent.planner.trained import Trained
    from marketing_agent.services.sentence_vectors import SentenceVectors

MARGIN: Final = 0.4
"""The least lead of the best meaning over the next: chosen on development.yaml."""
_LEAST_KNOWN: Final = 0.5
OF_VECTORS: Final = 0.7
"""Their share in the average: what the n-grams add is names of parts and products."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The meanings, best first, each with its probability."""

    ranked: tuple[str, ...]
    scores: tuple[float, ...]
    known: float
    """How much of the sentence the examples tell about, 0 to 1.

    The share of its n-grams that occur in any; or, if that is more, how sure the
    sentence vector alone is.
    """
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


def masked(examples: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The examples as the layers see them."""
    return {
        meaning: list(map(for_matching, some)) for meaning, some in examples.items()
    }


class Matcher:
    """Knows the meanings by their examples, in any mix of languages.

    `weights` are looked up where none are given. With weights of other examples it is
    fitted anew, to the n-grams alone.
    """

    def __init__(
        self,
        examples: Mapping[str, Sequence[str]],
        vectors: SentenceVectors | None = None,
        weights: Trained | None = None,
    ) -> None:
        self.by_meaning = examples
        self.meanings = tuple(examples)
        self.examples = tuple(chain.from_iterable(examples.values()))
        plain = masked(examples)
        texts = list(chain.from_iterable(plain.values()))
        labels = np.repeat(
            np.arange(len(plain)), [len(some) for some in plain.values()]
        )
        fresh = _fresh(weights or trained.read(), plain)
        self._verbatim = _verbatim(plain)
        self._grams = GramLayer(texts, labels, fresh.shares if fresh else None)
        self._vectors = _vector_layer(fresh, vectors, texts[0])

    @property
    def kind(self) -> str:
        """What it goes by, for whoever looks after the program."""
        return "embeddings and n-grams" if self._vectors else "n-grams"

    def verdict(self, sentence: str) -> Verdict:
        """What the sentence most likely means; an example of one meaning means it."""
        plain = _plain(sentence)
        said = tuple(words(plain))
        if meaning := self._verbatim.get(said):
            return certain(meaning)
        scores, known = self._grams.probabilities(plain), self._grams.known(plain)
        if self._vectors and said:
            near = self._vectors.probabilities(plain)
            known = max(known, float(near.max()))
            scores = OF_VECTORS * near + (1 - OF_VECTORS) * scores
        order = np.argsort(-scores, kind="stable")
        return Verdict(
            ranked=tuple(self.meanings[i] for i in order),
            scores=tuple(float(scores[i]) for i in order),
            known=known,
        )


def _plain(sentence: str) -> str:
    """Masked and mended, without the gaps this leaves: a vector would tell them."""
    return " ".join(mended(for_matching(sentence)).split())


def _fresh(
    weights: Trained | None, plain: Mapping[str, Sequence[str]]
) -> Trained | None:
    if weights is None or weights.is_of(plain):
        return weights
    _log.warning("planner was trained on other examples", run=trained.COMMAND)
    return None


def _vector_layer(
    fresh: Trained | None, vectors: SentenceVectors | None, first: str
) -> VectorLayer | None:
    if fresh is None or vectors is None:
        return None
    if fresh.speaks(vectors, first):
        return VectorLayer(vectors, fresh.slopes)
    _log.warning("planner was trained on other vectors", run=trained.COMMAND)
    return None


def _verbatim(plain: Mapping[str, Sequence[str]]) -> dict[tuple[str, ...], str]:
    """The examples by their words, those that stand with two meanings left out."""
    meanings: dict[tuple[str, ...], set[str]] = {}
    for meaning, some in plain.items():
        for example in some:
            meanings.setdefault(tuple(words(example)), set()).add(meaning)
    return {said: each.pop() for said, each in meanings.items() if len(each) == 1}

"""The matcher's layer over character n-grams and words.

Ridge regression in closed form on TF-IDF vectors, every meaning with the same weight
however many examples it has. What is solved is one share per example and meaning.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from marketing_agent.agent.planner.regression import evenly, softmax
from marketing_agent.core.ngrams import Weights, grams, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_RIDGE: Final = 0.2
SHARPNESS: Final = 10.0
"""Makes the scores probabilities: what cross-validation on the examples asks for."""


class GramLayer:
    """Fitted to masked examples, or made of shares that were fitted to them before."""

    def __init__(
        self,
        examples: Sequence[str],
        labels: NDArray[np.int64],
        shares: NDArray[np.floating] | None = None,
    ) -> None:
        bags = [_features(example) for example in examples]
        self._weights = Weights.fitted(bags)
        self._column = {gram: i for i, gram in enumerate(self._weights.vocabulary)}
        rows = [self._sparse(self._weights.vector(bag)) for bag in bags]
        fitted = self._shares(rows, labels) if shares is None else shares
        self.shares: NDArray[np.float32] = fitted.astype(np.float32)
        self._slopes = np.zeros((len(self._column), fitted.shape[1]), dtype=np.float32)
        for (columns, values), share in zip(rows, self.shares, strict=True):
            self._slopes[columns] += np.outer(values, share)

    def probabilities(self, plain: str) -> NDArray[np.float64]:
        """How likely each meaning is of a masked sentence."""
        columns, values = self._sparse(self._weights.vector(_features(plain)))
        return softmax(SHARPNESS * (values @ self._slopes[columns]))

    def known(self, plain: str) -> float:
        """The share of the sentence's n-grams that occur in any example."""
        said = grams(plain).keys()
        return len(said & self._column.keys()) / max(1, len(said))

    def _sparse(
        self, known: Mapping[str, float]
    ) -> tuple[list[int], NDArray[np.float32]]:
        values = np.array(list(known.values()), dtype=np.float32)
        return [self._column[gram] for gram in known], values

    def _shares(
        self,
        rows: Sequence[tuple[list[int], NDArray[np.float32]]],
        labels: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        dense = np.zeros((len(rows), len(self._column)), dtype=np.float32)
        for row, (columns, values) in zip(dense, rows, strict=True):
            row[columns] = values
        meanings = int(labels.max()) + 1
        penalties = np.diag(_RIDGE / evenly(labels, meanings))
        wanted = np.eye(meanings)[labels]
        return np.asarray(np.linalg.solve(dense @ dense.T + penalties, wanted))


def _features(plain: str) -> Counter[str]:
    """The n-grams, and besides them whole words and pairs of neighbours."""
    said = words(plain)
    pairs = zip(["", *said], [*said, ""], strict=True)
    return grams(plain) + Counter(
        [*(f"={word}" for word in said), *(f"={a}={b}" for a, b in pairs)]
    )

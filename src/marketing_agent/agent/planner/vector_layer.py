"""The matcher's layer over sentence vectors: logistic regression, one column each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from marketing_agent.agent.planner.regression import slopes, softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from marketing_agent.services.sentence_vectors import SentenceVectors

_FREEDOM: Final = 300.0
_LEVEL: Final = 0.3
"""Beside the centred vectors: a meaning may be likelier from the start."""


class VectorLayer:
    """Slopes of 385 rows (the last one is the level) over vectors of 384."""

    def __init__(self, vectors: SentenceVectors, columns: NDArray[np.floating]) -> None:
        self._vectors = vectors
        self._columns = columns.astype(np.float64)

    def probabilities(self, plain: str) -> NDArray[np.float64]:
        """How likely each meaning is of a masked sentence."""
        return self.of_vector(self._vectors.of_question(plain))

    def of_vector(self, vector: NDArray[np.floating]) -> NDArray[np.float64]:
        """The same of a sentence whose vector is known."""
        return softmax(vector @ self._columns[:-1] + self._columns[-1])


def fitted(
    vectors: NDArray[np.floating], labels: NDArray[np.int64]
) -> NDArray[np.float64]:
    """The slopes for one vector per example."""
    middle = vectors.mean(axis=0)
    level = np.full((len(vectors), 1), _LEVEL)
    rows = np.hstack([vectors - middle, level]).astype(np.float64)
    found = slopes(rows, labels, int(labels.max()) + 1, freedom=_FREEDOM)
    found[-1] = _LEVEL * found[-1] - middle @ found[:-1]
    return found

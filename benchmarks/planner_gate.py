"""Where the built-in planner acts and where it asks, for every pair of thresholds.

`python -m benchmarks.planner_gate`, about two minutes. Thresholds are chosen on
development.yaml, with the second thoughts; the examples are judged in five folds, each
by layers fitted to the other four, which is harder: examples avoid each other's words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import yaml

from marketing_agent.agent.planner.gram_layer import GramLayer
from marketing_agent.agent.planner.matcher import OF_VECTORS, Matcher, masked
from marketing_agent.agent.planner.second_thoughts import second_thoughts
from marketing_agent.agent.planner.training import all_examples
from marketing_agent.agent.planner.vector_layer import VectorLayer, fitted
from marketing_agent.core.ngrams import words
from marketing_agent.services.sentence_vectors import sentence_vectors
from marketing_agent.toolbox.pages import Effect, tool_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from marketing_agent.services.sentence_vectors import SentenceVectors

DEVELOPMENT: Final = Path(__file__).parents[1] / "tests/agent/planner/development.yaml"
_MARGINS: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
_WRITE_MARGINS: Final = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
_BEYOND_ANY_MARGIN: Final = 1e6
_FOLDS: Final = 5


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A sentence and what was made of it, before the thresholds."""

    right: bool
    is_write: bool
    is_open: bool
    """Whether only the margin is left to decide."""
    offered: bool
    """Whether the meaning is among the best three."""
    margin: float


def judged(vectors: SentenceVectors | None) -> list[Judged]:
    """The development sentences that are no examples."""
    matcher = Matcher(all_examples(), vectors)
    known = {tuple(words(each)) for each in matcher.examples}
    writes = {n for n, page in tool_pages().items() if page.effect is Effect.WRITE}
    rows = yaml.safe_load(DEVELOPMENT.read_text(encoding="utf-8"))
    return [
        _judged(matcher, writes, *row)
        for row in rows
        if tuple(words(row[1])) not in known
    ]


def _judged(matcher: Matcher, writes: set[str], meaning: str, said: str) -> Judged:
    found = matcher.verdict(said)
    # Scaled, the margin of writes inside the second thoughts holds nothing back.
    scaled = tuple(score * _BEYOND_ANY_MARGIN for score in found.scores)
    led = second_thoughts(replace(found, scores=scaled), said, writes)
    return Judged(
        right=led.best == meaning,
        is_write=led.best in writes,
        is_open=led.is_known and not led.is_doubted,
        offered=meaning in led.ranked[:3],
        margin=1.0 if len(led.ranked) == 1 else led.margin / _BEYOND_ANY_MARGIN,
    )


def table(rows: Sequence[Judged]) -> Iterator[str]:
    """One line per pair of thresholds."""
    yield "margin  of writes  acted    right  wrong writes  offered when asked"
    for least in _MARGINS:
        for of_writes in (each for each in _WRITE_MARGINS if each >= least):
            yield f"{least:6.2f}  {of_writes:9.2f}  {_line(rows, least, of_writes)}"


def _line(rows: Sequence[Judged], least: float, of_writes: float) -> str:
    acted: list[Judged] = []
    asked: list[Judged] = []
    for row in rows:
        goes = row.is_open and row.margin >= (of_writes if row.is_write else least)
        (acted if goes else asked).append(row)
    right = sum(row.right for row in acted)
    wrong_writes = sum(row.is_write and not row.right for row in acted)
    offered = sum(row.offered for row in asked)
    return (
        f"{len(acted) / len(rows):6.1%}  {right / max(1, len(acted)):6.1%}"
        f"  {wrong_writes:12}  {offered / max(1, len(asked)):6.1%}"
    )


def in_folds(
    examples: Mapping[str, Sequence[str]], vectors: SentenceVectors
) -> Iterator[str]:
    """How often each layer alone, and both, name the meaning of an unseen example."""
    plain = masked(examples)
    texts = list(chain.from_iterable(plain.values()))
    sizes = [len(some) for some in plain.values()]
    labels = np.repeat(np.arange(len(plain)), sizes)
    folds = np.concatenate([np.arange(size) % _FOLDS for size in sizes])
    rows = np.vstack([vectors.of_question(text) for text in texts])
    near, alike = np.zeros((2, len(texts), len(plain)))
    for fold in range(_FOLDS):
        rest, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        layer = VectorLayer(vectors, fitted(rows[rest], labels[rest]))
        of_grams = GramLayer([texts[i] for i in rest], labels[rest])
        near[held] = [layer.of_vector(rows[i]) for i in held]
        alike[held] = [of_grams.probabilities(texts[i]) for i in held]
    both = OF_VECTORS * near + (1 - OF_VECTORS) * alike
    yield "            right  surprise" + "".join(
        f"  acted, right {m}" for m in _MARGINS
    )
    for name, found in (("embeddings", near), ("n-grams", alike), ("both", both)):
        yield f"{name:10} {_of_folds(found, labels)}"


def _of_folds(found: NDArray[np.float64], labels: NDArray[np.int64]) -> str:
    """Surprise: mean negative logarithm of the probability of what is meant."""
    right = found.argmax(axis=1) == labels
    surprise = -np.log(found[np.arange(len(labels)), labels] + 1e-12).mean()
    best = np.sort(found, axis=1)
    acts = [best[:, -1] - best[:, -2] >= margin for margin in _MARGINS]
    gates = (f"  {acted.mean():7.1%}, {right[acted].mean():6.1%}" for acted in acts)
    return f"{right.mean():6.1%}  {surprise:8.3f}" + "".join(gates)


def main() -> None:
    """Print the tables."""
    vectors = sentence_vectors()
    for name, of_kind in (("embeddings and n-grams", vectors), ("n-grams", None)):
        print(f"\ndevelopment.yaml, {name}")
        print(*table(judged(of_kind)), sep="\n")
    if vectors is not None:
        print("\nexamples in five folds, without second thoughts")
        print(*in_folds(all_examples(), vectors), sep="\n")


if __name__ == "__main__":
    main()

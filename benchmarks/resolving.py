"""`resolve` over random histories: how many of them a second, on one core."""

from __future__ import annotations

import statistics
import time
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure, spread
from marketing_agent.core.resolve import resolve
from tests.core.histories import case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.core.facts import Fact

_CASES: Final = 2_000
_ROUNDS: Final = 7


def measure() -> list[Figure]:
    """Histories are made up before the clock starts, and are the same every time."""
    histories = [
        history
        for seed in range(_CASES)
        for history in (case(seed).merchant, case(seed).neighbour)
    ]
    facts = sum(map(len, histories))
    rates = [len(histories) / _seconds(histories) for _ in range(_ROUNDS)]
    return [
        Figure(
            what=f"`resolve`, {facts / len(histories):.0f} facts a history",
            value=statistics.median(rates),
            unit="per second",
            how=f"{len(histories):,} histories; {spread(rates, 'per second')}",
        )
    ]


def _seconds(histories: Sequence[Sequence[Fact]]) -> float:
    started = time.perf_counter()
    for history in histories:
        resolve(history)
    return time.perf_counter() - started

"""A measured figure, and the few statistics that the benchmarks share."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. `how` says from how many runs, and how far they spread."""

    what: str
    value: float
    unit: str
    how: str

    @property
    def shown(self) -> str:
        """Value and unit as the table prints them."""
        return f"{rounded(self.value)} {self.unit}"


def rounded(value: float) -> str:
    """Two or three significant digits: no run is more exact than that."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2  # noqa: PLR2004
    return f"{value:,.{digits}f}"


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that this percentage of all values does not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def spread(values: Sequence[float], unit: str) -> str:
    """How far the runs behind a median lie apart."""
    lowest, highest = rounded(min(values)), rounded(max(values))
    return f"median of {len(values)}, {lowest} to {highest} {unit}"

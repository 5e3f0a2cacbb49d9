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
        """Value and unit with three significant digits, as the table prints them."""
        digits = 0 if self.value >= 100 else 1 if self.value >= 10 else 2  # noqa: PLR2004
        number = f"{self.value:,.{digits}f}"
        return number + (self.unit if self.unit == "x" else f" {self.unit}")


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that this percentage of all values does not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def spread(values: Sequence[float], unit: str) -> str:
    """How far the runs behind a median lie apart."""
    return f"median of {len(values)}, {min(values):.3g} to {max(values):.3g} {unit}"

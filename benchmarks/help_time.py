"""How long `marketing-agent --help` takes, from start to exit."""

from __future__ import annotations

import statistics
import subprocess
import time
from typing import Final

from benchmarks.figures import Figure, spread
from benchmarks.program import COMMAND

_RUNS: Final = 15


def measure() -> list[Figure]:
    """Once to warm the disk's cache, then counted."""
    _seconds()
    took = [_seconds() for _ in range(_RUNS)]
    return [
        Figure(
            what="`marketing-agent --help`",
            value=statistics.median(took),
            unit="s",
            how=spread(took, "s"),
        )
    ]


def _seconds() -> float:
    started = time.perf_counter()
    subprocess.run([COMMAND, "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started

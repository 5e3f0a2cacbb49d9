"""How long `marketing-agent --help` takes, from start to exit.

The clock on the wall counts, but a busy machine stretches it; processor time does not.
"""

from __future__ import annotations

import os
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
    runs = [_seconds() for _ in range(_RUNS)]
    wall, processor = ([run[place] for run in runs] for place in (0, 1))
    return [
        _figure("`marketing-agent --help`", wall),
        _figure("the same, processor time", processor),
    ]


def _seconds() -> tuple[float, float]:
    """On the wall, and of the processor."""
    started, before = time.perf_counter(), os.times()
    hidden = subprocess.DEVNULL
    subprocess.run([COMMAND, "--help"], check=True, stdout=hidden)  # noqa: S603 - our own command
    after = os.times()
    processor = after.children_user + after.children_system
    processor -= before.children_user + before.children_system
    return time.perf_counter() - started, processor


def _figure(what: str, took: list[float]) -> Figure:
    return Figure(
        what=what, value=statistics.median(took), unit="s", how=spread(took, "s")
    )

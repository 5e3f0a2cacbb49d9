"""From `marketing-agent demo` to everything being up, and from Ctrl-C to all gone."""

from __future__ import annotations

import signal
import statistics
import subprocess
import time
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure, spread
from benchmarks.program import COMMAND

if TYPE_CHECKING:
    from collections.abc import Iterable

_RUNS: Final = 5
_READY: Final = "Everything is up."


def measure() -> list[Figure]:
    """Each run makes a new database cluster, as a newcomer's first run does."""
    runs = [_start_and_stop() for _ in range(_RUNS)]
    ready, stopped = ([run[place] for run in runs] for place in (0, 1))
    return [
        _figure("`marketing-agent demo` until everything is up", ready),
        _figure("from Ctrl-C until nothing is left running", stopped),
    ]


def _start_and_stop() -> tuple[float, float]:
    started = time.perf_counter()
    pipe = subprocess.PIPE
    with subprocess.Popen([COMMAND, "demo"], stdout=pipe, text=True) as demo:  # noqa: S603 - our own command
        assert demo.stdout is not None
        _wait_for(_READY, demo.stdout)
        ready = time.perf_counter()
        demo.send_signal(signal.SIGINT)
        demo.stdout.read()
        demo.wait()
    return ready - started, time.perf_counter() - ready


def _wait_for(words: str, lines: Iterable[str]) -> None:
    for line in lines:
        if words in line:
            return
    raise AssertionError("the demo ended before it was ready")


def _figure(what: str, took: list[float]) -> Figure:
    return Figure(
        what=what, value=statistics.median(took), unit="s", how=spread(took, "s")
    )

"""Measure, print a table with the machine; `--json` prints one object instead.

`python -m benchmarks.run` measures everything, `python -m benchmarks.run help_time`
only that. Nothing leaves this machine, and every benchmark ends by itself.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from benchmarks import (
    demo_ready,
    follow_to_linked,
    help_time,
    pages,
    qr_codes,
    resolving,
    turns,
)
from benchmarks.logs import keep_quiet
from benchmarks.machine import this_machine

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.figures import Figure
    from benchmarks.machine import Machine

BENCHMARKS: Final[dict[str, Callable[[], list[Figure]]]] = {
    "follow_to_linked": follow_to_linked.measure,
    "resolving": resolving.measure,
    "pages": pages.measure,
    "turns": turns.measure,
    "qr_codes": qr_codes.measure,
    "demo_ready": demo_ready.measure,
    "help_time": help_time.measure,
}


def main(arguments: list[str] | None = None) -> None:
    """Run the named benchmarks, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.names) - BENCHMARKS.keys():
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    keep_quiet()
    # SIGTERM ends a run like Ctrl-C: servers are stopped, nothing is left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    machine = this_machine()
    figures = [
        figure
        for name in asked.names or BENCHMARKS
        for figure in _announced(name, BENCHMARKS[name])
    ]
    print(_object(machine, figures) if asked.json else _table(machine, figures))


def _announced(name: str, measure: Callable[[], list[Figure]]) -> list[Figure]:
    sys.stderr.write(f"{name} ...\n")
    return measure()


def _object(machine: Machine, figures: list[Figure]) -> str:
    return json.dumps(
        {"machine": asdict(machine), "figures": [asdict(each) for each in figures]},
        indent=2,
    )


def _table(machine: Machine, figures: list[Figure]) -> str:
    rows = [(each.what, each.shown, each.how) for each in figures]
    lines = [f"| {' | '.join(row)} |" for row in (("What", "Figure", "How"), *rows)]
    lines.insert(1, "|---|---:|---|")
    return "\n".join([f"{machine}", "", *lines])


if __name__ == "__main__":
    main()

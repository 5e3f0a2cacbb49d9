"""Random histories through `resolve`, on as many processes as asked."""

from __future__ import annotations

import sys
import time
import traceback
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

from marketing_agent.core.resolve import resolve
from tests.core.histories import case
from tests.core.invariants import check_case, check_history

if TYPE_CHECKING:
    from marketing_agent.core.facts import Fact

SLICE: Final = 500
"""Histories between two signs of life."""
SHOWN: Final = 10
"""Seeds named at most; one is enough to start with."""


@dataclass(frozen=True, slots=True)
class Checked:
    """One slice: how much was checked, and what did not hold."""

    facts: int
    violations: tuple[tuple[int, str], ...]


def run(first: int, count: int, processes: int) -> int:
    """Check `count` cases of two merchants each; 1 when any does not hold."""
    started = time.perf_counter()
    slices = [
        (start, min(SLICE, first + count - start))
        for start in range(first, first + count, SLICE)
    ]
    done = facts = 0
    violations: list[tuple[int, str]] = []
    with get_context("spawn").Pool(processes) as pool:
        for number, checked in enumerate(pool.imap_unordered(check_slice, slices), 1):
            done = min(number * SLICE, count)
            facts += checked.facts
            violations += checked.violations
            rate = done / (time.perf_counter() - started)
            sys.stderr.write(f"\r{done:>9,} of {count:,} histories, {rate:,.0f}/s ")
    sys.stderr.write("\n")
    for seed, said in sorted(violations)[:SHOWN]:
        print(f"seed {seed}: {said}")
    seconds = time.perf_counter() - started
    print(
        f"{count:,} histories of two merchants, {facts:,} facts, {seconds:.1f} s: "
        f"{len(violations)} violations"
    )
    return 1 if violations else 0


def check_slice(cases: tuple[int, int]) -> Checked:
    """Check the cases from this seed on, this many."""
    start, length = cases
    facts = 0
    violations = []
    for seed in range(start, start + length):
        told = case(seed)
        facts += len(told.merchant) + len(told.neighbour)
        try:
            check_case(told)
        except Exception as broken:  # noqa: BLE001 - a crash is a violation too
            violations.append((seed, f"{type(broken).__name__}: {broken}"))
    return Checked(facts=facts, violations=tuple(violations))


def replay(seed: int) -> int:
    """Tell one case fact by fact, with what follows from it, and check it."""
    told = case(seed)
    status = 0
    for name, history in (
        ("merchant", told.merchant),
        ("neighbour", told.neighbour),
    ):
        print(f"== {name}, seed {seed}")
        _tell(history)
        try:
            check_history(history, resolve(history), seed)
        except Exception:  # noqa: BLE001 - shown, and the status says so
            traceback.print_exc(file=sys.stdout)
            status = 1
    print("violated" if status else "everything holds")
    return status


def _tell(history: list[Fact]) -> None:
    known = 0
    for length, fact in enumerate(history, 1):
        result = resolve(history[:length])
        print(f"{length:>3} {fact}")
        for change in result.changes[known:]:
            link = change.link
            print(f"      -> {change.kind.value} {link.line_user} {link.profile}")
        known = len(result.changes)
    for outcome in resolve(history).outcomes.values():
        print(f"    {outcome.claim}: {outcome.code.value}, row {outcome.row}")

"""The table of 48 rows: complete, true to the code, and each with an example."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from marketing_agent.core.attempts import REFUSED_AT_THE_DOOR, STOPPED
from marketing_agent.core.labels import LabelCode
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.core.reasons import NEXT_STEPS, REASONS
from marketing_agent.core.resolve import resolve
from tests.core.decision_rows import ROWS, Place, rendered
from tests.core.histories import case

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reference" / "decision-table.md"
AT_THE_API = {1: TESTS / "api"}
"""Rows whose example lives in a room above core; required once that room has tests."""


@cache
def _examples() -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = getattr(node, "name", "")
            numbered = re.fullmatch(r"test_row_(\d\d)_[a-z0-9_]+", str(name))
            if numbered and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[int(numbered[1])].append(f"{path.name}::{name}")
    return found


def test_the_table_has_48_rows_without_a_gap() -> None:
    """No row is missing and none was invented."""
    assert list(ROWS) == list(range(1, 49))


@pytest.mark.parametrize("number", ROWS)
def test_every_row_has_its_example(number: int) -> None:
    """Each number has at least one test, and no two share a name."""
    room = AT_THE_API.get(number)
    if room is not None and not list(room.glob("test_*webhook*.py")):
        pytest.skip(f"row {number} is decided at the webhook, which has no tests yet")
    examples = _examples()[number]
    assert examples, f"row {number} has no test_row_{number:02}_..."
    assert len(set(examples)) == len(examples)


def test_no_example_is_numbered_beyond_the_table() -> None:
    """An example with an unknown number is a slip of the pen."""
    assert set(_examples()) <= set(ROWS)


def test_the_page_for_readers_is_the_table() -> None:
    """Print it anew with `python -m tests.core.decision_rows` when this fails."""
    assert PAGE.read_text(encoding="utf-8") == rendered()


def test_every_sentence_belongs_to_a_row() -> None:
    """No sentence is orphaned, and every detailed one has a general one beside it."""
    for number, detail in (*REASONS, *NEXT_STEPS):
        assert number in ROWS
        assert (number, "") in REASONS, f"({number}, {detail!r}) stands alone"


def test_every_verdict_of_the_table_is_one_that_the_code_gives() -> None:
    """The words in the table are the codes that a program reads."""
    known = {*OutcomeCode, *LabelCode}
    own_words = {
        *("refused", "unchanged", "repaired", "candidate", "no claim: a counter"),
        *("as row 28", "as row 33"),
    }
    for row in ROWS.values():
        assert set(row.verdict.split(", ")) <= known | own_words, row


def test_the_code_decides_each_row_where_the_table_says() -> None:
    """Doors, labels and stops name the same rows as the table."""
    placed = {p: {n for n, row in ROWS.items() if row.place is p} for p in Place}
    assert set(REFUSED_AT_THE_DOOR) == placed[Place.DOOR] - {10}
    assert {code.row for code in LabelCode} == placed[Place.LABEL] | {25}
    assert {row for _, row in STOPPED.values()} <= placed[Place.DOOR] | placed[
        Place.LIFE
    ]


def test_random_histories_end_in_the_rows_that_the_table_allows() -> None:
    """Whatever happens, an outcome's code is among its row's verdicts."""
    reached = set()
    for seed in range(1500):
        for outcome in resolve(case(seed).merchant).outcomes.values():
            reached.add(outcome.row)
            words = ROWS[outcome.row].verdict.split(", ")
            assert outcome.code.value in words, outcome
    decided = {n for n, row in ROWS.items() if row.place in {Place.PAIR, Place.LIFE}}
    assert decided - reached <= {30, 32, 34}

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.sandbox.klaviyo.filters import parse
from marketing_agent.sandbox.klaviyo.profile_operations import PROFILE_FILTERS
from marketing_agent.sandbox.klaviyo.refusals import Invalid

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


def read(text: str) -> list[tuple[str, str, object]]:
    """Read a filter as profiles allow it."""
    conditions = parse(text, PROFILE_FILTERS, NOW)
    return [(c.field, c.operator, c.operand) for c in conditions]


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        ('equals(email,"A@mail.test")', [("email", "equals", "a@mail.test")]),
        ("equals(id,'01ABC')", [("id", "equals", "01ABC")]),
        ('any(id,["a","b c"])', [("id", "any", ("a", "b c"))]),
        (
            'and(equals(id,"a"),equals(external_id,"b"))',
            [("id", "equals", "a"), ("external_id", "equals", "b")],
        ),
        (
            'equals(id,"a"), equals(external_id, "b")',
            [("id", "equals", "a"), ("external_id", "equals", "b")],
        ),
        (
            "greater-than(updated,2026-01-01T00:00:00Z)",
            [("updated", "greater-than", datetime(2026, 1, 1, tzinfo=UTC))],
        ),
        ('equals(external_id,"a,(b)]")', [("external_id", "equals", "a,(b)]")]),
    ],
)
def test_the_documented_grammar_is_read(
    text: str, conditions: list[tuple[str, str, object]]
) -> None:
    """Strings, lists, instants, and both ways to join conditions are understood."""
    assert conditions == read(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('contains(email,"a")', "not a filterable operator"),
        ('equals(first_name,"a")', "not a filterable field"),
        ('equals(properties.line,"a")', "not a filterable field"),
        ('greater-than(email,"a")', "not a filterable operator"),
        ("equals(email,a@mail.test)", "quotes"),
        ("equals(email,5)", "wrong type"),
        ('greater-than(updated,"2026-01-01T00:00:00Z")', "wrong type"),
        ("greater-than(updated,2026-01-01T00:00:00)", "offset"),
        ("greater-than(updated,2026-11-02T09:30:01Z)", "future"),
        ('any(email,"a@mail.test")', "number of values"),
        ('equals(email,["a@mail.test"])', "number of values"),
        ("equals(email)", "needs a value"),
        ("any(email,[])", "value is missing"),
        ('equals(email,"a@mail.test"', "cannot be read"),
        ('equals(email,"a@mail.test")x', "unexpected text"),
        ('or(equals(id,"a"),equals(id,"b"))', "expected"),
        ("hello", "cannot be read"),
    ],
)
def test_everything_else_is_refused_with_a_reason(text: str, why: str) -> None:
    """A filter that Klaviyo does not allow is a 400 on the parameter, saying why."""
    with pytest.raises(Invalid, match=why) as refused:
        read(text)

    assert refused.value.source == {"parameter": "filter"}


@given(st.text())
def test_no_text_can_break_the_parser(text: str) -> None:
    """Whatever arrives is either read or refused, never an accident."""
    with contextlib.suppress(Invalid):
        read(text)


@given(st.text())
def test_quoted_text_survives(text: str) -> None:
    """Any text that is escaped as JSON has it arrives as it was."""
    condition = f"equals(external_id,{json.dumps(text, ensure_ascii=False)})"

    assert read(condition) == [("external_id", "equals", text)]

"""The registry of checks: complete, ordered, and each finding says what to do."""

from __future__ import annotations

import pkgutil

import pytest

from marketing_agent.core.diagnosis import checks
from marketing_agent.core.diagnosis.findings import (
    Finding,
    FindingState,
    at_address,
    named,
    worst_first,
)
from marketing_agent.core.diagnosis.symptoms import CHECKS, Symptom, findings_of
from tests.core.diagnosis.given import given, shop


def test_every_check_explains_some_symptom() -> None:
    """A check in no list would never speak."""
    files = {each.name for each in pkgutil.iter_modules(checks.__path__)}
    listed = {check.__module__ for each in CHECKS.values() for check in each}
    assert {name.rpartition(".")[2] for name in listed} == files


@pytest.mark.parametrize("symptom", Symptom)
def test_every_symptom_has_its_checks(symptom: Symptom) -> None:
    """Each once, and a paused integration is told whatever was asked."""
    assert len(set(CHECKS[symptom])) == len(CHECKS[symptom])
    found = findings_of(symptom, given(shop=shop(integration_on=False)))
    assert "integration" in {each.check for each in found}


def test_the_worst_comes_first() -> None:
    """Problems, doubts, the unknown, the well; otherwise as they came."""
    order = ["ok", "doubt", "problem", "unknown", "problem"]
    findings = [
        Finding(check=str(place), state=FindingState(name), says="")
        for place, name in enumerate(order)
    ]
    assert "".join(each.check for each in worst_first(findings)) == "24130"


def test_foreign_text_is_shown_in_one_short_line() -> None:
    """Nobody's address, no line breaks, no end without end."""
    name = named("form", "Call\n+81 90 1234 5678 " + "now " * 1000)
    assert "\n" not in name.value
    assert "1234" not in name.value
    assert len(name.value) <= 60
    assert len(at_address("at", "https://shop.test/" + "x" * 1000).value) == 200

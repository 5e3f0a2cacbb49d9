"""What sentences mean, on sentences that no page has as an example."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from marketing_agent.core.ngrams import words
from marketing_agent.services.sentence_vectors import sentence_vectors
from tests.agent.planner.playing import EVERYTHING, READS, Play, planner

HERE = Path(__file__).parent
BLIND_SHA256 = "8050599d11edde13dc3c68388251f4b42142d42103175501e2e002bb29c4211e"
METHODS_SHA256 = "e80d79c019895170dd7e1c4e68be0a042c9cb11b652de782d95d87316695edb5"
WRITES = set(EVERYTHING) - set(READS)
BOTH = sentence_vectors() is not None
"""Whether this machine has the layer over sentence vectors."""


@dataclass(frozen=True)
class Score:
    """How a set was understood."""

    all: int
    acted: int
    right: int
    wrong_writes: int
    """Of those acted on; a card would still have come before the change."""
    offered: int
    """Of the others: how often "did you mean" had the meaning among its three."""


def sentences(name: str) -> list[tuple[str, str]]:
    """The sentences of a set with their meaning."""
    rows = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return [(meaning, sentence) for meaning, sentence in rows]


def score(name: str) -> Score:
    """How the sentences of a set are understood that are no examples by now."""
    known = {tuple(words(each)) for each in planner().planner.matcher.examples}
    rows = [row for row in sentences(name) if tuple(words(row[1])) not in known]
    verdicts = [(meaning, planner().planner.verdict(said)[0]) for meaning, said in rows]
    acted = [(meaning, each.best) for meaning, each in verdicts if each.is_clear]
    asked = [(meaning, each) for meaning, each in verdicts if not each.is_clear]
    return Score(
        all=len(rows),
        acted=len(acted),
        right=sum(meaning == best for meaning, best in acted),
        wrong_writes=sum(best in WRITES and best != meaning for meaning, best in acted),
        offered=sum(meaning in each.ranked[:3] for meaning, each in asked),
    )


def test_what_it_acts_on_it_understands(record_property: pytest.RecordProperty) -> None:
    """Of what is acted on nearly all is understood, and every write.

    Without sentence vectors it is 95 % of three quarters.
    """
    result = score("development.yaml")
    record_property("development", str(result))
    assert result.all >= 300
    assert result.right >= (0.97 if BOTH else 0.93) * result.acted
    assert result.acted >= (0.75 if BOTH else 0.7) * result.all
    assert result.wrong_writes <= (0 if BOTH else 0.02 * result.acted)


def test_sentences_it_was_not_tuned_on(record_property: pytest.RecordProperty) -> None:
    """The blind set, unchanged since before the tuning, is understood as well."""
    text = (HERE / "blind.yaml").read_bytes()
    assert hashlib.sha256(text).hexdigest() == BLIND_SHA256
    result = score("blind.yaml")
    record_property("blind", str(result))
    assert result.all >= 50
    assert result.right >= (0.97 if BOTH else 0.93) * result.acted


def test_sentences_about_all_methods(record_property: pytest.RecordProperty) -> None:
    """Of the second blind set most of what is acted on is right, the rest is asked.

    Measured with sentence vectors: 104 of 130 acted on, 102 of them right, no write
    wrong; of the other 26 "did you mean" offered the right one for 25. By n-grams
    alone: 86 acted on, 80 of them right, 2 writes wrong.
    """
    text = (HERE / "blind_methods.yaml").read_bytes()
    assert hashlib.sha256(text).hexdigest() == METHODS_SHA256
    result = score("blind_methods.yaml")
    record_property("blind_methods", str(result))
    assert result.all >= 130
    assert result.right >= (0.95 if BOTH else 0.85) * result.acted
    assert result.wrong_writes <= (0 if BOTH else 0.1 * result.acted)
    assert result.offered >= 0.75 * (result.all - result.acted)


@pytest.mark.parametrize(
    "name", ["development.yaml", "blind.yaml", "blind_methods.yaml"]
)
def test_nothing_out_of_scope_becomes_a_card(name: str) -> None:
    """No sentence about something else makes the planner propose a write."""
    outside = [said for meaning, said in sentences(name) if meaning == "out_of_scope"]
    for said in outside:
        play = Play()
        play.say(said)
        assert not WRITES.intersection(play.called), said


def test_the_same_examples_give_the_same_verdicts() -> None:
    """Fitting is deterministic and needs no random start."""
    first = planner().planner.matcher
    again = type(first)(first.by_meaning, sentence_vectors())
    for _, said in sentences("development.yaml"):
        assert again.verdict(said) == first.verdict(said)


def test_values_in_a_sentence_do_not_change_its_meaning() -> None:
    """A name in quotes that reads like a request is hidden from the matcher."""
    matcher = planner().planner.matcher
    plain = matcher.verdict("Create a custom QR code called")
    trap = matcher.verdict('Create a custom QR code called "Delete all customers"')
    assert trap == plain


def test_gibberish_is_not_acted_on() -> None:
    """A sentence of unknown characters is never clear, whatever its margin."""
    for said in ("", "123", "xyzzy plugh", "!!!", "ъъъ", "\u200b"):
        assert not planner().planner.matcher.verdict(said).is_clear

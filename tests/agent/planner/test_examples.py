"""The examples that the planner's matcher learns from: enough, distinct, in four."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
import yaml

from marketing_agent.agent.planner.marks import for_matching
from marketing_agent.core.ngrams import words as words_of
from marketing_agent.services.product_text import front_matter, markdown_pages, words

LEAST: Final = {"en": 18, "ja": 14, "zh-Hant": 14, "th": 14}
LEAST_OF_ANYTHING_ELSE: Final = 40
LEAST_OF_SETUP: Final = 25
DEVELOPMENT: Final = Path(__file__).parent / "development.yaml"


def examples() -> dict[str, dict[str, list[str]]]:
    """The example sentences of every page by meaning and language."""
    sources = (words("tools"), words("prompts").joinpath("planner"))
    pages = [page for source in sources for page in markdown_pages(source)]
    matters = [front_matter(page.read_text(encoding="utf-8")) for page in pages]
    read = [yaml.safe_load(parts[0]) for parts in matters if parts is not None]
    return {matter["name"]: matter["examples"] for matter in read}


def seen(sentence: str) -> tuple[str, ...]:
    """The sentence as the matcher compares it: words, values left out."""
    return tuple(words_of(for_matching(sentence)))


@pytest.mark.parametrize("language", LEAST)
def test_every_meaning_has_enough_examples(language: str) -> None:
    """No meaning is left thin in any language, and what is open has more."""
    more = {"out_of_scope": LEAST_OF_ANYTHING_ELSE, "setup": LEAST_OF_SETUP}
    for meaning, by_language in examples().items():
        least = more.get(meaning, LEAST[language])
        assert len(set(by_language.get(language, []))) >= least, meaning


def test_no_sentence_stands_for_two_meanings() -> None:
    """A sentence that stands under two meanings would teach neither."""
    meanings: dict[tuple[str, ...], str] = {}
    for meaning, by_language in examples().items():
        for sentence in (each for some in by_language.values() for each in some):
            assert seen(sentence), sentence
            assert meanings.setdefault(seen(sentence), meaning) == meaning, sentence


def test_no_example_is_a_development_sentence() -> None:
    """What thresholds are chosen on was not learned by heart."""
    learned = {
        seen(sentence)
        for by_language in examples().values()
        for some in by_language.values()
        for sentence in some
    }
    rows = yaml.safe_load(DEVELOPMENT.read_text(encoding="utf-8"))
    assert not [said for _, said in rows if seen(said) in learned]

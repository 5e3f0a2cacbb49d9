"""The help text finds the right section, or says that it has none.

Measured on `help_questions/`, by language: with the questions that the ranking was made
with, and with those that nobody looked at while making it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.services.help_index import HelpIndex
from marketing_agent.services.help_language import HelpLanguage
from marketing_agent.services.help_pages import (
    BrokenHelp,
    help_folder,
    help_languages,
    sections_of,
)
from marketing_agent.services.help_text import HelpText, help_text
from marketing_agent.services.sentence_vectors import sentence_vectors

WRITTEN: Final = help_languages(help_folder())
BY_LETTERS: Final = HelpText({each: HelpIndex(own) for each, own in WRITTEN.items()})
_FOLDER: Final = Path(__file__).parent / "help_questions"
QUESTIONS: Final[dict[HelpLanguage, Any]] = {
    each: yaml.safe_load((_FOLDER / f"{each}.yaml").read_text(encoding="utf-8"))
    for each in WRITTEN
}
HALVES: Final = ("development", "blind")
needs_vectors: Final = pytest.mark.skipif(
    sentence_vectors() is None, reason="no sentence vectors on this machine"
)


def _ids(question: str, language: HelpLanguage | None = None) -> list[str]:
    return [each.id for each in help_text().answers(question, language)]


def _share(found: list[bool]) -> float:
    return sum(found) / len(found)


def _shares(
    helps: HelpText, language: HelpLanguage, half: str
) -> tuple[float, float, float]:
    """The right section first, the right one among three, and strangers refused."""
    questions = QUESTIONS[language][half]
    covered = [
        ([each.id for each in helps.answers(asked, language)], wanted)
        for asked, *wanted in questions["covered"]
    ]
    strangers = questions["out_of_scope"]
    return (
        _share([bool(ids) and ids[0] in wanted for ids, wanted in covered]),
        _share([not set(ids).isdisjoint(wanted) for ids, wanted in covered]),
        _share([not helps.answers(each, language) for each in strangers]),
    )


@needs_vectors
@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("language", WRITTEN)
def test_questions_find_their_section(language: HelpLanguage, half: str) -> None:
    """In each language most come first, nearly all within three; strangers get none."""
    first, within_three, refused = _shares(help_text(), language, half)

    assert first >= 0.80
    assert within_three >= 0.90
    assert refused >= 0.85


@needs_vectors
@pytest.mark.parametrize(
    "question",
    [
        "How often are existing LINE User IDs imported from Klaviyo?",
        "At what interval does the import read LINE User IDs?",
        "LINE User IDのインポートはどのくらいの間隔で行われますか",
        "匯入 LINE User ID 是多久執行一次",
        "นำเข้า LINE User ID บ่อยแค่ไหน",
    ],
)
def test_how_often_the_import_runs_is_answered(question: str) -> None:
    """The section that is quoted first has the minutes in it."""
    answer = help_text().answers(question)[0]

    assert answer.id.startswith("existing-customers#")
    assert "15" in answer.text


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("language", WRITTEN)
def test_letters_alone_find_most(language: HelpLanguage, half: str) -> None:
    """Where sentence vectors cannot be used, fewer are found, few of them wrong."""
    first, within_three, refused = _shares(BY_LETTERS, language, half)

    assert first >= 0.55
    assert within_three >= 0.65
    assert refused >= 0.65


def test_every_expected_section_exists() -> None:
    """No question waits for a section that was renamed or taken out."""
    for language, questions in QUESTIONS.items():
        known = {each.id for each in WRITTEN[language]}
        for half in HALVES:
            for _, *wanted in questions[half]["covered"]:
                assert set(wanted) <= known


def test_the_halves_share_no_question() -> None:
    """What the ranking was made with says nothing about how well it is."""
    for questions in QUESTIONS.values():
        seen, unseen = (
            {asked for asked, *_ in questions[half]["covered"]}
            | set(questions[half]["out_of_scope"])
            for half in HALVES
        )
        assert seen.isdisjoint(unseen)


@pytest.mark.parametrize("language", WRITTEN)
def test_a_heading_finds_its_own_section(language: HelpLanguage) -> None:
    """Whoever asks in the words of the heading gets that section first."""
    for section in WRITTEN[language]:
        assert _ids(section.heading, language)[0] == section.id


@pytest.mark.parametrize("language", WRITTEN)
def test_an_answer_is_in_the_merchants_language(language: HelpLanguage) -> None:
    """A name in Latin letters is looked up in English and told in their language."""
    found = help_text().answers("double opt-in", language)

    assert found[0].id == "form-linkage#timing-with-a-klaviyo-flow"
    assert set(found) <= set(WRITTEN[language])


def test_chinese_characters_are_read_as_the_merchant_writes() -> None:
    """A Japanese merchant who writes no kana is answered in Japanese."""
    found = help_text().answers("連携状況確認", HelpLanguage.JAPANESE)

    assert set(found) <= set(WRITTEN[HelpLanguage.JAPANESE])
    assert found


@pytest.mark.parametrize("question", ["", "?!", "🙂", "\ud800", "the of it", "。"])
@pytest.mark.parametrize("language", [None, *WRITTEN])
def test_what_asks_nothing_finds_nothing(
    question: str, language: HelpLanguage | None
) -> None:
    """No words, or only small words: not covered, and no failure."""
    assert _ids(question, language) == []


@given(
    question=st.text(st.characters(categories=None), max_size=80),
    language=st.sampled_from(sorted(WRITTEN)),
)
def test_no_question_makes_it_fail(question: str, language: HelpLanguage) -> None:
    """Any text gives at most three sections, best first, with scores from 0 to 1."""
    scores = [score for score, _ in help_text().ranked(question, language)]

    assert len(_ids(question, language)) <= 3
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_page_without_a_title_is_named(tmp_path: Path) -> None:
    """A slip in a page stops the reading and says where."""
    (tmp_path / "asked.yaml").write_text("{}\n")
    (tmp_path / "broken.md").write_text("---\ntitel: A\n---\n## B\n\nC\n")

    with pytest.raises(BrokenHelp, match=r"broken\.md"):
        sections_of(tmp_path)


def _language(folder: Path, *headings: str) -> None:
    folder.mkdir()
    (folder / "asked.yaml").write_text("{}\n")
    sections = "".join(f"## {each}\n\nText.\n\n" for each in headings)
    (folder / "page.md").write_text(f"---\ntitle: A\n---\n{sections}")


def test_a_language_that_lacks_a_section_is_refused(tmp_path: Path) -> None:
    """The program does not start, and says which page of which language it is."""
    _language(tmp_path / "en", "One", "Two")
    _language(tmp_path / "ja", '一 <a id="one"></a>')

    with pytest.raises(BrokenHelp, match=r"ja/page\.md.* two "):
        help_languages(tmp_path)


def test_a_language_that_is_not_written_is_answered_in_english(tmp_path: Path) -> None:
    """A folder without `asked.yaml` does no harm, and its merchants get English."""
    _language(tmp_path / "en", "One")
    _language(tmp_path / "th", '๑ <a id="one"></a>')
    (tmp_path / "th" / "asked.yaml").unlink()

    written = help_languages(tmp_path)
    helps = HelpText({each: HelpIndex(own) for each, own in written.items()})

    assert list(written) == [HelpLanguage.ENGLISH]
    assert helps.topics_in(HelpLanguage.THAI) == ("A",)
    assert helps.sections_in(HelpLanguage.THAI) == (*written[HelpLanguage.ENGLISH],)

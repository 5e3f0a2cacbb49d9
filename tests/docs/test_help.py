"""The help text: complete, short, and in the merchant's words."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

import pytest
import yaml

from marketing_agent.core.attempts import CONFIRMATION_WINDOW
from marketing_agent.core.form_linkage import LINKING_KEY_HEADER, LONGEST_LABEL
from marketing_agent.core.friend_properties import LineProperty
from marketing_agent.core.imports import CYCLE, MOST_SHARED
from marketing_agent.core.match import SETTLING
from marketing_agent.services.contacts import MOST_ROWS
from marketing_agent.services.form_secrets import FORMER_SECRET_LIFE
from marketing_agent.services.help_language import HelpLanguage
from marketing_agent.services.help_pages import HelpSection, help_languages
from marketing_agent.services.help_text import help_text
from marketing_agent.services.imports.preview import SAMPLE_PAGES
from marketing_agent.services.profile_watch import BETWEEN_LOOKS, KEPT_WHEN_GONE
from marketing_agent.services.reviews import MANY_LINE_USERS
from marketing_agent.toolbox.catalogue import all_tools
from tests.docs.pages import ROOT, anchors


def _minutes(span: timedelta) -> int:
    return int(span / timedelta(minutes=1))


def _hours(span: timedelta) -> int:
    return int(span / timedelta(hours=1))


HELP: Final = ROOT / "docs" / "help"
WRITTEN: Final = help_languages(HELP)
SECTIONS: Final = WRITTEN[HelpLanguage.ENGLISH]
OTHERS: Final = [each for each in WRITTEN if each is not HelpLanguage.ENGLISH]
MOST_WORDS: Final = 160
MOST_CHARACTERS: Final = {
    HelpLanguage.JAPANESE: 450,
    HelpLanguage.TRADITIONAL_CHINESE: 360,
    HelpLanguage.THAI: 1_000,
}
IN_A_FILE: Final = {"phone_number", "line_user_id"}
"""What a merchant types: a merge variable, and a column of the CSV file."""
SCREEN_NAMES: Final = (
    "Link Type",
    "Klaviyo Linkage",
    "Form ID Linkage",
    "Target Form",
    "CTA Label",
    "Landing Page Embed Code",
    "Success Screen Button URL",
    "Go to URL",
    "Linking Settings After Form Submission",
    "Linking URL",
    "Submission Details",
    "Submitted Form",
    "Subscribed to List",
    "Import Existing LINE User IDs",
    "Source Segment",
    "LINE User ID Property",
    "Klaviyo Sync Info",
    "View in Klaviyo",
    "Klaviyo ID Linkage",
    LINKING_KEY_HEADER,
    *(each.value for each in LineProperty if not each.name.startswith("CONSENT_")),
)

_HALF: Final = SAMPLE_PAGES * 100
_IMPORT: Final = "existing-customers#"
_FORM: Final = "form-linkage#"
_WORDS: Final = {1: "an hour", 5: "five"}
NUMBERS: Final = (
    (f"{_FORM}what-you-will-set-up-for-a-form", f"up to {LONGEST_LABEL} characters"),
    (
        f"{_FORM}how-a-form-submission-is-matched",
        f"up to {_minutes(SETTLING)} minutes",
    ),
    (
        f"{_FORM}timing-with-a-klaviyo-flow",
        f"within {_hours(CONFIRMATION_WINDOW)} hours after the submission",
    ),
    (
        f"{_FORM}the-secret-header-of-the-flows-webhook",
        f"accepted for {_hours(FORMER_SECRET_LIFE)} hours more",
    ),
    (f"{_IMPORT}the-preview-before-an-import", f"Up to {2 * _HALF:,} profiles"),
    (f"{_IMPORT}the-preview-before-an-import", f"the {_HALF} who joined last"),
    (
        f"{_IMPORT}what-an-import-links-and-what-it-holds",
        f"more than {MOST_SHARED} profiles",
    ),
    (
        f"{_IMPORT}how-often-the-import-runs-and-how-to-stop-it",
        f"every {_minutes(CYCLE)} minutes",
    ),
    (f"{_IMPORT}enter-many-friends-with-a-csv-file", f"up to {MOST_ROWS:,} rows"),
    (
        "linkage-status#the-review-list-keep-or-replace",
        f"{_WORDS[MANY_LINE_USERS]} or more LINE users",
    ),
    (
        "troubleshooting#a-profile-was-merged-or-deleted-in-klaviyo",
        f"twice, {_WORDS[_hours(BETWEEN_LOOKS)]} apart",
    ),
    (
        "troubleshooting#a-profile-was-merged-or-deleted-in-klaviyo",
        f"After {KEPT_WHEN_GONE.days} days",
    ),
)


_SAID_IN_EVERY_LANGUAGE: Final = {
    f"{_IMPORT}import-existing-line-user-ids": dict.fromkeys(
        HelpLanguage, str(_minutes(CYCLE))
    ),
    f"{_IMPORT}how-often-the-import-runs-and-how-to-stop-it": dict.fromkeys(
        HelpLanguage, str(_minutes(CYCLE))
    ),
    "marketing-agent#approvals": {
        HelpLanguage.ENGLISH: "edit a value",
        HelpLanguage.JAPANESE: "値を編集",
        HelpLanguage.TRADITIONAL_CHINESE: "編輯內容",
        HelpLanguage.THAI: "แก้ไขค่า",
    },
}


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("section", _SAID_IN_EVERY_LANGUAGE)
def test_what_merchants_ask_for_is_said_in_every_language(
    section: str, language: HelpLanguage
) -> None:
    """How often the import runs, and that a card can be edited: none leaves it out."""
    (text,) = [each.text for each in WRITTEN[language] if each.id == section]
    assert _SAID_IN_EVERY_LANGUAGE[section][language] in text


def test_the_program_reads_these_pages() -> None:
    """What is checked here is what merchants get."""
    for language, sections in WRITTEN.items():
        assert list(help_text().sections_in(language)) == sections
        assert {each.id.split("#")[0] for each in sections} == {
            page.stem for page in (HELP / language).glob("*.md")
        }


@pytest.mark.parametrize("language", WRITTEN)
def test_every_section_has_an_id_of_its_own(language: HelpLanguage) -> None:
    """A citation leads to one section, also on the page as GitHub shows it."""
    sections = WRITTEN[language]
    assert len({each.id for each in sections}) == len(sections) >= 40
    for section in sections:
        page, _, fragment = section.id.partition("#")
        assert fragment in anchors(HELP / language / f"{page}.md")


@pytest.mark.parametrize("language", OTHERS)
def test_every_language_says_the_same_in_the_same_order(language: HelpLanguage) -> None:
    """What a merchant can learn does not depend on the language, nor where it is."""
    assert [each.id for each in WRITTEN[language]] == [each.id for each in SECTIONS]


def test_sections_are_short_and_titled() -> None:
    """Each can be read in a chat, and stands alone."""
    for section in SECTIONS:
        assert section.page_title
        assert 40 <= len(section.text.split()) <= MOST_WORDS, section.id


@pytest.mark.parametrize("language", OTHERS)
def test_translated_sections_are_as_short(language: HelpLanguage) -> None:
    """A translation neither drops half of a section nor explains what nobody asked."""
    for section in WRITTEN[language]:
        assert section.page_title
        assert 90 <= len(section.text) <= MOST_CHARACTERS[language], section.id


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_typed_is_the_same_in_every_language(language: HelpLanguage) -> None:
    """Commands, merge variables, headers and columns are not translated."""
    english = {each.id: each for each in SECTIONS}
    for section in WRITTEN[language]:
        assert _typed(section) == _typed(english[section.id]), section.id


def _typed(section: HelpSection) -> set[str]:
    return set(re.findall(r"`([^`]+)`", " ".join(section.text.split())))


@pytest.mark.parametrize("language", WRITTEN)
def test_what_people_ask_belongs_to_a_section(language: HelpLanguage) -> None:
    """No wording is left behind by a renamed heading, and none stands twice."""
    file = HELP / language / "asked.yaml"
    asked = yaml.safe_load(file.read_text(encoding="utf-8"))

    assert asked.keys() == {each.id for each in SECTIONS}
    wordings = [each.lower() for several in asked.values() for each in several]
    assert sorted(set(wordings)) == sorted(wordings)


def test_the_help_text_names_no_tool() -> None:
    """Merchants speak of what they want, never of a tool or its arguments."""
    tools = all_tools().tools
    inner = {name for name in tools if "_" in name} | {
        field
        for tool in tools.values()
        for field in tool.takes.model_fields
        if "_" in field
    }
    for section in [each for sections in WRITTEN.values() for each in sections]:
        words = set(re.findall(r"\w+", f"{section.heading} {section.text}"))
        assert not words & (inner - IN_A_FILE), section.id


@pytest.mark.parametrize("name", SCREEN_NAMES)
def test_settings_are_called_as_on_the_screens(name: str) -> None:
    """Whoever reads a name in Klaviyo's or our settings finds it in the help text."""
    assert any(name in each.text for each in SECTIONS)


@pytest.mark.parametrize(("section", "said"), NUMBERS)
def test_numbers_are_those_of_the_program(section: str, said: str) -> None:
    """A limit that is changed in the code is changed for the merchant, too."""
    (text,) = (each.text for each in SECTIONS if each.id == section)
    assert said in " ".join(text.split())


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("section", sorted({section for section, _ in NUMBERS}))
def test_numbers_are_the_same_in_every_language(
    language: HelpLanguage, section: str
) -> None:
    """A limit that is changed in English is changed everywhere."""
    (told,) = (each.text for each in WRITTEN[language] if each.id == section)
    for of, said in NUMBERS:
        if of == section:
            assert set(re.findall(r"\d[\d,]*", said)) <= set(
                re.findall(r"\d[\d,]*", told)
            )

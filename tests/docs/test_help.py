"""The help text: complete, short, and in the merchant's words."""

from __future__ import annotations

import re
from typing import Final

import yaml

from marketing_agent.services.help_pages import sections_of
from marketing_agent.services.help_text import help_text
from marketing_agent.toolbox.catalogue import all_tools
from tests.docs.pages import ROOT, anchors

HELP: Final = ROOT / "docs" / "help"
SECTIONS: Final = sections_of(HELP)
MOST_WORDS: Final = 160
_NOT_BUILT: Final = {"form-linkage", "existing-customers"}


def test_the_program_reads_these_pages() -> None:
    """What is checked here is what merchants get."""
    assert list(help_text().sections) == SECTIONS
    assert {each.id.split("#")[0] for each in SECTIONS} == {
        page.stem for page in HELP.glob("*.md")
    }


def test_every_section_has_an_id_of_its_own() -> None:
    """A citation leads to one section, also on the page as GitHub shows it."""
    assert len({each.id for each in SECTIONS}) == len(SECTIONS) >= 40
    for section in SECTIONS:
        page, _, fragment = section.id.partition("#")
        assert fragment in anchors(HELP / f"{page}.md")


def test_sections_are_short_and_titled() -> None:
    """Each can be read in a chat, and stands alone."""
    for section in SECTIONS:
        assert section.page_title
        assert 40 <= len(section.text.split()) <= MOST_WORDS, section.id


def test_what_people_ask_belongs_to_a_section() -> None:
    """No wording is left behind by a renamed heading, and none stands twice."""
    asked = yaml.safe_load((HELP / "asked.yaml").read_text(encoding="utf-8"))

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
    for section in SECTIONS:
        words = set(re.findall(r"\w+", f"{section.heading} {section.text}"))
        assert not words & (inner - {"phone_number"}), section.id


def test_what_is_not_built_yet_says_so() -> None:
    """Nobody is sent to a setting that does not exist."""
    for section in SECTIONS:
        if section.id.split("#")[0] in _NOT_BUILT:
            assert "not in this version yet" in section.text, section.id

"""The pages of the merchant's help text, read into sections, one folder per language.

A page has front matter (`title`) and `##` sections that stand alone. Beside the pages,
`asked.yaml` holds for each section how merchants ask for it in words of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import SetupMissing
from marketing_agent.services.help_language import HelpLanguage
from marketing_agent.services.product_text import (
    front_matter,
    markdown_pages,
    read_yaml,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

_ASKED: Final = "asked.yaml"
_SECTION: Final = re.compile(
    r'^## (.+?)(?: <a id="([a-z0-9-]+)"></a>)?\n', re.MULTILINE
)
_NO_ANCHOR: Final = re.compile(r"[^\w\- ]")


class BrokenHelp(SetupMissing):
    """The help page {page} cannot be used: {problem}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpSection:
    """One section, as a person reads it."""

    id: str
    """`page#anchor`, the same in every language."""
    page_title: str
    heading: str
    text: str
    """Markdown, word for word."""
    asked: tuple[str, ...] = ()
    """How people ask for it in words of their own; matched, never shown."""


def help_folder() -> Traversable:
    """`docs/help/` of the checkout, or what the wheel carries of it."""
    return words("help", checkout="docs/help")


def help_languages(folder: Traversable) -> dict[HelpLanguage, list[HelpSection]]:
    """The sections of every language that is written, English first.

    A language without `asked.yaml` is not written yet. Raises BrokenHelp, also where
    a language lacks a section that another has.
    """
    written = {
        language: sections_of(folder / language)
        for language in HelpLanguage
        if (folder / language / _ASKED).is_file()
    }
    ids = {language: {each.id for each in some} for language, some in written.items()}
    for language, own in ids.items():
        if lacking := set().union(*ids.values()) - own:
            page, _, missing = min(lacking).partition("#")
            problem = f"the section {missing} is missing"
            raise BrokenHelp(page=f"{language}/{page}.md", problem=problem)
    return written


def sections_of(folder: Traversable) -> list[HelpSection]:
    """The sections of all pages in a folder. Raises BrokenHelp."""
    asked = read_yaml((folder / _ASKED).read_text(encoding="utf-8"))
    return [
        section for page in markdown_pages(folder) for section in _read(page, asked)
    ]


def anchor(heading: str) -> str:
    """The heading as a fragment of a URL, as GitHub makes it."""
    return _NO_ANCHOR.sub("", heading).lower().replace(" ", "-")


def _read(page: Traversable, asked: Mapping[str, list[str]]) -> list[HelpSection]:
    parts = front_matter(page.read_text(encoding="utf-8"))
    matter = read_yaml(parts[0]) if parts else None
    if parts is None or not isinstance(matter, dict) or "title" not in matter:
        raise BrokenHelp(page=page.name, problem="it needs a title and sections")
    _, *pieces = _SECTION.split(parts[1])
    name, title = page.name.removesuffix(".md"), matter["title"]
    return [
        _section(f"{name}#{given or anchor(heading)}", title, heading, text, asked)
        for heading, given, text in zip(
            pieces[::3], pieces[1::3], pieces[2::3], strict=True
        )
    ]


def _section(
    section_id: str, title: str, heading: str, text: str, asked: Mapping[str, list[str]]
) -> HelpSection:
    return HelpSection(
        id=section_id,
        page_title=title,
        heading=heading,
        text=text.strip(),
        asked=tuple(asked.get(section_id, ())),
    )

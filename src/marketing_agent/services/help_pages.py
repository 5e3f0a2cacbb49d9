"""The pages of the merchant's help text, read into sections.

A page has front matter (`title`) and `##` sections that stand alone. Beside the pages,
`asked.yaml` holds for each section how merchants ask for it in words of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import SetupMissing
from marketing_agent.services.product_text import (
    front_matter,
    markdown_pages,
    read_yaml,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.resources.abc import Traversable

_ASKED: Final = "asked.yaml"
_SECTION: Final = re.compile(r"^## (.+)\n", re.MULTILINE)
_NO_ANCHOR: Final = re.compile(r"[^\w\- ]")


class BrokenHelp(SetupMissing):
    """The help page {page} cannot be used: {problem}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpSection:
    """One section, as a person reads it."""

    id: str
    """`page#anchor`; stays while page and heading keep their names."""
    page_title: str
    heading: str
    text: str
    """Markdown, word for word."""
    asked: tuple[str, ...] = ()
    """How people ask for it in words of their own; matched, never shown."""


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
    return [
        _section(page.name.removesuffix(".md"), matter["title"], heading, text, asked)
        for heading, text in zip(pieces[::2], pieces[1::2], strict=True)
    ]


def _section(
    page: str, title: str, heading: str, text: str, asked: Mapping[str, list[str]]
) -> HelpSection:
    section_id = f"{page}#{anchor(heading)}"
    return HelpSection(
        id=section_id,
        page_title=title,
        heading=heading,
        text=text.strip(),
        asked=tuple(asked.get(section_id, ())),
    )

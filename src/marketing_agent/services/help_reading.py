"""The help text to read through, page by page; read from the files once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from marketing_agent.core.errors import NotFound
from marketing_agent.services.help_pages import help_folder, help_languages

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.services.help_language import HelpLanguage
    from marketing_agent.services.help_pages import HelpSection


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpPage:
    """One page in one language."""

    id: str
    title: str
    sections: tuple[HelpSection, ...]


def pages(language: HelpLanguage) -> Mapping[str, HelpPage]:
    """The pages by their ids; a language that is not written has none."""
    return _all_pages().get(language, {})


def page(language: HelpLanguage, page_id: str) -> HelpPage:
    """One page. Raises NotFound."""
    found = pages(language).get(page_id)
    if found is None:
        raise NotFound(noun="help page", name=page_id[:60])
    return found


@cache
def _all_pages() -> Mapping[HelpLanguage, Mapping[str, HelpPage]]:
    written = help_languages(help_folder())
    return {language: _by_page(sections) for language, sections in written.items()}


def _by_page(sections: list[HelpSection]) -> dict[str, HelpPage]:
    held: dict[str, list[HelpSection]] = {}
    for each in sections:
        held.setdefault(each.id.partition("#")[0], []).append(each)
    return {
        name: HelpPage(id=name, title=some[0].page_title, sections=tuple(some))
        for name, some in held.items()
    }

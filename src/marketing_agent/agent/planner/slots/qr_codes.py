"""Which custom QR code is meant: its slug, or its name if only one has it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.marks import SLUG, quoted
from marketing_agent.agent.planner.slots import stated
from marketing_agent.agent.planner.slots.named import Named, candidates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.slots.heard import Heard

SHOWN_BY: Final = "show_qr_links"
_CONTENTS: Final = ("name", "link_type", "email_variable", "phone_variable")
_SLUG: Final = re.compile(r"[0-9A-Za-z]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known(Named):
    """A saved custom QR code by its contents; its id is its slug."""

    contents: Mapping[str, str]
    """What an update sends again: name, Link Type and merge variables, if set."""


def known(results: Mapping[str, Came]) -> list[Known] | None:
    """All saved custom QR codes by the last list; None if there is no full list."""
    came = results.get(SHOWN_BY)
    return None if came is None or came.arguments.get("slug") else _shown(results)


def _shown(results: Mapping[str, Came]) -> list[Known] | None:
    came = results.get(SHOWN_BY)
    listed: Any = came.data.get("qr_links") if came else None
    return list(filter(None, map(_known, listed))) if isinstance(listed, list) else None


def with_slug(slug: str, results: Mapping[str, Came]) -> Known | None:
    """The one with this slug, in the last list or as the one last looked at."""
    return next((each for each in _shown(results) or [] if each.id == slug), None)


def qr_code(heard: Heard) -> Mapping[str, str]:
    """The slug of the one custom QR code that the sentence names.

    Of a list that was too long to be kept, only a slug can be told.
    """
    saved = known(heard.results)
    if saved is None:
        slugs = set(SLUG.findall(heard.text))
        return {"slug": slugs.pop()} if len(slugs) == 1 else {}
    fitting = candidates(heard.text, saved)
    return {"slug": fitting[0].id} if len(fitting) == 1 else {}


def said_name(text: str) -> str | None:
    """What the sentence calls a custom QR code that exists, as written."""
    marked = quoted(text)
    alone = marked[0] if len(marked) == 1 and marked[0].isprintable() else None
    return stated.qr_code(text) or alone


def described(heard: Heard) -> Mapping[str, str]:
    """The slug; else, of a first sentence, the name of one that was not seen yet."""
    found = qr_code(heard)
    if found or heard.asked or known(heard.results) is not None:
        return found
    name = said_name(heard.text)
    return {"qr_name": name} if name else {}


def _known(card: object) -> Known | None:
    if not isinstance(card, dict):
        return None
    slug, name = card.get("slug"), card.get("name")
    if not isinstance(slug, str) or not isinstance(name, str):
        return None
    contents = {
        field: value
        for field in _CONTENTS
        if isinstance(value := card.get(field), str) and value
    }
    if not _SLUG.fullmatch(slug) or not name.strip():
        return None
    return Known(id=slug, name=name, contents=contents)

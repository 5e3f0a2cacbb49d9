"""The start tags and comments of an HTML page, in time that grows with its length.

Pages are strangers' text: the library's parser raises on some and takes minutes for
others. What a browser takes for text (scripts, styles, templates) is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAME: Final = re.compile(r"<([A-Za-z][^\s/>]*+)")
_BETWEEN: Final = re.compile(r"[\s/]*+")
_ATTRIBUTE: Final = re.compile(
    r"""([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)))?"""
)
_TEXT_ONLY: Final = frozenset(
    {
        *("iframe", "noembed", "noframes", "noscript", "script"),
        *("style", "template", "textarea", "title", "xmp"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StartTag:
    """A start tag; names in lower case, of repeated attributes the first."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment without its brackets."""

    text: str


Markup: TypeAlias = StartTag | Comment


def read_markup(html: str) -> Iterator[Markup]:
    """Read a page from its beginning; what breaks off at its end is left out."""
    place = 0
    while (place := html.find("<", place)) >= 0:
        if html.startswith("<!--", place):
            end = html.find("-->", place + 2)
            last = len(html) if end < 0 else end
            yield Comment(text=html[place + 4 : last])
            place = last + 3
        elif found := _NAME.match(html, place):
            name = found[1].lower()
            attributes, place = _attributes(html, found.end())
            if place > len(html):
                return
            yield StartTag(name=name, attributes=attributes)
            place = _after_text(html, name, place) if name in _TEXT_ONLY else place
        else:
            place += 1


def _attributes(html: str, place: int) -> tuple[dict[str, str], int]:
    """The attributes from here on, and where the tag has ended."""
    given: dict[str, str] = {}
    while True:
        place = _end_of(_BETWEEN, html, place)
        found = _ATTRIBUTE.match(html, place)
        if found is None:
            return given, place + 1
        value = found[2] or found[3] or found[4] or ""
        given.setdefault(found[1].lower(), unescape(value))
        place = found.end()


def _after_text(html: str, name: str, place: int) -> int:
    """Where the text of this element ends."""
    found = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, place)
    return len(html) if found is None else found.end()


def _end_of(pattern: re.Pattern[str], html: str, place: int) -> int:
    found = pattern.match(html, place)
    return place if found is None else found.end()

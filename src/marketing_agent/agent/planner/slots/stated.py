"""What a sentence calls a thing that may be in no list read yet, exactly as written."""

from __future__ import annotations

import re
from typing import Final

from marketing_agent.agent.planner.marks import LINE_USER_ID, URL, VARIABLE, quoted
from marketing_agent.agent.planner.slots.words import LANGUAGES, Announced, lines

_LONGEST: Final = 100
_MARKS: Final = (
    " \t\n\"'「」『』《》«»\uff02\u201c\u201d\u2018\u2019,、。:\uff0c\uff1a\0"
)
_LEADING_UNSPACED: Final = "|".join(lines(each)["leading"][0] for each in LANGUAGES[1:])
_GENERIC_UNSPACED: Final = "|".join(lines(each)["generic"][0] for each in LANGUAGES[1:])
_ONLY_GENERIC: Final = re.compile(
    rf"(?:{lines('en')['generic'][0]}(?:\s+|$|(?=\W))|(?:{_GENERIC_UNSPACED})\s*)+",
    re.IGNORECASE,
)
_LEADING: Final = re.compile(
    rf"{lines('en')['leading'][0]}\s+(?=\S)|(?i:{_LEADING_UNSPACED})\s*(?=\S)"
)
_POINTING: Final = re.compile(r"(?:這個|這張|這份|那個|那張|的|という|の|นี้|นั้น)$")
_FORM: Final = Announced("form_named")
_SEGMENT: Final = Announced("segment_named")
_PROPERTY: Final = Announced("property_named")
_CODE: Final = Announced("code_named")
_FRIEND: Final = Announced("friend_named")
_LABEL: Final = Announced("label_named")


def form(text: str) -> str | None:
    """The name of a Klaviyo form."""
    return _first(_FORM, text)


def segment(text: str) -> str | None:
    """The name of a segment."""
    return _first(_SEGMENT, text)


def property_name(text: str) -> str | None:
    """The name of a profile property: "LINE ID" too, though its words name none."""
    found = map(bare, _PROPERTY.parts_in(_without_identifiers(text)))
    source = segment(text)
    fitting = (e for e in found if e and e.isprintable() and e != source and e in text)
    return next(fitting, None)


def qr_code(text: str) -> str | None:
    """The name of a custom QR code that exists."""
    return _first(_CODE, text)


def friend(text: str) -> str | None:
    """The name of a friend or customer."""
    return _first(_FRIEND, text)


def label(text: str) -> str | None:
    """The words for the link button."""
    found = map(bare, _LABEL.parts_in(_without_identifiers(text)))
    linked = form(text)
    fitting = (e for e in found if e and e.isprintable() and e != linked and e in text)
    return next(fitting, None)


def bare(part: str) -> str:
    """A part of a sentence without marks around it."""
    return part.strip(_MARKS).rstrip(".!\uff01")


def _first(announced: Announced, text: str) -> str | None:
    plain = _without_identifiers(text)
    marked = quoted(plain)
    found = announced.parts_in(plain)
    names = (
        part if part in marked else _name(part) for part in found if part.isprintable()
    )
    return next(filter(None, names), None)


def _name(part: str) -> str | None:
    """The part if it is a name; words such as "this" or "new" name nothing."""
    name = _POINTING.sub("", bare(part)).strip()
    if _ONLY_GENERIC.fullmatch(name):
        return None
    while first := _LEADING.match(name):
        name = name[first.end() :].strip()
    is_name = any(map(str.isalnum, name)) and len(name) <= _LONGEST
    return name if is_name and not _ONLY_GENERIC.fullmatch(name) else None


def _without_identifiers(text: str) -> str:
    for values in (VARIABLE, URL, LINE_USER_ID):
        text = values.sub(", ", text)
    return text

"""What links, templates and spreadsheets do to a value, undone before it is read.

`opened` gives the text inside with the repairs made, or says why there is none. It is
total and bounded: any `str` is handled, and a huge one is refused unread.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

MOST_CHARACTERS = 1024
"""Longer raw text is refused unread: no signal is near it, and work stays bounded."""

PERCENT_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
"""Left in a text only when it was encoded too often or is not UTF-8."""


class Repair(StrEnum):
    """What was put right so that a value could be read (row 10)."""

    SPACE_FOR_PLUS = "space_for_plus"
    FULL_WIDTH = "full_width"
    COUNTRY_CODE = "country_code"
    INVISIBLE_CHARACTERS = "invisible_characters"
    WRAPPING = "wrapping"
    PERCENT_ENCODING = "percent_encoding"
    DECIMAL_POINT = "decimal_point"
    LETTER_CASE = "letter_case"


class Flaw(StrEnum):
    """Why a value could not be read."""

    UNRENDERED = "unrendered"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_AN_EMAIL = "not_an_email"
    NOT_A_PHONE = "not_a_phone"
    IMPERSONAL_PHONE = "impersonal_phone"
    NOT_A_LINE_USER_ID = "not_a_line_user_id"

    @property
    def row(self) -> int:
        """The row of the linkage table that the flaw stands for: 6, 7 or 8."""
        return {Flaw.UNRENDERED: 6, Flaw.EMPTY: 7}.get(self, 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """No value, and why."""

    why: Flaw

    @property
    def row(self) -> int:
        """The row of the linkage table: 6, 7 or 8."""
        return self.why.row


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """The text inside, spaces around it kept, and each repair once."""

    text: str
    repairs: tuple[Repair, ...]


def opened(raw: str) -> Opened | Unreadable:
    """Take off what was put around a value; refuse what holds none."""
    if len(raw) > MOST_CHARACTERS:
        return Unreadable(why=Flaw.TOO_LONG)
    inside = _without_layers(raw)
    bare = inside.text.strip()
    if not bare:
        return Unreadable(why=Flaw.EMPTY)
    if _TEMPLATE.search(bare) or bare.lower() in _NOTHING:
        return Unreadable(why=Flaw.UNRENDERED)
    return inside


def narrow(text: str) -> str:
    """Full-width and other compatibility forms as their plain letters (NFKC)."""
    return unicodedata.normalize("NFKC", text)


#: Braces and the other marks of merge languages: no signal that exists has them.
_TEMPLATE = re.compile(r"[{}]|\*\||\|\*|%%")
#: What empty variables turn into; `[object Object]` has lost its brackets by then.
_NOTHING = frozenset(
    ("none", "null", "nil", "undefined", "nan", "n/a", "true", "false", "object object")
)
_SCHEME = re.compile(r"(?i:mailto|tel):")
_PAIRS = frozenset(
    ("''", '""', "``", "“”", "\u2018\u2019", "„“", "«»", "「」", "<>", "()", "[]")
)
#: Shown as nothing, yet not in Unicode's category of format characters.
_BLANKS = frozenset("\u034f\u115f\u1160\u3164\uffa0").union(
    map(chr, range(0xFE00, 0xFE10))
)
#: A value that is still wrapped after this many rounds was made to be a nuisance.
_MOST_ROUNDS = 6


def _without_layers(raw: str) -> Opened:
    text, repairs = raw, dict[Repair, None]()
    for _ in range(_MOST_ROUNDS):
        before = text
        for repair, undo in _LAYERS.items():
            undone = undo(text)
            if undone != text:
                text, repairs[repair] = undone, None
        if text == before:
            break
    return Opened(text=text, repairs=tuple(repairs))


def _decoded(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text


def _visible(text: str) -> str:
    return "".join(
        c for c in text if unicodedata.category(c) != "Cf" and c not in _BLANKS
    )


def _unwrapped(text: str) -> str:
    bare = text.strip()
    if len(bare) > 1 and bare[0] + bare[-1] in _PAIRS:
        return bare[1:-1]
    if scheme := _SCHEME.match(bare):
        return bare[scheme.end() :]
    # A lone apostrophe is how spreadsheets mark a number as text.
    return bare[1:] if bare.startswith("'") and "@" not in bare else text


_LAYERS = {
    Repair.PERCENT_ENCODING: _decoded,
    Repair.INVISIBLE_CHARACTERS: _visible,
    Repair.FULL_WIDTH: narrow,
    Repair.WRAPPING: _unwrapped,
}

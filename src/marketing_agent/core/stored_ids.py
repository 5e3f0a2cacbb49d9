"""What stands in the property that a merchant keeps LINE User IDs in.

Another tool or a spreadsheet filled it, so any JSON value is possible.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from marketing_agent.core.raw_text import Flaw
from marketing_agent.core.signals import LineUserId, Readable, read_line_user_id

if TYPE_CHECKING:
    from collections.abc import Sequence


class Verdict(StrEnum):
    """How a profile counts; each is exactly one of these."""

    FRIEND = "friend"
    STRANGER = "stranger"
    """A valid LINE User ID of nobody who is a friend now."""
    ERASED = "erased"
    """A valid LINE User ID of somebody who asked to be forgotten."""
    EMPTY = "empty"
    MALFORMED = "malformed"
    SEVERAL = "several"
    """A list of several LINE User IDs: nobody can say which one is right."""

    @property
    def is_valid(self) -> bool:
        """Whether exactly one well-formed LINE User ID stood there."""
        return self in _VALID


_VALID: Final = frozenset({Verdict.FRIEND, Verdict.STRANGER, Verdict.ERASED})


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredId:
    """Exactly one LINE User ID, as LINE writes it."""

    line_user: LineUserId


def read_stored(value: object) -> StoredId | Verdict:
    """Read the property of a profile: any JSON value, or None where it has none.

    A verdict (EMPTY, MALFORMED or SEVERAL) where it is not one LINE User ID. A list of
    one is read as that one.
    """
    match value:
        case str():
            return _read_text(value)
        case list() | tuple():
            return _read_list(value)
        case None:
            return Verdict.EMPTY
        case dict() if not value:
            return Verdict.EMPTY
        case _:
            return Verdict.MALFORMED


def _read_text(text: str) -> StoredId | Verdict:
    if _CANONICAL.fullmatch(text):
        return StoredId(line_user=LineUserId(text))
    match read_line_user_id(text):
        case Readable(value=line_user):
            return StoredId(line_user=line_user)
        case unreadable:
            empty = unreadable.why is Flaw.EMPTY
            return Verdict.EMPTY if empty else Verdict.MALFORMED


def _read_list(values: Sequence[object]) -> StoredId | Verdict:
    read = [_read_one(each) for each in values]
    held = [each for each in read if each is not Verdict.EMPTY]
    people = {each.line_user for each in held if isinstance(each, StoredId)}
    if not held:
        return Verdict.EMPTY
    if len(people) > 1:
        return Verdict.SEVERAL
    if Verdict.MALFORMED in held:
        return Verdict.MALFORMED
    return StoredId(line_user=people.pop())


def _read_one(value: object) -> StoredId | Verdict:
    if isinstance(value, str):
        return _read_text(value)
    return Verdict.EMPTY if value is None else Verdict.MALFORMED


_CANONICAL: Final = re.compile(r"U[0-9a-f]{32}")

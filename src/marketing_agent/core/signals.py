"""Signals: their kinds, their canonical forms, and the readers that produce them.

Every reader is total: any `str`, however long or broken, gives a `Readable` or an
`Unreadable`, and reading a canonical form gives it back unchanged. Rows are those of
the linkage table: 6 unrendered, 7 empty, 8 not readable, 10 repaired.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NewType, TypeAlias, TypeVar

import idna

from marketing_agent.core.phones import read_number
from marketing_agent.core.raw_text import (
    PERCENT_ENCODED,
    Flaw,
    Repair,
    Unreadable,
    narrow,
    opened,
)

__all__ = [
    "EmailAddress",
    "Flaw",
    "LineUserId",
    "PhoneNumber",
    "ProfileId",
    "ReadEmail",
    "ReadLineUserId",
    "ReadPhone",
    "Readable",
    "Repair",
    "SignalHash",
    "SignalKind",
    "Unreadable",
    "read_email",
    "read_line_user_id",
    "read_phone",
]

EmailAddress = NewType("EmailAddress", str)
"""Lower case, NFKC, the domain in punycode; not necessarily valid by RFC 5321."""

PhoneNumber = NewType("PhoneNumber", str)
"""E.164: `+` and digits."""

LineUserId = NewType("LineUserId", str)
"""`U` and 32 lower-case hexadecimal digits."""

ProfileId = NewType("ProfileId", str)
"""Klaviyo's id of a profile."""

SignalHash = NewType("SignalHash", str)
"""A keyed hash of a canonical signal; equal signals of one kind have equal hashes."""


class SignalKind(StrEnum):
    """The three things that can say that a friend and a profile are one person."""

    EMAIL = "email"
    PHONE = "phone"
    LINE_USER_ID = "line_user_id"


SignalT = TypeVar("SignalT", bound=str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readable(Generic[SignalT]):
    """A canonical value, and what had to be repaired to get it, each named once."""

    value: SignalT
    repairs: tuple[Repair, ...] = ()


ReadEmail: TypeAlias = Readable[EmailAddress] | Unreadable
ReadPhone: TypeAlias = Readable[PhoneNumber] | Unreadable
ReadLineUserId: TypeAlias = Readable[LineUserId] | Unreadable


def read_email(raw: str) -> ReadEmail:
    """Read an address as mail systems treat it, not as RFC 5321 wants it.

    Legacy Japanese carrier addresses (`a..b@docomo.ne.jp`) are real and accepted. One
    space inside the local part is a `+` that a link without URL-encoding lost.
    """
    inside = opened(raw)
    if isinstance(inside, Unreadable):
        return inside
    text, repairs = inside.text.strip(), inside.repairs
    if _ONE_SPACE_IN_LOCAL.match(text):
        text, repairs = text.replace(" ", "+", 1), (*repairs, Repair.SPACE_FOR_PLUS)
    value = _canonical_email(text)
    if value is None:
        return Unreadable(why=Flaw.NOT_AN_EMAIL)
    return Readable(value=value, repairs=repairs)


def read_phone(raw: str, *, region: str) -> ReadPhone:
    """Read a number that a person can be reached at; `region` completes it.

    Fixed and internet lines are accepted, since shops store them. What is never one
    person's (toll-free, premium and pager ranges) is an `IMPERSONAL_PHONE`.
    """
    inside = opened(raw)
    if isinstance(inside, Unreadable):
        return inside
    number = read_number(inside.text, region=region)
    if isinstance(number, Flaw):
        return Unreadable(why=number)
    repairs = (*inside.repairs, *number.repairs)
    return Readable(value=PhoneNumber(number.e164), repairs=repairs)


def read_line_user_id(raw: str) -> ReadLineUserId:
    """Read LINE's own form of a user id; letters of the wrong case are put right."""
    inside = opened(raw)
    if isinstance(inside, Unreadable):
        return inside
    text = inside.text.strip()
    if not _LINE_USER_ID.fullmatch(text):
        return Unreadable(why=Flaw.NOT_A_LINE_USER_ID)
    value = LineUserId("U" + text[1:].lower())
    repairs = inside.repairs if value == text else (*inside.repairs, Repair.LETTER_CASE)
    return Readable(value=value, repairs=repairs)


_LINE_USER_ID = re.compile(r"[Uu][0-9A-Fa-f]{32}")
_MOST_EMAIL_CHARACTERS = 254
_ONE_SPACE_IN_LOCAL = re.compile(r"[^\s@]+ [^\s@]+@")
_NOT_IN_LOCAL = re.compile(r"[\s@<>()\[\],;:\\\"]")
_LABEL = re.compile(r"[a-z0-9_-]{1,63}")
_TOP_LABEL = re.compile(r"(?=.*[a-z])[a-z0-9-]{2,63}")


def _canonical_email(text: str) -> EmailAddress | None:
    local, _, domain = narrow(text.lower()).rpartition("@")
    if not _is_local_part(local):
        return None
    ascii_domain = _canonical_domain(domain)
    if ascii_domain is None:
        return None
    email = f"{local}@{ascii_domain}"
    return EmailAddress(email) if len(email) <= _MOST_EMAIL_CHARACTERS else None


def _is_local_part(local: str) -> bool:
    if not local or _NOT_IN_LOCAL.search(local) or PERCENT_ENCODED.search(local):
        return False
    # Category C: control, surrogate, private and unassigned code points.
    return not any(unicodedata.category(c).startswith("C") for c in local)


def _canonical_domain(domain: str) -> str | None:
    """Write in punycode by UTS 46, not transitional: that takes `ß` for `ss`."""
    labels = domain.replace("。", ".").removesuffix(".").split(".")
    try:
        named = [
            label if label.isascii() else idna.encode(label, uts46=True).decode("ascii")
            for label in labels
        ]
    except UnicodeError:
        return None
    well_formed = len(named) > 1 and all(_LABEL.fullmatch(label) for label in named)
    return ".".join(named) if well_formed and _TOP_LABEL.fullmatch(named[-1]) else None

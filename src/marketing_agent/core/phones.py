"""Telephone numbers as people and systems write them, read as E.164.

The gate is "possible for a fixed or mobile line", because new Japanese mobile ranges
are not yet "valid" to libphonenumber. `valid` only chooses between two readings.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ValidationResult

from marketing_agent.core.raw_text import Flaw, Repair


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadNumber:
    """A number in E.164 that its own reading gives back, and the repairs it took."""

    e164: str
    repairs: tuple[Repair, ...]
    valid: bool
    personal: bool
    """False for lines that are never one person's: toll-free, premium, pagers."""


def read_number(text: str, *, region: str) -> ReadNumber | Flaw:
    """Read the number that the text most likely means.

    `region` (ISO 3166, such as `JP`) completes numbers without a country code. A
    leading space is first tried as the `+` that a link without URL-encoding lost.
    """
    repaired: tuple[Repair, ...] = ()
    if _DECIMAL.fullmatch(text):
        text, repaired = text.rstrip()[:-2], (Repair.DECIMAL_POINT,)
    written = _WRITTEN.fullmatch(_DASHES.sub("-", text))
    if written is None:
        return Flaw.NOT_A_PHONE
    numbers = [
        number
        for digits, repairs in _readings(written)
        if (number := _number(digits, region, (*repaired, *repairs))) is not None
    ]
    if not numbers:
        return Flaw.NOT_A_PHONE
    best = next((number for number in numbers if number.valid), numbers[0])
    return best if best.personal else Flaw.IMPERSONAL_PHONE


#: What a spreadsheet makes of a column of numbers.
_DECIMAL = re.compile(r"\s*\+?\d{6,}\.0\s*")
#: Every dash that keyboards offer, the Japanese long vowel among them.
_DASHES = re.compile("[\u2010-\u2015\u2212\u30fc]")
_WRITTEN = re.compile(
    r"(?P<space> ?)[\s(]*(?P<plus>\+*)(?P<rest>[\d\s()\[\]./~・-]{1,60})"
)
_PERSONAL = frozenset(
    (
        PhoneNumberType.MOBILE,
        # Shops store them, and with an email they are a fair second check.
        PhoneNumberType.FIXED_LINE,
        PhoneNumberType.FIXED_LINE_OR_MOBILE,
        PhoneNumberType.VOIP,
        PhoneNumberType.PERSONAL_NUMBER,
        # Possible, but in no range that libphonenumber knows: new mobile ranges.
        PhoneNumberType.UNKNOWN,
    )
)


def _readings(written: re.Match[str]) -> tuple[tuple[str, tuple[Repair, ...]], ...]:
    """List the numbers that the text may mean, the likeliest first."""
    digits = "".join(str(int(c)) for c in written["rest"] if c.isdecimal())
    if written["plus"]:
        return (("+" + digits, ()),)
    national = (digits, (Repair.COUNTRY_CODE,))
    abroad = "+" + digits.removeprefix("00")
    if written["space"]:
        return ((abroad, (Repair.SPACE_FOR_PLUS,)), national)
    return (national, (abroad, (Repair.COUNTRY_CODE,)))


def _number(text: str, region: str, repairs: tuple[Repair, ...]) -> ReadNumber | None:
    number = _parsed(text, region)
    if number is None:
        return None
    valid = phonenumbers.is_valid_number(number)
    if not valid and not _is_possible(number):
        return None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    # Runs of zeros lose one on every parse: what has no stable form is no number.
    if _parsed(e164, region) != number:
        return None
    personal = phonenumbers.number_type(number) in _PERSONAL
    return ReadNumber(e164=e164, repairs=repairs, valid=valid, personal=personal)


def _parsed(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region.upper())
    except phonenumbers.NumberParseException:
        return None


def _is_possible(number: phonenumbers.PhoneNumber) -> bool:
    """As long as a fixed or mobile line: Japan's service numbers run to 17 digits."""
    length = phonenumbers.is_possible_number_for_type_with_reason(
        number, PhoneNumberType.FIXED_LINE_OR_MOBILE
    )
    return length == ValidationResult.IS_POSSIBLE

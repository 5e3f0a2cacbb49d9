"""Emails and phones, masked: enough to recognise one's own, not to learn another's.

Total: any `str` gives a short text of fixed shape, whatever its length or content.
"""

from __future__ import annotations

import re

import phonenumbers

HIDDEN = "•••"
_MOST_CHARACTERS = 320
_TOP_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9-]{1,23}")
_FEWEST_DIGITS = 7
_FEWEST_LETTERS = 3


def masked_email(email: str) -> str:
    """Show `hana.sato@mail.test` as `h•••@m•••.test`, text without an @ as `•••`."""
    local, at, domain = email[:_MOST_CHARACTERS].rpartition("@")
    if not at:
        return HIDDEN
    name, _, top = domain.rpartition(".")
    shown = f"{_initial(local)}@{_initial(name)}"
    return f"{shown}.{top}" if name and _TOP_LABEL.fullmatch(top) else shown


def masked_phone(phone: str) -> str:
    """Show `+81900000012` as `+81 •••• ••12`, and of few digits nothing."""
    digits = [c for c in phone[:_MOST_CHARACTERS] if c.isdecimal()]
    if len(digits) < _FEWEST_DIGITS:
        return "•••• ••••"
    country = _country_code(phone)
    ending = f"•••• ••{''.join(digits[-2:])}"
    return ending if country is None else f"+{country} {ending}"


def _initial(part: str) -> str:
    """Show the first letter, but none of a part that it would give away."""
    return (
        part[0] + HIDDEN
        if len(part) >= _FEWEST_LETTERS and part[0].isalnum()
        else HIDDEN
    )


def _country_code(phone: str) -> int | None:
    try:
        return phonenumbers.parse(phone).country_code
    except phonenumbers.NumberParseException:
        return None

"""Free text without anybody's email, phone number or credential.

For what a language model reads and what a conversation keeps. Total: any `str` gives a
`str`. What looks like a credential is taken out whole.
"""

from __future__ import annotations

import re
from typing import Final

import phonenumbers

from marketing_agent.core.masking import masked_email, masked_phone

CREDENTIAL: Final = "[credential removed]"

_EMAIL: Final = re.compile(
    r"[^\s@<>()\[\]{},;:\"'|]{1,64}[@\uff20][^\s@<>()\[\]{},;:\"'|/?&#]{1,255}"
)
_CREDENTIAL: Final = re.compile(
    r"""(?<![A-Za-z0-9])(?:
      [ps]k_[A-Za-z0-9_]{16,}                          # Klaviyo private keys
    | sk-[A-Za-z0-9_-]{16,}                            # keys of model servers
    | eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+){1,4}    # signed tokens
    | [0-9a-f]{32}                                     # LINE channel secrets
    | [A-Za-z0-9+/]{100,}={0,2}                         # LINE channel tokens
    )(?![A-Za-z0-9])""",
    re.VERBOSE,
)
_DIALLED: Final = re.compile(r"(?<![\w.:/-])(?:\+|00?)[\d\s().-]{7,22}\d(?![\w])")
_FEWEST_DIGITS: Final = 9


def masked_text(text: str, region: str | None = None) -> str:
    """Mask every email and phone number in a text and remove credentials.

    `region` (two letters) is where numbers without a country code belong. A LINE User
    ID stays: it is how a friend is named, and says nothing outside the LINE account.
    """
    without_keys = _CREDENTIAL.sub(CREDENTIAL, text)
    without_emails = _EMAIL.sub(_masked_email, without_keys)
    return _without_phones(without_emails, region)


def _masked_email(found: re.Match[str]) -> str:
    return masked_email(found.group().replace("\uff20", "@"))


def _without_phones(text: str, region: str | None) -> str:
    found = phonenumbers.PhoneNumberMatcher(text, region)
    for match in reversed(list(found)):
        number = phonenumbers.format_number(
            match.number, phonenumbers.PhoneNumberFormat.E164
        )
        text = text[: match.start] + masked_phone(number) + text[match.end :]
    # What starts like a number to dial but is valid nowhere may still be someone's.
    return _DIALLED.sub(_masked_dialled, text)


def _masked_dialled(found: re.Match[str]) -> str:
    dialled = found.group()
    if sum(c.isdecimal() for c in dialled) < _FEWEST_DIGITS:
        return dialled
    return masked_phone(dialled)

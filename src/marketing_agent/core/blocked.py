"""Values that name nobody: test addresses, placeholders, and a merchant's own list.

Row 9 of the linkage table. RFC 2606's top-level domain `.test` is not blocked (personas
live there), although the address `test@test.com` is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

import phonenumbers

from marketing_agent.core.signals import (
    EmailAddress,
    PhoneNumber,
    SignalHash,
    SignalKind,
)


class BlockReason(StrEnum):
    """Why a readable value is not taken for a person."""

    RESERVED_DOMAIN = "reserved_domain"
    TEST_ADDRESS = "test_address"
    REDACTED_ADDRESS = "redacted_address"
    UNATTENDED_ADDRESS = "unattended_address"
    PLACEHOLDER_NUMBER = "placeholder_number"
    MERCHANT_LIST = "merchant_list"
    OWN_CONTACT = "own_contact"

    @property
    def row(self) -> int:
        """The row of the linkage table."""
        return 9


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockList:
    """What one merchant adds to the built-in values; everything canonical."""

    values: frozenset[str] = frozenset()
    hashes: frozenset[SignalHash] = frozenset()
    own: frozenset[str] = frozenset()
    """The shop's own addresses and numbers, such as the Klaviyo account's contact."""


def is_blocked(
    kind: SignalKind,
    value: str,
    *,
    blocks: BlockList,
    hashed: SignalHash | None = None,
) -> BlockReason | None:
    """Say why this canonical value is refused; None when it may be a person."""
    if value in blocks.own:
        return BlockReason.OWN_CONTACT
    if value in blocks.values or hashed in blocks.hashes:
        return BlockReason.MERCHANT_LIST
    match kind:
        case SignalKind.EMAIL:
            return _blocked_email(EmailAddress(value))
        case SignalKind.PHONE:
            return _blocked_phone(PhoneNumber(value))
        case SignalKind.LINE_USER_ID:
            return None
    assert_never(kind)


def is_one_digit_repeated(raw: str) -> bool:
    """Tell raw text such as `000-0000-0000`, one digit over and over.

    Asked of what cannot be read: a run of zeros has no canonical form to compare.
    """
    text = raw[:_MOST_PLACEHOLDER_CHARACTERS]
    digits = [c for c in text if c.isdecimal()]
    only_digits = len(text) == len(raw) and not any(c.isalpha() for c in text)
    return (
        only_digits
        and len(digits) >= _FEWEST_DIGITS
        and len(set(map(int, digits))) == 1
    )


_MOST_PLACEHOLDER_CHARACTERS = 40
_FEWEST_DIGITS = 7
_RESERVED_TOP_LABELS = frozenset(("example", "invalid", "localhost"))
_REDACTED = re.compile(r"redacted(?![a-z])")
_UNATTENDED = re.compile(r"(?:no|do[-_.]?not)[-_.]?reply|mailer-daemon")
#: People who must fill in a field repeat themselves: test@test.com, aaa@aaa.com.
_TEST_WORDS = re.compile(r"test\d{0,3}|testtest|(.)\1{0,4}|abc|asdf|qwerty|foo|sample")
_TEST_ADDRESSES = frozenset(
    ("a@b.com", "foo@bar.com", "test@gmail.com", "test@mail.com", "test@yahoo.co.jp")
)
#: The national part: one digit, the keyboard's row, zeros, or the number that
#: Japanese forms print as their own sample (090-1234-5678).
_PLACEHOLDER = re.compile(r"(\d)\1*|0?123456789|1234567890|\d{0,3}0{8,}|[789]012345678")


def _blocked_email(email: EmailAddress) -> BlockReason | None:
    local, _, domain = email.partition("@")
    labels = domain.split(".")
    if "example" in labels or labels[-1] in _RESERVED_TOP_LABELS:
        return BlockReason.RESERVED_DOMAIN
    if _REDACTED.match(local):
        return BlockReason.REDACTED_ADDRESS
    if _UNATTENDED.fullmatch(local):
        return BlockReason.UNATTENDED_ADDRESS
    repeated = local == labels[0] and _TEST_WORDS.fullmatch(local)
    if repeated or email in _TEST_ADDRESSES:
        return BlockReason.TEST_ADDRESS
    return None


def _blocked_phone(phone: PhoneNumber) -> BlockReason | None:
    try:
        national = phonenumbers.national_significant_number(phonenumbers.parse(phone))
    except phonenumbers.NumberParseException:
        return None
    placeholder = _PLACEHOLDER.fullmatch(national)
    return BlockReason.PLACEHOLDER_NUMBER if placeholder else None

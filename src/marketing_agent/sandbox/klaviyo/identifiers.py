"""Identifiers as Klaviyo writes them: ids it mints, addresses it accepts.

Ids come from a generator seeded by the account, so the same story told twice at the
same times gives the same ids, and two accounts never share one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import random
import re
import string
import uuid
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from datetime import datetime

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALPHANUMERIC = string.ascii_letters + string.digits
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EMAIL = re.compile(r"[^\s@\"'(),:;<>\[\]\\]+@[^\s@.]+(\.[^\s@.]+)+")


def canonical_email(email: str) -> str:
    """Spell the address as Klaviyo stores it: lower case.

    Raises:
        ValueError: it is no email address.

    """
    if not _EMAIL.fullmatch(email.strip()):
        raise ValueError("Invalid email address")
    return email.strip().lower()


def canonical_phone(phone: str) -> str:
    """Give the number unchanged if it is E.164; Klaviyo refuses every other.

    Raises:
        ValueError: it is not E.164.

    """
    if not _E164.fullmatch(phone):
        raise ValueError(
            "Invalid phone number format (Example of a valid format: +12345678901)"
        )
    return phone


class Mint:
    """Makes the ids of one account."""

    def __init__(self, public_id: str) -> None:
        self._random = random.Random(f"klaviyo:{public_id}")
        self._secret = self._random.randbytes(32)
        self._public_id = public_id

    def profile_id(self, now: datetime) -> str:
        """Make 26 characters that sort by time, like a ULID, as Klaviyo's own do."""
        number = int(now.timestamp() * 1000) << 80 | self._random.getrandbits(80)
        digits = (number >> shift & 31 for shift in range(125, -1, -5))
        return "".join(_CROCKFORD[digit] for digit in digits)

    def short_id(self, length: int) -> str:
        """Draw letters and digits, as metrics (6) and events (11) have them."""
        return "".join(self._random.choices(_ALPHANUMERIC, k=length))

    def number(self, length: int) -> str:
        """Draw digits, as flow actions have them."""
        return "".join(self._random.choices(string.digits[1:], k=length))

    def uuid(self) -> str:
        """Make a UUID for events and for error bodies."""
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))

    def exchange_id(self, profile_id: str) -> str:
        """Make the `_kx` value as it stands in a link: `<opaque>%3D.<public id>`.

        Stable for a profile. 32 bytes of MAC make base64 end in one `=`, which is why
        Klaviyo's values end in `%3D` before the dot.
        """
        mac = hmac.digest(self._secret, profile_id.encode(), hashlib.sha256)
        opaque = base64.urlsafe_b64encode(mac).decode().replace("=", "%3D")
        return f"{opaque}.{self._public_id}"


def canonical_exchange_id(value: str) -> str:
    """Take the percent-encoding off a `_kx` value, if it has any."""
    return unquote(value)

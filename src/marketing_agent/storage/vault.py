"""Sealing and hashing: what keeps personal data and credentials unreadable at rest.

Two keys. The data key encrypts and may be rotated: the id of the key travels with the
ciphertext. The index key hashes signals for matching and stays fixed, since every
stored hash depends on it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from marketing_agent.core.errors import NotAllowed, SetupMissing
from marketing_agent.core.signals import SignalHash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.core.signals import SignalKind

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_KEY_ID_BYTES: Final = 4
_HASH_BYTES: Final = 16


class Unsealable(NotAllowed):
    """This link or value is damaged, or was not made here. Open the original again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Raw key bytes. The first data key seals; all of them open."""

    data: Sequence[bytes] = field(repr=False)
    index: bytes = field(repr=False)


def read_key(text: str, *, name: str) -> bytes:
    """A 32-byte key from its URL-safe base64 text.

    Raises SetupMissing when it is anything else.
    """
    try:
        key = urlsafe_b64decode(text.encode())
    except (Base64Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SetupMissing(
            what=f"The key {name}",
            fix="It has to be 32 bytes in URL-safe base64; `marketing-agent doctor` "
            "prints a new one.",
        )
    return key


def new_key() -> str:
    """A fresh random key as text."""
    return urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


class Vault:
    """Seals, opens and hashes with one installation's keys."""

    def __init__(self, keys: Keys) -> None:
        self._ciphers = {_key_id(key): AESGCM(key) for key in keys.data}
        self._current = _key_id(keys.data[0])
        self._index = keys.index

    def seal(self, plain: bytes, *, purpose: str) -> bytes:
        """Ciphertext that only opens for the same purpose (AES-GCM, random nonce)."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, plain, purpose.encode())
        return self._current + nonce + sealed

    def open(self, sealed: bytes, *, purpose: str) -> bytes:
        """The plain bytes. Raises Unsealable when they are not ours or were changed."""
        key_id, rest = sealed[:_KEY_ID_BYTES], sealed[_KEY_ID_BYTES:]
        nonce, body = rest[:_NONCE_BYTES], rest[_NONCE_BYTES:]
        cipher = self._ciphers.get(key_id)
        try:
            if cipher is None:
                raise Unsealable
            return cipher.decrypt(nonce, body, purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise Unsealable from error

    def seal_text(self, plain: str, *, purpose: str) -> str:
        """The same, as text that is safe in a URL."""
        sealed = self.seal(plain.encode(), purpose=purpose)
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open_text(self, sealed: str, *, purpose: str) -> str:
        """The opposite of `seal_text`. Raises Unsealable on anything else."""
        try:
            padded = sealed.encode("ascii") + b"=" * (-len(sealed) % 4)
            return self.open(urlsafe_b64decode(padded), purpose=purpose).decode()
        except (Base64Error, ValueError) as error:
            raise Unsealable from error

    def hash_signal(self, merchant_id: int, kind: SignalKind, value: str) -> SignalHash:
        """The keyed hash of a canonical signal; other merchants get other hashes."""
        return SignalHash(self.digest(f"{merchant_id}:{kind}:{value}").hex())

    def digest(self, text: str, size: int = _HASH_BYTES) -> bytes:
        """A keyed digest (HMAC-SHA256 cut to `size` bytes, at most 32)."""
        return hmac.new(self._index, text.encode(), hashlib.sha256).digest()[:size]


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"key id" + key).digest()[:_KEY_ID_BYTES]

"""Sealing and hashing: only what was made here opens, and only for its purpose."""

from __future__ import annotations

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.errors import SetupMissing
from marketing_agent.core.signals import SignalKind
from marketing_agent.storage.vault import Keys, Unsealable, Vault, new_key, read_key

OLD, NEW, INDEX = (bytes([number]) * 32 for number in range(3))
VAULT = Vault(Keys(data=[OLD], index=INDEX))
ROTATED = Vault(Keys(data=[NEW, OLD], index=INDEX))


@given(plain=st.binary(max_size=200), purpose=st.text(max_size=20))
def test_what_is_sealed_opens_again(plain: bytes, purpose: str) -> None:
    """For the same purpose it does, and the same bytes never look the same twice."""
    sealed = VAULT.seal(plain, purpose=purpose)

    assert VAULT.open(sealed, purpose=purpose) == plain
    assert VAULT.seal(plain, purpose=purpose) != sealed
    with pytest.raises(Unsealable):
        VAULT.open(sealed, purpose=purpose + "!")


@given(plain=st.text(max_size=100))
def test_sealed_text_is_safe_in_a_url(plain: str) -> None:
    """Any script comes back; the sealed form needs no encoding."""
    sealed = VAULT.seal_text(plain, purpose="ticket")

    assert VAULT.open_text(sealed, purpose="ticket") == plain
    assert sealed.isascii()
    assert sealed.replace("-", "").replace("_", "").isalnum()


@given(place=st.integers(min_value=0), change=st.integers(min_value=1, max_value=255))
def test_one_changed_byte_is_noticed(place: int, change: int) -> None:
    """Anywhere: in the key's id, the nonce, the ciphertext or the tag."""
    sealed = bytearray(VAULT.seal(b"hana.sato@mail.test", purpose="signals"))
    sealed[place % len(sealed)] ^= change

    with pytest.raises(Unsealable):
        VAULT.open(bytes(sealed), purpose="signals")


@given(junk=st.one_of(st.binary(max_size=60), st.text(max_size=60)))
def test_anything_else_is_refused_in_one_way(junk: bytes | str) -> None:
    """Whatever a stranger sends, the error is the same and says what to do."""
    opened = VAULT.open if isinstance(junk, bytes) else VAULT.open_text

    with pytest.raises(Unsealable, match="Open the original again"):
        opened(junk, purpose="ticket")  # type: ignore[arg-type]


def test_sealed_bytes_that_are_no_text_are_refused_as_text() -> None:
    """A value sealed as bytes for the same purpose does not break the reader."""
    sealed = urlsafe_b64encode(VAULT.seal(b"\xff", purpose="p")).decode()

    with pytest.raises(Unsealable):
        VAULT.open_text(sealed, purpose="p")


def test_a_rotated_key_opens_what_the_old_one_sealed() -> None:
    """The new key seals from now on, and the old program cannot open that."""
    old = VAULT.seal(b"value", purpose="p")
    new = ROTATED.seal(b"value", purpose="p")

    assert ROTATED.open(old, purpose="p") == ROTATED.open(new, purpose="p") == b"value"
    with pytest.raises(Unsealable):
        VAULT.open(new, purpose="p")


def test_hashes_depend_on_merchant_kind_and_value_alone() -> None:
    """Rotating the data key changes none; merchants cannot be compared."""
    first = VAULT.hash_signal(1, SignalKind.EMAIL, "hana.sato@mail.test")

    assert ROTATED.hash_signal(1, SignalKind.EMAIL, "hana.sato@mail.test") == first
    others = {
        VAULT.hash_signal(2, SignalKind.EMAIL, "hana.sato@mail.test"),
        VAULT.hash_signal(1, SignalKind.PHONE, "hana.sato@mail.test"),
        VAULT.hash_signal(1, SignalKind.EMAIL, "kenta@mail.test"),
        Vault(Keys(data=[OLD], index=NEW)).hash_signal(
            1, SignalKind.EMAIL, "hana.sato@mail.test"
        ),
    }
    assert len(others | {first}) == 5
    assert len(first) == 32


def test_a_new_key_can_be_read_and_no_two_are_alike() -> None:
    """What `doctor` prints is what the settings take."""
    first, second = new_key(), new_key()

    assert first != second
    assert len(read_key(first, name="DATA_KEY")) == 32


@pytest.mark.parametrize("text", ["", "short", "!" * 44, "é" * 44, "A" * 40])
def test_a_bad_key_is_a_clear_error(text: str) -> None:
    """It names the key and the fix, and never shows what was given."""
    with pytest.raises(SetupMissing, match="DATA_KEY") as caught:
        read_key(text, name="DATA_KEY")

    assert "doctor" in str(caught.value)
    assert not text or text not in str(caught.value)


def test_keys_are_never_shown() -> None:
    """Not even where an object is printed by mistake."""
    keys = Keys(data=[OLD], index=INDEX)

    assert repr(OLD) not in repr(keys)
    assert repr(INDEX) not in repr(keys)

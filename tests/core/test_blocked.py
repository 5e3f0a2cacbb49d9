from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing_agent.core.blocked import (
    BlockList,
    BlockReason,
    is_blocked,
    is_one_digit_repeated,
)
from marketing_agent.core.signals import SignalHash, SignalKind

NOTHING_ADDED = BlockList()


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("hana@example.com", BlockReason.RESERVED_DOMAIN),
        ("hana@mail.example.co.jp", BlockReason.RESERVED_DOMAIN),
        ("hana@shop.example", BlockReason.RESERVED_DOMAIN),
        ("hana@shop.invalid", BlockReason.RESERVED_DOMAIN),
        ("test@test.com", BlockReason.TEST_ADDRESS),
        ("test@test.co.jp", BlockReason.TEST_ADDRESS),
        ("aaa@aaa.com", BlockReason.TEST_ADDRESS),
        ("test@gmail.com", BlockReason.TEST_ADDRESS),
        ("redacted.17@shop.test", BlockReason.REDACTED_ADDRESS),
        ("no-reply@shop.test", BlockReason.UNATTENDED_ADDRESS),
        ("do_not_reply@shop.test", BlockReason.UNATTENDED_ADDRESS),
    ],
)
def test_addresses_of_nobody_are_blocked(email: str, reason: BlockReason) -> None:
    """Reserved, test, redacted and unattended addresses name no person."""
    assert is_blocked(SignalKind.EMAIL, email, blocks=NOTHING_ADDED) is reason


@pytest.mark.parametrize(
    "email",
    [
        "hana.sato@mail.test",
        "test@mail.test",
        "mail@mail.test",
        "contest@test.test",
        "redactedson@mail.test",
        "noreplyfan@mail.test",
        "info@shop.test",
        "hana@examples.test",
    ],
)
def test_addresses_of_people_are_not_blocked(email: str) -> None:
    """The reserved domain `.test` and look-alikes of blocked words are let through."""
    assert is_blocked(SignalKind.EMAIL, email, blocks=NOTHING_ADDED) is None


@pytest.mark.parametrize(
    "phone",
    [
        "+811111111111",
        "+819000000000",
        "+886900000000",
        "+11234567890",
        "+819012345678",
    ],
)
def test_placeholder_numbers_are_blocked(phone: str) -> None:
    """Repeated digits, runs of zeros and the keyboard's row name no person."""
    reason = is_blocked(SignalKind.PHONE, phone, blocks=NOTHING_ADDED)

    assert reason is BlockReason.PLACEHOLDER_NUMBER


@pytest.mark.parametrize("phone", ["+819000000012", "+886911111111", "+12025550123"])
def test_numbers_of_people_are_not_blocked(phone: str) -> None:
    """Golden numbers, and the ranges kept for fiction, are numbers like others."""
    assert is_blocked(SignalKind.PHONE, phone, blocks=NOTHING_ADDED) is None


def test_a_merchant_adds_values_hashes_and_their_own_contacts() -> None:
    """A merchant's list blocks by value or by hash, their own contact by value."""
    blocks = BlockList(
        values=frozenset({"till@shop.test"}),
        hashes=frozenset({SignalHash("h1")}),
        own=frozenset({"owner@shop.test"}),
    )

    def reason(email: str, hashed: str = "h0") -> BlockReason | None:
        return is_blocked(
            SignalKind.EMAIL, email, blocks=blocks, hashed=SignalHash(hashed)
        )

    assert reason("till@shop.test") is BlockReason.MERCHANT_LIST
    assert reason("hana@mail.test", "h1") is BlockReason.MERCHANT_LIST
    assert reason("owner@shop.test") is BlockReason.OWN_CONTACT
    assert reason("hana@mail.test") is None


@pytest.mark.parametrize(
    ("raw", "repeated"),
    [
        ("000-0000-0000", True),
        ("\uff10" * 8, True),
        ("+999999999", True),
        ("000000", False),
        ("0000000001", False),
        ("A0000000", False),
        ("0" * 1000, False),
    ],
)
def test_one_digit_repeated_is_told(raw: str, *, repeated: bool) -> None:
    """Zeros have no canonical form, so the raw text is asked."""
    assert is_one_digit_repeated(raw) is repeated


@settings(max_examples=300, deadline=None)
@given(
    kind=st.sampled_from(SignalKind),
    value=st.text(st.characters(exclude_categories=()), max_size=60),
)
def test_blocking_is_total(kind: SignalKind, value: str) -> None:
    """No text raises, and listing a value always blocks it."""
    listed = BlockList(values=frozenset({value}))

    assert is_blocked(kind, value, blocks=NOTHING_ADDED) in {None, *BlockReason}
    assert is_blocked(kind, value, blocks=listed) is BlockReason.MERCHANT_LIST
    assert is_one_digit_repeated(value) in {True, False}

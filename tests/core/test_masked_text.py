"""Free text loses every email, phone number and credential, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketing_agent.core.masked_text import CREDENTIAL, masked_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("ask hana.sato@mail.test now", "ask h•••@m•••.test now"),
        ("hana@mail.test, ken@mail.test", "h•••@m•••.test, k•••@m•••.test"),
        ("full width ken\uff20mail.test", "full width k•••@m•••.test"),
        ("call 090-1234-5678", "call +81 •••• ••78"),
        ("call +66 81 234 5678!", "call +66 •••• ••78!"),
        ("０９０−１２３４−５６７８", "+81 •••• ••78"),  # noqa: RUF001 - as typed
        ("000-1234-56789", "•••• ••89"),
    ],
)
def test_a_signal_is_masked(text: str, masked: str) -> None:
    """One's own is recognised, another's is not learnt."""
    assert masked_text(text, "JP") == masked


@pytest.mark.parametrize(
    "secret",
    [
        "pk_0123456789abcdef0123456789abcdef01",
        "sk-proj-0123456789abcdefABCDEF",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtZWkifQ.c2lnbmF0dXJl",
        "0123456789abcdef0123456789abcdef",
        "aB3/" * 30 + "=",
    ],
)
def test_a_credential_is_removed(secret: str) -> None:
    """Klaviyo's and LINE's keys, and signed tokens, are gone without a trace."""
    assert masked_text(f"it is {secret} ok", "JP") == f"it is {CREDENTIAL} ok"


@pytest.mark.parametrize(
    "text",
    [
        "U0123456789abcdef0123456789abcdef",
        "profile 01M8484YASNWDDSWMWPWNRV596",
        "{{ email }} and {{ person.phone_number|default:'' }}",
        "https://links.test/l/3jxke9bq8m?email={{ email }}",
        "@900hanac has 1,234,567 friends, 2026-11-23 14:46, row 12 of 48",
        "channel 2000000001",
        "連携済みの友だちは何人ですか",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    """Ids, merge variables, numbers and dates are what the tools work with."""
    assert masked_text(text, "JP") == text


@given(st.text(max_size=200), st.sampled_from(["JP", "TW", "US", None]))
def test_masking_is_total_and_masks_once(text: str, region: str | None) -> None:
    """Any text is handled, and masking what is masked changes nothing."""
    once = masked_text(text, region)
    assert masked_text(once, region) == once


@given(
    st.text(max_size=40),
    st.from_regex(r"[a-z]{3,8}\.[a-z]{2,8}@[a-z]{4,9}\.test", fullmatch=True),
    st.text(max_size=40),
)
def test_no_address_is_left_wherever_it_stands(
    before: str, address: str, after: str
) -> None:
    """In the middle of anything an email address is found."""
    assert address not in masked_text(f"{before} {address} {after}", "JP")

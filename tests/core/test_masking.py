from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing_agent.core.masking import masked_email, masked_phone

anything = st.text(st.characters(exclude_categories=()), max_size=80)


@pytest.mark.parametrize(
    ("email", "masked"),
    [
        ("hana.sato@mail.test", "h•••@m•••.test"),
        ("hana@docomo.co.jp", "h•••@d•••.jp"),
        ("ab@x.test", "•••@•••.test"),
        ("hana@localhost", "h•••@•••"),
        ("hana@mail.12", "h•••@m•••"),
        ("花子さん@mail.test", "花•••@m•••.test"),
        ("hana.sato", "•••"),
        ("", "•••"),
    ],
)
def test_an_email_shows_its_owner_enough(email: str, masked: str) -> None:
    """First letters and the top domain stay; short parts show nothing."""
    assert masked_email(email) == masked


@pytest.mark.parametrize(
    ("phone", "masked"),
    [
        ("+81900000012", "+81 •••• ••12"),
        ("+12025550123", "+1 •••• ••23"),
        ("090-0000-0012", "•••• ••12"),
        ("12345", "•••• ••••"),
        ("abc", "•••• ••••"),
    ],
)
def test_a_phone_shows_its_owner_enough(phone: str, masked: str) -> None:
    """The country and two digits stay, and nothing of a number too short to hide."""
    assert masked_phone(phone) == masked


@settings(max_examples=300, deadline=None)
@given(local=anything, domain=anything)
def test_masking_an_email_is_total_and_short(local: str, domain: str) -> None:
    """Whatever the text, two letters and a top domain are the most that is shown."""
    masked = masked_email(f"{local}@{domain}")
    shown = masked.partition("@")

    assert len(shown[0].strip("•")) <= 1
    assert len(shown[2].partition(".")[0].strip("•")) <= 1
    assert len(masked) <= 34


@settings(max_examples=300, deadline=None)
@given(phone=anything | st.from_regex(r"\+[0-9]{3,17}", fullmatch=True))
def test_masking_a_phone_is_total_and_short(phone: str) -> None:
    """Whatever the text, a country code and two digits are the most that is shown."""
    country, _, ending = masked_phone(phone).rpartition("•••• ")

    assert len(country) <= len("+999 ")
    assert sum(c.isdecimal() for c in ending) <= 2


def test_masking_huge_text_is_quick() -> None:
    """A megabyte gives the same short text as its beginning."""
    assert masked_email("hana@" + "x" * 1_000_000) == "h•••@•••"
    assert masked_phone("9" * 1_000_000) == "•••• ••99"

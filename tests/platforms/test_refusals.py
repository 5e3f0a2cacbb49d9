from __future__ import annotations

import pytest

from marketing_agent.platforms.refusals import shown


@pytest.mark.parametrize(
    "personal",
    [
        "hana.sato@mail.test",
        '"hana+line@mail.test"',
        "+81 90-0000-1234",
        "09000001234",
        "U" + "0123456789abcdef" * 2,
        "01GDDKASAP8TKDDA2GRZDSVP4H",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJVMSJ9.c2lnbmF0dXJl",
    ],
)
def test_nothing_personal_is_left_of_a_refusal(personal: str) -> None:
    """Klaviyo repeats refused values in its texts; none reaches an error's message."""
    text = shown(f"Invalid value {personal} given.")

    assert personal.strip('"') not in text
    assert text.startswith("Invalid value ")
    assert "[…]" in text


def test_what_helps_the_merchant_stays() -> None:
    """Scopes, field names and reasons are what the message is for."""
    text = "Your private key is missing the required scope(s): profiles:read."

    assert shown(text) == text


def test_a_message_is_one_short_line() -> None:
    """A page of HTML or a stack trace does not flood the log."""
    assert len(shown("no\nway " * 500)) == 200
    assert "\n" not in shown("no\nway")
    assert shown(None) == "no reason given"

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.errors import LoginNotConfirmed
from marketing_agent.platforms.line.id_tokens import confirmed_login

if TYPE_CHECKING:
    from marketing_agent.platforms.json_values import JsonValue

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
HANA = "U" + "0" * 31 + "1"


def claims(**changes: JsonValue) -> dict[str, JsonValue]:
    """Make the claims of a good ID token."""
    good: dict[str, JsonValue] = {
        "iss": "https://access.line.me",
        "sub": HANA,
        "aud": "1234567890",
        "exp": int((NOW + timedelta(hours=1)).timestamp()),
        "iat": int(NOW.timestamp()),
        "nonce": "n1",
        "amr": ["linesso"],
        "name": "Hana Sato",
        "picture": "https://profile.line.test/hana",
    }
    return {**good, **changes}


def test_good_claims_name_the_person() -> None:
    """Name and picture are there where LINE gave them; an email needs permission."""
    login = confirmed_login(claims(), channel_id="1234567890", nonce="n1", now=NOW)

    assert (login.user_id, login.name, login.email) == (HANA, "Hana Sato", None)
    assert "Hana" not in repr(login)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://access.line.test"},
        {"iss": None},
        {"aud": "9999999999"},
        {"aud": ["1234567890"]},
        {"exp": int((NOW - timedelta(minutes=2)).timestamp())},
        {"exp": None},
        {"exp": "later"},
        {"nonce": "n2"},
        {"nonce": None},
        {"nonce": "n\ud800"},
        {"sub": "hana"},
        {"sub": None},
    ],
)
def test_each_claim_is_checked_again(changes: dict[str, JsonValue]) -> None:
    """Issuer, audience, expiry, nonce, user: one wrong claim and nobody logged in."""
    with pytest.raises(LoginNotConfirmed):
        confirmed_login(claims(**changes), channel_id="1234567890", nonce="n1", now=NOW)


def test_a_login_without_a_nonce_of_ours_is_refused() -> None:
    """An empty nonce would match an ID token that was issued without one."""
    with pytest.raises(LoginNotConfirmed, match="another attempt"):
        confirmed_login(claims(nonce=""), channel_id="1234567890", nonce="", now=NOW)


def test_a_clock_that_is_a_little_ahead_does_no_harm() -> None:
    """Half a minute past the expiry still passes."""
    late = NOW + timedelta(hours=1, seconds=30)

    login = confirmed_login(claims(), channel_id="1234567890", nonce="n1", now=late)

    assert login.user_id == HANA

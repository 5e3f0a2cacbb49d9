from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from marketing_agent.platforms.line.authorize import (
    LoginAttempt,
    LoginDeclined,
    LoginGranted,
    LoginIncomplete,
    LoginPage,
    authorize_url,
    read_callback,
)

ATTEMPT = LoginAttempt(
    state="0123456789abcdef0123456789abcdef",
    nonce="fedcba9876543210",
    code_verifier="dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
)
CALLBACK = "https://link.shop.test/line/callback?ticket=a%2Bb"


def query_of(url: str) -> dict[str, str]:
    """Give the query of a URL, decoded."""
    return dict(parse_qsl(urlsplit(url).query, strict_parsing=True))


def test_the_challenge_is_that_of_rfc_7636() -> None:
    """The verifier of the RFC's appendix B has the challenge printed there."""
    assert ATTEMPT.code_challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_url_carries_what_line_demands() -> None:
    """On a phone: code flow, state, nonce, S256, and the screen to add the account."""
    url = authorize_url("https://access.line.me", "1234567890", CALLBACK, ATTEMPT)

    assert url.startswith("https://access.line.me/oauth2/v2.1/authorize?")
    assert query_of(url) == {
        "response_type": "code",
        "client_id": "1234567890",
        "redirect_uri": CALLBACK,
        "state": ATTEMPT.state,
        "scope": "profile openid",
        "nonce": ATTEMPT.nonce,
        "code_challenge": ATTEMPT.code_challenge,
        "code_challenge_method": "S256",
        "bot_prompt": "aggressive",
    }


def test_the_page_appears_as_wished() -> None:
    """A computer gets the QR code first, a second try gets no auto login."""
    page = LoginPage(
        scopes=("profile", "openid", "email"),
        languages=("ja", "en"),
        qr_code_first=True,
        auto_login=False,
    )

    url = authorize_url("https://access.line.me/", "1", CALLBACK, ATTEMPT, page)

    query = query_of(url)
    assert query["scope"] == "profile openid email"
    assert query["ui_locales"] == "ja en"
    assert query["initial_amr_display"] == "lineqr"
    assert query["disable_auto_login"] == "true"


def test_spaces_are_not_written_as_plus() -> None:
    """A plus is only a space in forms; LINE's examples use %20."""
    url = authorize_url("https://access.line.me", "1", CALLBACK, ATTEMPT)

    assert "scope=profile%20openid" in url


@pytest.mark.parametrize(
    ("state", "verifier"),
    [
        ("", "a" * 43),
        ("a+b", "a" * 43),
        ("ab", "a" * 42),
        ("ab", "a" * 129),
        ("ab", "a" * 42 + "="),
    ],
)
def test_secrets_that_line_would_refuse_are_refused_here(
    state: str, verifier: str
) -> None:
    """The mistake shows where it is made and not on a customer's phone."""
    with pytest.raises(ValueError, match=r"state|verifier"):
        LoginAttempt(state=state, nonce="n", code_verifier=verifier)


def test_an_attempt_does_not_show_its_secrets() -> None:
    """Whoever reads a log cannot finish someone's login."""
    assert ATTEMPT.state not in repr(ATTEMPT)
    assert ATTEMPT.code_verifier not in repr(ATTEMPT)


@pytest.mark.parametrize(
    ("hint", "became_friend"),
    [
        ({"friendship_status_changed": "true"}, True),
        ({"friendship_status_changed": "false"}, False),
        ({"friendship_status_changed": "maybe"}, None),
        ({}, None),
    ],
)
def test_a_granted_login_is_read(
    hint: dict[str, str], *, became_friend: bool | None
) -> None:
    """The code and state come through; the friendship hint only where it was given."""
    assert read_callback({"code": "c1", "state": "s1", **hint}) == LoginGranted(
        code="c1", state="s1", became_friend=became_friend
    )


@pytest.mark.parametrize("error", ["ACCESS_DENIED", "access_denied"])
def test_a_cancel_is_read_in_either_spelling(error: str) -> None:
    """LINE's older samples write the codes in lower case."""
    declined = read_callback({"error": error, "state": "s1", "error_description": "x"})

    assert declined == LoginDeclined(error="ACCESS_DENIED", state="s1")
    assert declined.by_customer


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"code": "c1"},
        {"state": "s1"},
        {"error": "ACCESS_DENIED"},
        {"code": "", "state": ""},
    ],
)
def test_a_callback_without_an_answer_is_incomplete(query: dict[str, str]) -> None:
    """A stranger opening the callback is neither a login nor an error."""
    assert read_callback(query) == LoginIncomplete()

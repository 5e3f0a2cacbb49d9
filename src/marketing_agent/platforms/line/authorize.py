"""The way to LINE Login's page and back: the URL to open, and what the callback says.

Pure. Source: LINE Login v2.1, "Integrating LINE Login with your web app".
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATE = re.compile(r"[0-9A-Za-z]+")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")

Scope: TypeAlias = Literal["profile", "openid", "email"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginAttempt:
    """The secrets of one attempt.

    `state` and `nonce` are random letters and digits (hex), `code_verifier` is 43 to
    128 unreserved characters (RFC 7636).
    """

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    code_verifier: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _STATE.fullmatch(self.state):
            raise ValueError("LINE takes a state of letters and digits only")
        if not _VERIFIER.fullmatch(self.code_verifier):
            raise ValueError("a PKCE verifier has 43 to 128 unreserved characters")

    @property
    def code_challenge(self) -> str:
        """By the method S256."""
        digest = hashlib.sha256(self.code_verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPage:
    """How LINE's page is asked to appear."""

    scopes: tuple[Scope, ...] = ("profile", "openid")
    """`profile` is needed to ask for the friendship, `openid` for the ID token; `email`
    needs a permission that the channel applies for."""
    languages: tuple[str, ...] = ()
    """BCP 47, the wanted one first."""
    qr_code_first: bool = False
    """For a computer: the customer logs in by scanning with their phone."""
    auto_login: bool = True
    """False for the second try: a private browser window loops otherwise."""


DEFAULT_PAGE = LoginPage()


def authorize_url(
    access_base_url: str,
    channel_id: str,
    redirect_uri: str,
    attempt: LoginAttempt,
    page: LoginPage = DEFAULT_PAGE,
) -> str:
    """Give the URL for the customer's own tap: iOS opens the LINE app only from one.

    `redirect_uri` is a callback URL registered at the channel and may carry additional
    query parameters. `bot_prompt=aggressive` offers adding the account on a screen.
    """
    query = {
        "response_type": "code",
        "client_id": channel_id,
        "redirect_uri": redirect_uri,
        "state": attempt.state,
        "scope": " ".join(page.scopes),
        "nonce": attempt.nonce,
        "code_challenge": attempt.code_challenge,
        "code_challenge_method": "S256",
        "bot_prompt": "aggressive",
        **_appearance(page),
    }
    base = access_base_url.rstrip("/")
    return f"{base}/oauth2/v2.1/authorize?{urlencode(query, quote_via=quote)}"


def _appearance(page: LoginPage) -> dict[str, str]:
    wishes: dict[str, str] = {}
    if page.languages:
        wishes["ui_locales"] = " ".join(page.languages)
    if page.qr_code_first:
        wishes["initial_amr_display"] = "lineqr"
    if not page.auto_login:
        wishes["disable_auto_login"] = "true"
    return wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginGranted:
    """The customer logged in; `code` is good for ten minutes and one exchange."""

    code: str = field(repr=False)
    state: str = field(repr=False)
    became_friend: bool | None
    """True: added or unblocked now. False says little: friend before, or declined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginDeclined:
    """The customer cancelled, or LINE stopped the attempt."""

    error: str
    """In upper case, such as `ACCESS_DENIED` for a cancel."""
    state: str = field(repr=False)

    @property
    def by_customer(self) -> bool:
        """Whether the customer cancelled."""
        return self.error == "ACCESS_DENIED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginIncomplete:
    """No answer of LINE's: someone opened the callback by themselves."""


LoginCallback: TypeAlias = LoginGranted | LoginDeclined | LoginIncomplete

_FRIENDSHIP_CHANGES = {"true": True, "false": False}


def read_callback(query: Mapping[str, str]) -> LoginCallback:
    """Read the query of the callback; the state is still to be compared."""
    code, error, state = query.get("code"), query.get("error"), query.get("state")
    if state and error:
        return LoginDeclined(error=error.upper()[:64], state=state)
    if not state or not code:
        return LoginIncomplete()
    changed = query.get("friendship_status_changed", "").lower()
    became_friend = _FRIENDSHIP_CHANGES.get(changed)
    return LoginGranted(code=code, state=state, became_friend=became_friend)

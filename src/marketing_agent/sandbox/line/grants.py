"""What LINE Login and the token endpoints have handed out: codes, tokens, consents.

Lifetimes as LINE documents them: code 10 minutes and single use, user access token 30
days, refresh token 90 days, stateless channel token 15 minutes.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CODE_LIFE = timedelta(minutes=10)
USER_TOKEN_LIFE = timedelta(days=30)
REFRESH_LIFE = timedelta(days=90)
CHANNEL_TOKEN_LIFE = timedelta(seconds=900)
_VERIFIER_LEAST, _VERIFIER_MOST = 43, 128


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginCode:
    """What an authorization code stands for until it is exchanged."""

    user_id: str
    redirect_uri: str
    scopes: frozenset[str]
    nonce: str | None
    challenge: str | None
    amr: str
    expires: datetime

    def proven_by(self, verifier: str | None) -> bool:
        """Whether this PKCE verifier belongs to the challenge (RFC 7636, S256)."""
        if self.challenge is None:
            return True
        if not verifier or not _VERIFIER_LEAST <= len(verifier) <= _VERIFIER_MOST:
            return False
        digest = hashlib.sha256(verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self.challenge


@dataclass(frozen=True, slots=True, kw_only=True)
class UserToken:
    """A user access token, with the refresh token that renews it."""

    access_token: str
    refresh_token: str
    user_id: str
    scopes: frozenset[str]
    expires: datetime
    refresh_expires: datetime


class Grants:
    """Codes, tokens and consents of one provider."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._codes: dict[str, LoginCode] = {}
        self._user_tokens: dict[str, UserToken] = {}
        self._channel_tokens: dict[str, tuple[str, datetime]] = {}
        self._consents: dict[str, frozenset[str]] = {}

    def consented(self, user_id: str, scopes: frozenset[str]) -> bool:
        """Whether the user has already allowed all of these scopes."""
        return scopes <= self._consents.get(user_id, frozenset())

    def issue_code(self, code: LoginCode) -> str:
        """Remember the consent and hand out a code for it."""
        allowed = self._consents.get(code.user_id, frozenset())
        self._consents[code.user_id] = allowed | code.scopes
        name = secrets.token_urlsafe(15)
        self._codes[name] = code
        return name

    def take_code(self, name: str) -> LoginCode | None:
        """The code's meaning, once; None if unknown, used or older than 10 minutes."""
        code = self._codes.pop(name, None)
        if code is None or code.expires <= self._clock():
            return None
        return code

    def issue_user_token(self, user_id: str, scopes: frozenset[str]) -> UserToken:
        """A fresh pair of access token and refresh token."""
        now = self._clock()
        return self._keep(
            UserToken(
                access_token=secrets.token_urlsafe(32),
                refresh_token=secrets.token_urlsafe(15),
                user_id=user_id,
                scopes=scopes,
                expires=now + USER_TOKEN_LIFE,
                refresh_expires=now + REFRESH_LIFE,
            )
        )

    def refresh(self, refresh_token: str) -> UserToken | None:
        """A new access token; the refresh token keeps its own end (90 days)."""
        now = self._clock()
        for old in tuple(self._user_tokens.values()):
            if old.refresh_token == refresh_token and old.refresh_expires > now:
                self.revoke(old.access_token)
                return self._keep(
                    UserToken(
                        access_token=secrets.token_urlsafe(32),
                        refresh_token=refresh_token,
                        user_id=old.user_id,
                        scopes=old.scopes,
                        expires=now + USER_TOKEN_LIFE,
                        refresh_expires=old.refresh_expires,
                    )
                )
        return None

    def user_token(self, access_token: str) -> UserToken | None:
        """The live token behind this string."""
        token = self._user_tokens.get(access_token)
        return token if token and token.expires > self._clock() else None

    def revoke(self, access_token: str) -> None:
        """End one access token and its refresh token."""
        self._user_tokens.pop(access_token, None)

    def deauthorize(self, user_id: str) -> None:
        """Take back everything the user granted: tokens and consent."""
        self._consents.pop(user_id, None)
        for token in tuple(self._user_tokens.values()):
            if token.user_id == user_id:
                self.revoke(token.access_token)

    def issue_channel_token(self, channel_id: str) -> str:
        """A stateless channel access token of 15 minutes."""
        token = "eyJhbGciOiJIUzI1NiJ9." + secrets.token_urlsafe(48)
        self._channel_tokens[token] = (channel_id, self._clock() + CHANNEL_TOKEN_LIFE)
        return token

    def channel_of(self, token: str) -> str | None:
        """The channel a live channel token belongs to."""
        channel_id, expires = self._channel_tokens.get(token, (None, None))
        return channel_id if expires and expires > self._clock() else None

    def _keep(self, token: UserToken) -> UserToken:
        self._user_tokens[token.access_token] = token
        return token

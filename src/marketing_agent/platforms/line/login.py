"""LINE Login v2.1 over HTTP: from the callback's code to a confirmed person and back.

Every method raises the errors of `Sender`. Where it is the customer's code or token
that is refused it is `LoginNotConfirmed`; `CredentialsRefused` is about the channel.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from marketing_agent.core.errors import LoginNotConfirmed
from marketing_agent.platforms.json_values import JsonObject, as_flag
from marketing_agent.platforms.line.exchange import (
    LOGIN_TIER,
    PLATFORM,
    accepted,
    refusal,
    said,
)
from marketing_agent.platforms.line.id_tokens import confirmed_login
from marketing_agent.platforms.line.wire import read_login_tokens, read_user_tokens
from marketing_agent.platforms.sender import Call, Method, Sender

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from marketing_agent.platforms.line.channel_tokens import ChannelTokens
    from marketing_agent.platforms.line.types import (
        LineChannel,
        LoginTokens,
        UserTokens,
        VerifiedLogin,
    )

_CUSTOMERS_FAULT = {"invalid_grant", "invalid_request", "invalid_token"}


class LineLogin:
    """One LINE Login channel."""

    def __init__(
        self,
        api_base_url: str,
        channel: LineChannel,
        sender: Sender,
        tokens: ChannelTokens,
    ) -> None:
        self._api_base_url = api_base_url.rstrip("/")
        self._channel = channel
        self._sender = sender
        self._tokens = tokens

    async def exchange(
        self, code: str, *, redirect_uri: str, code_verifier: str
    ) -> LoginTokens:
        """Give the tokens for a callback's `code`, which can be exchanged once.

        `redirect_uri` and the verifier must be those of the authorize URL.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": code_verifier,
            **self._identity(),
        }
        call = self._form_call("issue_login_tokens", "/oauth2/v2.1/token", form)
        answer = await self._sender.send(call)
        self._confirm(call, answer)
        return accepted(call, answer, read_login_tokens)

    async def refresh(self, refresh_token: str) -> UserTokens:
        """Give a new access token, such as `deauthorize` needs long after the login.

        Raises `LoginNotConfirmed` where the refresh token is no longer good: it ends 90
        days after the login, or when the customer takes back what they granted.
        """
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            **self._identity(),
        }
        call = self._form_call("refresh_login_tokens", "/oauth2/v2.1/token", form)
        answer = await self._sender.send(call)
        self._confirm(call, answer)
        return accepted(call, answer, read_user_tokens)

    async def verify(
        self, id_token: str, *, nonce: str, now: datetime
    ) -> VerifiedLogin:
        """Say who the ID token is about.

        LINE checks its signature; issuer, audience, expiry and nonce are checked here
        once more.
        """
        form = {"id_token": id_token, "client_id": self._channel.id, "nonce": nonce}
        path = "/oauth2/v2.1/verify"
        call = self._form_call("verify_id_token", path, form, repeatable=True)
        answer = await self._sender.send(call)
        self._confirm(call, answer)
        claims = accepted(call, answer, lambda body: body or None)
        channel_id = self._channel.id
        return confirmed_login(claims, channel_id=channel_id, nonce=nonce, now=now)

    async def friendship(self, access_token: str) -> bool:
        """Say whether the customer has the linked account as a friend, not blocked."""
        path = "/friendship/v1/status"
        call = self._call("get_friendship", "GET", path, token=access_token)
        answer = await self._sender.send(call)
        self._confirm(call, answer)
        return accepted(call, answer, lambda body: as_flag(body.get("friendFlag")))

    async def deauthorize(self, access_token: str) -> bool:
        """Take back what the customer granted, as LINE demands of an unlink.

        False where the access token is no longer good: then only the customer can do
        it, in LINE's settings.
        """
        call = self._call(
            "deauthorize",
            "POST",
            "/user/v1/deauthorize",
            json={"userAccessToken": access_token},
        )
        answer = await self._tokens.send(self._sender, self._channel, call)
        if answer.status_code == httpx.codes.BAD_REQUEST and said(answer) is not None:
            return False
        if not answer.is_success:
            raise refusal(call, answer)
        return True

    async def revoke(self, access_token: str) -> None:
        """Make an access token invalid; one that already is stays so."""
        form = {"access_token": access_token, **self._identity()}
        path = "/oauth2/v2.1/revoke"
        call = self._form_call("revoke_token", path, form, repeatable=True)
        answer = await self._sender.send(call)
        if not answer.is_success:
            raise refusal(call, answer)

    def _confirm(self, call: Call, answer: httpx.Response) -> None:
        """Raise `LoginNotConfirmed` where the customer's side is refused."""
        if answer.is_success:
            return
        reason = said(answer)
        code = reason.code if reason else None
        unauthorized = answer.status_code == httpx.codes.UNAUTHORIZED
        if code in _CUSTOMERS_FAULT or (unauthorized and code is None):
            raise refusal(call, answer, kind=LoginNotConfirmed)
        raise refusal(call, answer)

    def _identity(self) -> dict[str, str]:
        return {"client_id": self._channel.id, "client_secret": self._channel.secret}

    def _form_call(
        self, name: str, path: str, form: Mapping[str, str], *, repeatable: bool = False
    ) -> Call:
        return Call(
            platform=PLATFORM,
            name=name,
            method="POST",
            url=f"{self._api_base_url}{path}",
            account=self._channel.id,
            tier=LOGIN_TIER,
            form=form,
            repeatable=repeatable,
        )

    def _call(
        self,
        name: str,
        method: Method,
        path: str,
        *,
        token: str | None = None,
        json: JsonObject | None = None,
    ) -> Call:
        return Call(
            platform=PLATFORM,
            name=name,
            method=method,
            url=f"{self._api_base_url}{path}",
            account=self._channel.id,
            tier=LOGIN_TIER,
            headers={} if token is None else {"Authorization": f"Bearer {token}"},
            json=json,
            repeatable=method == "GET",
        )

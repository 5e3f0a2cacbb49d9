"""The authorize request of LINE Login v2.1, parsed and checked.

Source: LINE's "Integrating LINE Login with your web app" (parameters, error codes). A
bad `client_id` or `redirect_uri` never comes back to the caller; every other mistake
does, as `error` on the redirect.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.sandbox.line.world import LineWorld

SCOPES = frozenset({"profile", "openid", "email"})
BOT_PROMPTS = frozenset({"", "normal", "aggressive"})
PROMPTS = frozenset({"", "consent", "none", "login"})


class UntrustedRequest(Exception):
    """The request names no known channel or no registered callback."""


class RefusedRequest(Exception):
    """The request is refused on the redirect, with LINE's upper-case error code."""

    def __init__(self, login: AuthorizeRequest, error: str, description: str) -> None:
        super().__init__(error, description)
        self.callback = login.answer(
            error=error, error_description=description, state=login.state
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizeRequest:
    """One attempt to log in. `query` is the request as it came, to carry in forms."""

    query: str
    redirect_uri: str
    state: str
    response_type: str
    response_mode: str
    scopes: frozenset[str]
    nonce: str | None
    challenge: str | None
    challenge_method: str
    bot_prompt: str
    prompt: str
    ui_locales: str
    disable_auto_login: bool

    def without_prompt(self) -> str:
        """The same query once `prompt` has been obeyed."""
        return _without(self.query, "prompt")

    def as_someone_else(self) -> str:
        """The same query, asking LINE to log in anew."""
        return f"{self.without_prompt()}&prompt=login"

    def without_email(self) -> AuthorizeRequest:
        """The same request for nothing but the rest."""
        scopes = self.scopes - {"email"}
        rest = _without(self.query, "scope")
        query = f"{rest}&{urlencode({'scope': ' '.join(sorted(scopes))})}"
        return replace(self, query=query, scopes=scopes)

    def answer(self, **parameters: str) -> str:
        """The callback URL with LINE's parameters after the ones it came with."""
        url = urlsplit(self.redirect_uri)
        kept = parse_qsl(url.query, keep_blank_values=True)
        query = urlencode([*kept, *parameters.items()])
        return urlunsplit(url._replace(query=query))


def parse(world: LineWorld, query: str) -> AuthorizeRequest:
    """Read a query string.

    Without the channel's permission nobody is asked for an email address. Raises
    UntrustedRequest for a client that is not ours, RefusedRequest for what LINE answers
    on the callback.
    """
    given = dict(parse_qsl(query, keep_blank_values=True))
    if given.get("client_id") != world.login_channel.id:
        raise UntrustedRequest("client_id")
    if not world.is_callback(given.get("redirect_uri", "")):
        raise UntrustedRequest("redirect_uri")
    request = _request(_without(query, "sandbox_user"), given)
    _check(request)
    return request if world.email_permission else request.without_email()


def _check(request: AuthorizeRequest) -> None:
    if request.response_type != "code":
        raise RefusedRequest(
            request, "UNSUPPORTED_RESPONSE_TYPE", "response_type must be code"
        )
    if not request.state:
        raise RefusedRequest(request, "INVALID_REQUEST", "state is required")
    if request.response_mode not in ("", "query"):
        raise RefusedRequest(
            request, "INVALID_REQUEST", "the sandbox answers in the query only"
        )
    if not request.scopes or not request.scopes <= SCOPES:
        raise RefusedRequest(request, "INVALID_SCOPE", "unknown scope")
    if request.scopes == {"email"}:
        raise RefusedRequest(request, "INVALID_SCOPE", "email needs openid")
    if request.challenge is not None and request.challenge_method != "S256":
        raise RefusedRequest(
            request, "INVALID_REQUEST", "code_challenge_method must be S256"
        )
    if request.bot_prompt not in BOT_PROMPTS or request.prompt not in PROMPTS:
        raise RefusedRequest(request, "INVALID_REQUEST", "unknown bot_prompt or prompt")


def _without(query: str, name: str) -> str:
    kept = parse_qsl(query, keep_blank_values=True)
    return urlencode([(key, value) for key, value in kept if key != name])


def _request(query: str, given: Mapping[str, str]) -> AuthorizeRequest:
    return AuthorizeRequest(
        query=query,
        redirect_uri=given["redirect_uri"],
        state=given.get("state", ""),
        response_type=given.get("response_type", ""),
        response_mode=given.get("response_mode", ""),
        scopes=frozenset(given.get("scope", "").split()),
        nonce=given.get("nonce") or None,
        challenge=given.get("code_challenge") or None,
        challenge_method=given.get("code_challenge_method", ""),
        bot_prompt=given.get("bot_prompt", ""),
        prompt=given.get("prompt", ""),
        ui_locales=given.get("ui_locales", ""),
        disable_auto_login=given.get("disable_auto_login") == "true",
    )

"""What our LINE clients do with one customer, to be recorded and replayed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from marketing_agent.core.errors import LoginNotConfirmed
from marketing_agent.core.signals import LineUserId
from marketing_agent.platforms.line.authorize import LoginAttempt
from marketing_agent.platforms.line.channel_tokens import ChannelTokens
from marketing_agent.platforms.line.login import LineLogin
from marketing_agent.platforms.line.messaging import LineMessaging
from marketing_agent.platforms.line.types import LineChannel
from tests.cassettes.redaction import Redaction

if TYPE_CHECKING:
    from marketing_agent.platforms.line.types import (
        LineBot,
        LineProfile,
        LoginTokens,
        VerifiedLogin,
        WebhookEndpoint,
        WebhookTest,
    )
    from marketing_agent.platforms.sender import Sender

CASSETTE = "line.yaml"
HOST = "line.sandbox.test"
BASE_URL = f"https://{HOST}"
CALLBACK = "https://link.test/line/callback?ticket=t1"
WEBHOOK = "https://link.test/webhooks/line/hana-coffee"
LOGIN_CHANNEL = LineChannel(id="1650000001", secret="login-secret-of-the-sandbox-0001")
BOT_CHANNEL = LineChannel(id="1650000002", secret="messaging-secret-of-the-sandbox-2")
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HANA = LineUserId("U" + "0" * 31 + "1")
STRANGER = LineUserId("U" + "0" * 31 + "9")
BOT = LineUserId("U" + "b" * 32)
ATTEMPT = LoginAttempt(
    state="0123456789abcdef0123456789abcdef",
    nonce="fedcba9876543210fedcba9876543210",
    code_verifier="verifier-of-the-cassette-with-43-characters",
)
CODE = "code-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStory:
    """What the clients understood; refusals by LINE's own words."""

    login: VerifiedLogin
    wrong_nonce: str
    used_code: str
    is_friend: bool
    bot: LineBot
    friend: LineProfile | None
    stranger: LineProfile | None
    no_endpoint: WebhookEndpoint | None
    endpoint: WebhookEndpoint | None
    tested: WebhookTest
    deauthorized: bool
    after_deauthorize: str
    deauthorized_again: bool


def redaction(code: str = CODE) -> Redaction:
    """Name what the cassette must not hold."""
    names = {
        code: CODE,
        LOGIN_CHANNEL.secret: "login-channel-secret",
        BOT_CHANNEL.secret: "messaging-channel-secret",
    }
    return Redaction(names, (HOST,))


async def play(sender: Sender, code: str = CODE) -> LineStory:
    """Log a customer in, look them up, set the webhook, take the grant back."""
    tokens = ChannelTokens(BASE_URL, sender, now=lambda: 0.0)
    line_login = LineLogin(BASE_URL, LOGIN_CHANNEL, sender, tokens)
    messaging = LineMessaging(BASE_URL, BOT_CHANNEL, sender, tokens)

    granted = await _exchange(line_login, code)
    access_token = granted.access_token
    login = await line_login.verify(granted.id_token, nonce=ATTEMPT.nonce, now=NOW)
    wrong_nonce = await _refused_nonce(line_login, granted.id_token)
    used_code = await _refused_code(line_login, code)
    is_friend = await line_login.friendship(access_token)
    bot = await messaging.bot_info()
    friend = await messaging.profile(HANA)
    stranger = await messaging.profile(STRANGER)
    no_endpoint = await messaging.webhook_endpoint()
    await messaging.set_webhook_endpoint(WEBHOOK)
    endpoint = await messaging.webhook_endpoint()
    tested = await messaging.test_webhook()
    deauthorized = await line_login.deauthorize(access_token)
    after_deauthorize = await _refused_friendship(line_login, access_token)
    deauthorized_again = await line_login.deauthorize(access_token)
    await line_login.revoke(access_token)
    return LineStory(
        login=login,
        wrong_nonce=wrong_nonce,
        used_code=used_code,
        is_friend=is_friend,
        bot=bot,
        friend=friend,
        stranger=stranger,
        no_endpoint=no_endpoint,
        endpoint=endpoint,
        tested=tested,
        deauthorized=deauthorized,
        after_deauthorize=after_deauthorize,
        deauthorized_again=deauthorized_again,
    )


async def _exchange(line_login: LineLogin, code: str) -> LoginTokens:
    return await line_login.exchange(
        code, redirect_uri=CALLBACK, code_verifier=ATTEMPT.code_verifier
    )


async def _refused_nonce(line_login: LineLogin, id_token: str) -> str:
    try:
        await line_login.verify(id_token, nonce="another", now=NOW)
    except LoginNotConfirmed as error:
        return str(error.facts["detail"])
    return ""


async def _refused_code(line_login: LineLogin, code: str) -> str:
    try:
        await _exchange(line_login, code)
    except LoginNotConfirmed as error:
        return str(error.facts["detail"])
    return ""


async def _refused_friendship(line_login: LineLogin, access_token: str) -> str:
    try:
        await line_login.friendship(access_token)
    except LoginNotConfirmed as error:
        return str(error.facts["detail"])
    return ""

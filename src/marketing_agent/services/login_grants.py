"""What customers granted at their LINE login: kept sealed, given back on an unlink.

LINE demands that a service deauthorizes itself when a customer ends the link (LINE
Login development guidelines). That needs an access token of the customer's, which
lives 30 days, or the refresh token for a new one, which lives 90.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from marketing_agent.core.errors import LoginNotConfirmed, MarketingAgentError
from marketing_agent.platforms.line.types import REFRESH_TOKEN_LIFE
from marketing_agent.services import connections
from marketing_agent.storage import login_tokens
from marketing_agent.storage.login_tokens import SealedTokens

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import LineUserId
    from marketing_agent.platforms.line.login import LineLogin
    from marketing_agent.platforms.line.types import UserTokens
    from marketing_agent.services.ground import Ground

_TOKEN: Final = "token of a line login"  # noqa: S105 - a purpose, not a secret
_ACCESS_LIFE: Final = timedelta(days=30)
_log = structlog.get_logger(__name__)


async def keep(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    line_user: LineUserId,
    tokens: UserTokens,
    at: datetime,
) -> None:
    """Keep what a login at `at` granted, sealed, in place of an earlier login's."""
    life = _ACCESS_LIFE
    if tokens.expires_in is not None:
        life = timedelta(seconds=tokens.expires_in)
    refresh = tokens.refresh_token
    sealed = SealedTokens(
        access_sealed=_sealed(ground, tokens.access_token),
        refresh_sealed=None if refresh is None else _sealed(ground, refresh),
        access_until=at + life,
        refresh_until=None if refresh is None else at + REFRESH_TOKEN_LIFE,
    )
    await login_tokens.keep(tx, merchant_id, line_user, sealed)


async def end(ground: Ground, merchant_id: int, line_user: LineUserId) -> bool:
    """Give back at LINE what this customer granted, and forget the tokens.

    Best effort, to be called after the unlink is committed; raises nothing of
    MarketingAgentError. False where no token is good any more (then only the customer
    can do it, in LINE's settings) or LINE could not be reached (then it can be called
    again).
    """
    try:
        async with ground.database.transaction() as tx:
            tokens = await login_tokens.find(tx, merchant_id, line_user)
            if tokens is None:
                return False
            account = await connections.line_account_of(tx, merchant_id)
        line = connections.login_channel(ground, account)
        ended = await _deauthorized(ground, line, tokens)
    except MarketingAgentError as error:
        _log.warning(
            "line_grant_not_ended", merchant=merchant_id, error=type(error).__name__
        )
        return False
    async with ground.database.transaction() as tx:
        await login_tokens.forget(tx, merchant_id, line_user, tokens)
    return ended


async def _deauthorized(ground: Ground, line: LineLogin, tokens: SealedTokens) -> bool:
    """Whether LINE took the kept access token, or a refreshed one."""
    now = ground.clock()
    access = _opened(ground, tokens.access_sealed)
    if now < tokens.access_until and await line.deauthorize(access):
        return True
    if tokens.refresh_sealed is None or (
        tokens.refresh_until is not None and now >= tokens.refresh_until
    ):
        return False
    try:
        fresh = await line.refresh(_opened(ground, tokens.refresh_sealed))
    except LoginNotConfirmed:
        return False
    return await line.deauthorize(fresh.access_token)


def _sealed(ground: Ground, token: str) -> bytes:
    return ground.vault.seal(token.encode(), purpose=_TOKEN)


def _opened(ground: Ground, sealed: bytes) -> str:
    return ground.vault.open(sealed, purpose=_TOKEN).decode()

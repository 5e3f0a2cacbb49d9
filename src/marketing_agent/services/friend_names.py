"""What friends are called on LINE: sealed, folded for searching, asked for lazily."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from marketing_agent.core.errors import PlatformError
from marketing_agent.core.friend_names import folded_name
from marketing_agent.core.friend_properties import ToldConsent, ToldFriend
from marketing_agent.services import connections
from marketing_agent.storage import friends, merchants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import LineUserId
    from marketing_agent.platforms.line.messaging import LineMessaging
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.friends import Friend
    from marketing_agent.storage.vault import Vault

NAMES: Final = "name of a friend"
"""The purpose under which names are sealed."""
_log = structlog.get_logger(__name__)


def open_name(vault: Vault, sealed: bytes | None) -> str | None:
    """The friend's name; None where it is not known or LINE does not tell it."""
    if sealed is None:
        return None
    return vault.open(sealed, purpose=NAMES).decode() or None


def told_friend(
    vault: Vault, line_user: LineUserId, friend: Friend | None
) -> ToldFriend:
    """A friend as Klaviyo is told of them."""
    if friend is None:
        return ToldFriend(line_user=line_user)
    told = friend.consent
    consent = told and ToldConsent(given=told.given, at=told.at, source=told.source)
    return ToldFriend(
        line_user=line_user,
        name=open_name(vault, friend.name_sealed),
        following=friend.following,
        consent=consent or None,
    )


async def ask(
    ground: Ground, merchant_id: int, some: Sequence[LineUserId]
) -> list[LineUserId]:
    """Ask LINE for the names of those of these friends whose name is not known.

    In the background, within LINE's limits. Gives those whom LINE could not be asked
    about now; whose name LINE does not tell is not asked about again.
    """
    async with ground.database.transaction() as tx:
        known = await friends.several(tx, merchant_id, some)
        account = await merchants.line_account(tx, merchant_id)
    nameless = [
        each.line_user
        for each in known.values()
        if each.following and each.name_sealed is None
    ]
    if account is None or not nameless:
        return []
    line = connections.messaging_channel(ground, account, background=True)
    for place, line_user in enumerate(nameless):
        try:
            await _ask_one(ground, merchant_id, line, line_user)
        except PlatformError as error:
            kind = type(error).__name__
            _log.warning("names put off", merchant=merchant_id, error=kind)
            return nameless[place:]
    return []


async def meet(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    line_user: LineUserId,
    name: str | None,
    *,
    language: str | None = None,
) -> None:
    """Remember this LINE user by the name that LINE tells; None: it was not asked."""
    seal = ground.vault.seal
    await friends.meet(
        tx,
        merchant_id,
        line_user,
        ground.clock(),
        name_sealed=None if name is None else seal(name.encode(), purpose=NAMES),
        name_folded=None if name is None else folded_name(name),
        language=language,
    )


async def _ask_one(
    ground: Ground, merchant_id: int, line: LineMessaging, line_user: LineUserId
) -> None:
    found = await line.profile(line_user)
    async with ground.database.merchant_transaction(merchant_id) as tx:
        if await friends.find(tx, merchant_id, line_user) is None:
            # Erased while LINE was asked.
            return
        name, language = ("", None) if found is None else (found.name, found.language)
        await meet(ground, tx, merchant_id, line_user, name, language=language)

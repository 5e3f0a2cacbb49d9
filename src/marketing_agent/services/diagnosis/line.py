"""Evidence about LINE: both channels, the webhook, and what logins prove."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import (
    Answer,
    Asked,
    LineSeen,
    LoginSeen,
)
from marketing_agent.core.diagnosis.findings import named
from marketing_agent.platforms.line.types import FollowersNotListed
from marketing_agent.services import connections
from marketing_agent.services.diagnosis.asking import ask
from marketing_agent.storage import friends, logins, merchants

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.core.signals import LineUserId
    from marketing_agent.platforms.line.messaging import LineMessaging
    from marketing_agent.platforms.line.types import LineProfile
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.friends import Friend
    from marketing_agent.storage.merchants import LineAccountRow

_PEOPLE: Final = 5
"""Of the newest logins: some people do not add the account."""


async def line_seen(ground: Ground, merchant_id: int) -> LineSeen:
    """Both channels, the webhook as LINE sees it, and what the last logins prove."""
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        account = await merchants.line_account(tx, merchant_id)
    wanted = connections.webhook_url(ground, merchant.webhook_key)
    if account is None:
        says = "No LINE Official Account is connected."
        missing = Asked(answer=Answer.NOT_CONNECTED, says=says)
        return LineSeen(bot=missing, webhook_wanted=wanted)
    asked, line = await ask(_channel(ground, account))
    if line is None:
        return LineSeen(bot=asked, webhook=asked, webhook_wanted=wanted)
    seen, bot, listed, login = await asyncio.gather(
        _webhook(line, wanted),
        _bot(line),
        _lists_followers(line),
        _login(ground, merchant_id, line),
    )
    return replace(seen, bot=bot, lists_followers=listed, login=login)


async def _channel(ground: Ground, account: LineAccountRow) -> LineMessaging:
    return connections.messaging_channel(ground, account)


async def _bot(line: LineMessaging) -> Asked:
    asked, bot = await ask(line.bot_info())
    if bot is None:
        return asked
    name = named("name", bot.name)
    return replace(asked, says=f"Connected to {name.value} ({bot.basic_id}).")


async def _webhook(line: LineMessaging, wanted: str) -> LineSeen:
    asked, endpoint = await ask(line.webhook_endpoint())
    seen = LineSeen(bot=asked, webhook=asked, webhook_wanted=wanted)
    if endpoint is None:
        return seen
    seen = replace(seen, webhook_found=endpoint.url, webhook_active=endpoint.active)
    if endpoint.url != wanted or not endpoint.active:
        return seen
    return replace(seen, webhook_call=await _call(line))


async def _call(line: LineMessaging) -> Asked:
    asked, test = await ask(line.test_webhook())
    if test is None or test.success:
        return asked
    return Asked(answer=Answer.NO, says=f"{test.reason} {test.detail}".strip())


async def _lists_followers(line: LineMessaging) -> Asked:
    asked, page = await ask(line.followers(limit=1))
    return Asked(answer=Answer.NO) if isinstance(page, FollowersNotListed) else asked


async def _login(
    ground: Ground, merchant_id: int, line: LineMessaging
) -> LoginSeen | None:
    """Whether the other channel knows those who logged in last.

    A person who is a friend by LINE Login's word, and whom the Messaging API channel
    does not know, has another LINE User ID there: that of another provider.
    """
    async with ground.database.transaction() as tx:
        latest = await logins.newest(tx, merchant_id, limit=_PEOPLE)
        known = await friends.several(tx, merchant_id, [each for each, _ in latest])
    if not latest:
        return None
    asked = await asyncio.gather(*(ask(line.profile(who)) for who, _ in latest))
    shown = {who: each for (who, _), each in zip(latest, asked, strict=True)}
    answered = [who for who, (each, _) in shown.items() if each.answer is Answer.YES]
    return LoginSeen(
        at=latest[0][1],
        people=len(answered),
        same_provider=_same_provider({who: shown[who][1] for who in answered}, known),
    )


def _same_provider(
    shown: Mapping[LineUserId, LineProfile | None],
    known: Mapping[LineUserId, Friend],
) -> bool | None:
    if any(profile is not None for profile in shown.values()):
        return True
    are_friends = (who in known and known[who].following is True for who in shown)
    return False if any(are_friends) else None

"""Evidence about the Klaviyo account: key, scopes, and what it does not take."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import (
    Answer,
    Asked,
    KlaviyoSeen,
    UnwrittenSeen,
)
from marketing_agent.core.diagnosis.findings import named
from marketing_agent.platforms.klaviyo.scopes import SCOPES, try_scope
from marketing_agent.services import connections
from marketing_agent.services.diagnosis.asking import ask
from marketing_agent.storage import unwritten

if TYPE_CHECKING:
    from marketing_agent.platforms.klaviyo.client import KlaviyoClient
    from marketing_agent.services.ground import Ground

_DEAD_FOR: Final = timedelta(days=30)
"""What was given up longer ago explains nothing that happens now."""


async def klaviyo_of(ground: Ground, merchant_id: int) -> KlaviyoClient:
    """The client of the account, read by itself. Raises SetupMissing."""
    async with ground.database.transaction() as tx:
        return await connections.klaviyo_of(ground, tx, merchant_id)


async def klaviyo_seen(
    ground: Ground, merchant_id: int, *, with_scopes: bool = True
) -> KlaviyoSeen:
    """Whether Klaviyo answers, and what the key may read."""
    asked, klaviyo = await ask(klaviyo_of(ground, merchant_id))
    if klaviyo is None:
        if asked.answer is Answer.NOT_CONNECTED:
            asked = replace(asked, says="No Klaviyo account is connected.")
        return KlaviyoSeen(account=asked)
    scopes = SCOPES if with_scopes else ()
    account, *tried = await asyncio.gather(
        _account(klaviyo), *(_scope(klaviyo, scope) for scope in scopes)
    )
    return KlaviyoSeen(account=account, scopes=dict(zip(scopes, tried, strict=True)))


async def unwritten_seen(ground: Ground, merchant_id: int) -> tuple[UnwrittenSeen, ...]:
    """What is kept from Klaviyo, by the reason; the most first."""
    dead_after = ground.clock() - _DEAD_FOR
    async with ground.database.transaction() as tx:
        found = await unwritten.by_reason(tx, merchant_id, dead_after=dead_after)
    return tuple(
        UnwrittenSeen(
            why=each.why, waiting=each.waiting, dead=each.dead, since=each.since
        )
        for each in found
    )


async def _account(klaviyo: KlaviyoClient) -> Asked:
    asked, found = await ask(klaviyo.account())
    if found is None:
        return asked
    name = named("name", found.organization or found.id)
    return replace(asked, says=f"Connected to {name.value}.")


async def _scope(klaviyo: KlaviyoClient, scope: str) -> Asked:
    asked, _ = await ask(try_scope(klaviyo.exchange, scope))
    return asked

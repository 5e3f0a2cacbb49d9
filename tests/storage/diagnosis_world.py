"""What a diagnosis finds in storage's tests: an attempt of a setting, and trouble."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import (
    Claim,
    Evidence,
    FactKey,
    Method,
    SettingId,
)
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.services.linking import settle
from marketing_agent.storage import outbox
from marketing_agent.storage.outbox import NewItem, OutboxKind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

YUKI: Final = LineUserId("U" + "7" * 32)
_UNTOLD: Final = NewItem(
    key="untold",
    kind=OutboxKind.LINE_USER_ID,
    line_user=YUKI,
    profile=ProfileId("01PROFILE-Y"),
    body={},
)


async def meet_trouble(tx: AsyncConnection, merchant_id: int, now: datetime) -> None:
    """Yuki came through a custom QR code, and Klaviyo refused to be told of her."""
    claim = Claim(
        key=FactKey("claim-of-yuki"),
        at=now,
        stored=now,
        line_user=YUKI,
        method=Method.QR_LINK,
        evidence=Evidence.ONE_SIGNAL,
        setting=SettingId("abc2345678"),
        login=True,
    )
    await settle(tx, merchant_id, [claim], now)
    before = {item.id for item in await outbox.due(tx, merchant_id, now)}
    await outbox.add(tx, merchant_id, [_UNTOLD], now)
    due = await outbox.due(tx, merchant_id, now)
    [item] = [each.id for each in due if each.id not in before]
    await outbox.give_up(tx, merchant_id, [item], now, "refused")

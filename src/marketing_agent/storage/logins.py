"""Customers' LINE logins, as the claims that came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from marketing_agent.core.facts import Method
from marketing_agent.core.signals import LineUserId
from marketing_agent.storage.tables import outcomes

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

_BY_LOGIN: Final = (Method.QR_LINK.value, Method.FORM_LINKAGE.value)
_EACH: Final = 10
"""So many claims of one person may stand among the newest."""


async def newest(
    tx: AsyncConnection, merchant_id: int, *, limit: int
) -> list[tuple[LineUserId, datetime]]:
    """Who logged in last, each once with the time, newest first; at most `limit`."""
    rows = await tx.execute(
        select(outcomes.c.line_user_id, outcomes.c.claimed_at)
        .where(outcomes.c.merchant_id == merchant_id, outcomes.c.method.in_(_BY_LOGIN))
        .order_by(outcomes.c.claimed_at.desc())
        .limit(limit * _EACH)
    )
    found: dict[LineUserId, datetime] = {}
    for line_user, at in rows:
        found.setdefault(LineUserId(line_user), at)
    return list(found.items())[:limit]

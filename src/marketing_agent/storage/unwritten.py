"""What Klaviyo was not told, by the reason: waiting after a failure, or given up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select

from marketing_agent.storage.tables import outbox

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

_MOST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwritten:
    """Changes with the same last error, which holds nothing personal."""

    why: str
    waiting: int
    dead: int
    since: datetime
    """When the oldest of them was made."""


async def by_reason(
    tx: AsyncConnection, merchant_id: int, *, dead_after: datetime
) -> list[Unwritten]:
    """The most frequent reasons; what was given up before `dead_after` is left out."""
    waiting = func.count().filter(outbox.c.dead_at.is_(None))
    dead = func.count().filter(outbox.c.dead_at.is_not(None))
    rows = await tx.execute(
        select(outbox.c.last_error, waiting, dead, func.min(outbox.c.created_at))
        .where(
            outbox.c.merchant_id == merchant_id,
            outbox.c.done_at.is_(None),
            outbox.c.last_error.is_not(None),
            or_(outbox.c.dead_at.is_(None), outbox.c.dead_at > dead_after),
        )
        .group_by(outbox.c.last_error)
        .order_by(func.count().desc(), outbox.c.last_error)
        .limit(_MOST)
    )
    return [
        Unwritten(why=why, waiting=waiting, dead=dead, since=since)
        for why, waiting, dead, since in rows
    ]

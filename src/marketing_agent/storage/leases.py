"""Who is at work for a merchant, by a number that only grows.

`Database.my_turn` lets one process at a time begin, and gives the turn back when its
connection dies. A process that does not know yet that it lost its connection still
holds the older number, and whoever checks it in the transaction that writes lets it
write nothing more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import leases

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


async def take(
    tx: AsyncConnection, merchant_id: int, work: str, holder: str, now: datetime
) -> int:
    """Become the one at this work; gives the number that every write has to show.

    Only for a process whose turn it is.
    """
    statement = insert(leases).values(
        merchant_id=merchant_id, work=work, fence=1, holder=holder, taken_at=now
    )
    fence: int | None = await tx.scalar(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "work"],
            set_={"fence": leases.c.fence + 1, "holder": holder, "taken_at": now},
        ).returning(leases.c.fence)
    )
    assert fence is not None
    return fence


async def is_held(tx: AsyncConnection, merchant_id: int, work: str, fence: int) -> bool:
    """Whether nobody has taken the work over; nobody can before this is committed."""
    held = await tx.scalar(
        select(leases.c.fence)
        .where(leases.c.merchant_id == merchant_id, leases.c.work == work)
        .with_for_update()
    )
    return held == fence

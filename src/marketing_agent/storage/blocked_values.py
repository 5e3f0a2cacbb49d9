"""Values that a merchant does not take for a person: hashed for matching, sealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.signals import SignalHash
from marketing_agent.storage.tables import blocked_values

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


async def hashes(tx: AsyncConnection, merchant_id: int) -> frozenset[SignalHash]:
    """The blocked values of a merchant, hashed."""
    found = await tx.scalars(
        select(blocked_values.c.value_hash).where(
            blocked_values.c.merchant_id == merchant_id
        )
    )
    return frozenset(SignalHash(each) for each in found)


async def add(
    tx: AsyncConnection,
    merchant_id: int,
    value: SignalHash,
    value_sealed: bytes,
    now: datetime,
) -> None:
    """Block a value; a repeat changes nothing."""
    await tx.execute(
        insert(blocked_values)
        .values(
            merchant_id=merchant_id,
            value_hash=value,
            value_sealed=value_sealed,
            blocked_at=now,
        )
        .on_conflict_do_nothing()
    )

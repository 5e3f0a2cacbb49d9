"""Changes: the writes that were made, with their results and their inverses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import changes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


async def record(
    tx: AsyncConnection,
    merchant_id: int,
    *,
    approval_id: str,
    tool: str,
    arguments: Mapping[str, Any],
    made_by: str,
    now: datetime,
    result: Mapping[str, Any],
    inverse: Mapping[str, Any] | None,
) -> int:
    """Store a change and return its id."""
    change_id: int = (
        await tx.execute(
            insert(changes)
            .values(
                merchant_id=merchant_id,
                approval_id=approval_id,
                tool=tool,
                arguments=dict(arguments),
                made_by=made_by,
                made_at=now,
                result=dict(result),
                inverse=None if inverse is None else dict(inverse),
            )
            .returning(changes.c.id)
        )
    ).scalar_one()
    return change_id


async def result_of(
    tx: AsyncConnection, merchant_id: int, approval_id: str
) -> dict[str, Any] | None:
    """What the change made with this approval returned."""
    result: dict[str, Any] | None = await tx.scalar(
        select(changes.c.result).where(
            changes.c.merchant_id == merchant_id,
            changes.c.approval_id == approval_id,
        )
    )
    return result

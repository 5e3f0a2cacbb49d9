"""Tickets whose page was seen on a phone, for the computer that shows their QR code."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import ticket_marks

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

_KEPT: Final = timedelta(days=2)
"""Longer than any ticket lives."""


async def mark_scanned(
    tx: AsyncConnection, merchant_id: int, ticket_id: str, now: datetime
) -> None:
    """Remember the first sight; what is older than any ticket is forgotten."""
    await tx.execute(
        delete(ticket_marks).where(
            ticket_marks.c.merchant_id == merchant_id,
            ticket_marks.c.scanned_at < now - _KEPT,
        )
    )
    await tx.execute(
        insert(ticket_marks)
        .values(merchant_id=merchant_id, ticket_id=ticket_id, scanned_at=now)
        .on_conflict_do_nothing()
    )


async def is_scanned(tx: AsyncConnection, merchant_id: int, ticket_id: str) -> bool:
    """Whether a phone has shown this ticket's page."""
    found = await tx.scalar(
        select(ticket_marks.c.scanned_at).where(
            ticket_marks.c.merchant_id == merchant_id,
            ticket_marks.c.ticket_id == ticket_id,
        )
    )
    return found is not None

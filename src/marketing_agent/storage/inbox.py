"""What webhooks brought, as it came, until a drain has made facts of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import inbox

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


class InboxKind(StrEnum):
    """Who sent an event; its payload says so as `kind`."""

    LINE = "line"
    """Also where a payload has no kind."""
    KLAVIYO = "klaviyo"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEvent:
    """One stored event, as its sender's service wrote it down."""

    id: int
    event_id: str
    payload: Mapping[str, Any]


async def add(
    tx: AsyncConnection,
    merchant_id: int,
    events: Mapping[str, Mapping[str, Any]],
    now: datetime,
) -> int:
    """Store events by their ids; returns how many were new.

    They are stored in the order of their ids: two deliveries that share events would
    otherwise lock each other out. LINE's are ULIDs, so that it is the order in time.
    """
    if not events:
        return 0
    rows = [
        {
            "merchant_id": merchant_id,
            "event_id": event_id,
            "payload": dict(payload),
            "received_at": now,
        }
        for event_id, payload in sorted(events.items())
    ]
    added = await tx.scalars(
        insert(inbox).on_conflict_do_nothing().returning(inbox.c.id), rows
    )
    return len(added.all())


async def waiting(
    tx: AsyncConnection,
    merchant_id: int,
    *,
    kind: InboxKind = InboxKind.LINE,
    limit: int = 500,
) -> list[InboxEvent]:
    """Events that no drain has handled yet, in the order in which they arrived."""
    sent_by = func.coalesce(inbox.c.payload["kind"].astext, InboxKind.LINE.value)
    rows = await tx.execute(
        select(inbox.c.id, inbox.c.event_id, inbox.c.payload)
        .where(
            inbox.c.merchant_id == merchant_id,
            inbox.c.handled_at.is_(None),
            sent_by == kind.value,
        )
        .order_by(inbox.c.id)
        .limit(limit)
    )
    return [
        InboxEvent(id=id_, event_id=event_id, payload=payload)
        for id_, event_id, payload in rows
    ]


async def handled(
    tx: AsyncConnection, merchant_id: int, events: Sequence[int], now: datetime
) -> None:
    """These events have become facts, in this same transaction."""
    await tx.execute(
        update(inbox)
        .where(inbox.c.merchant_id == merchant_id, inbox.c.id.in_(events))
        .values(handled_at=now)
    )


async def empty(tx: AsyncConnection, merchant_id: int, events: Sequence[int]) -> None:
    """Forget what these events say; that they came is still known."""
    await tx.execute(
        update(inbox)
        .where(inbox.c.merchant_id == merchant_id, inbox.c.id.in_(events))
        .values(payload={})
    )


async def merchants_with_waiting(tx: AsyncConnection) -> list[int]:
    """Merchants whose inbox is not empty."""
    rows = await tx.scalars(
        select(inbox.c.merchant_id).where(inbox.c.handled_at.is_(None)).distinct()
    )
    return list(rows)

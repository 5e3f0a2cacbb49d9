"""Approvals: a human said yes to one tool call with exactly these arguments."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.conditions import is_storable
from marketing_agent.storage.tables import approvals

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """`arguments` are canonical JSON values, compared whole."""

    id: str
    tool: str
    arguments: Mapping[str, Any]
    given_by: str
    expires_at: datetime
    used_at: datetime | None


async def give(
    tx: AsyncConnection,
    merchant_id: int,
    *,
    tool: str,
    arguments: Mapping[str, Any],
    given_by: str,
    now: datetime,
    expires_at: datetime,
) -> str:
    """Store a fresh approval and return its unguessable id."""
    approval_id = secrets.token_urlsafe(16)
    await tx.execute(
        insert(approvals).values(
            merchant_id=merchant_id,
            id=approval_id,
            tool=tool,
            arguments=dict(arguments),
            given_by=given_by,
            given_at=now,
            expires_at=expires_at,
        )
    )
    return approval_id


async def find_for_update(
    tx: AsyncConnection, merchant_id: int, approval_id: str
) -> Approval | None:
    """The approval, locked until the end of this transaction."""
    if not is_storable(approval_id):
        return None
    rows = await tx.execute(
        select(approvals)
        .where(approvals.c.merchant_id == merchant_id, approvals.c.id == approval_id)
        .with_for_update()
    )
    row = rows.mappings().one_or_none()
    if row is None:
        return None
    return Approval(
        id=row["id"],
        tool=row["tool"],
        arguments=row["arguments"],
        given_by=row["given_by"],
        expires_at=row["expires_at"],
        used_at=row["used_at"],
    )


async def use(
    tx: AsyncConnection, merchant_id: int, approval_id: str, now: datetime
) -> None:
    """Mark the approval as consumed."""
    await tx.execute(
        update(approvals)
        .where(approvals.c.merchant_id == merchant_id, approvals.c.id == approval_id)
        .values(used_at=now)
    )

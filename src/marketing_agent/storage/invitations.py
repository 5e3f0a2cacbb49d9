"""Invitations: a person may sign in at a merchant, once, with a code.

The code itself is never stored, only its keyed hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.callers import Role
from marketing_agent.storage.tables import invitations

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Who is invited; `code_hash` is hexadecimal."""

    code_hash: str
    name: str
    role: Role


async def add(
    tx: AsyncConnection,
    merchant_id: int,
    invitation: Invitation,
    *,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Store a fresh invitation."""
    await tx.execute(
        insert(invitations).values(
            merchant_id=merchant_id,
            code_hash=invitation.code_hash,
            name=invitation.name,
            role=invitation.role.value,
            created_at=now,
            expires_at=expires_at,
        )
    )


async def use(
    tx: AsyncConnection, code_hash: str, now: datetime
) -> tuple[int, Invitation] | None:
    """Consume it and give the merchant's id with it; None when it is not good any more.

    Of several at once one gets it: the others wait for the row and find it used.
    """
    rows = await tx.execute(
        update(invitations)
        .where(
            invitations.c.code_hash == code_hash,
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(*invitations.c)
    )
    row = rows.mappings().one_or_none()
    if row is None:
        return None
    role = Role(row["role"])
    used = Invitation(code_hash=code_hash, name=row["name"], role=role)
    return row["merchant_id"], used

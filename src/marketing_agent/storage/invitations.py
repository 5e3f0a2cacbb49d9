"""Invitations: a person may sign in at a merchant, once, with a code.

The code itself is never stored, only its keyed hash.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select, update
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredInvitation(Invitation):
    """An invitation, and what became of it."""

    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


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


async def of_merchant(
    tx: AsyncConnection, merchant_id: int, *, limit: int
) -> list[StoredInvitation]:
    """The last ones, newest first."""
    rows = await tx.execute(
        select(invitations)
        .where(invitations.c.merchant_id == merchant_id)
        .order_by(invitations.c.created_at.desc(), invitations.c.code_hash)
        .limit(limit)
    )
    return [
        StoredInvitation(
            code_hash=row["code_hash"],
            name=row["name"],
            role=Role(row["role"]),
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            used_at=row["used_at"],
        )
        for row in rows.mappings()
    ]


async def withdraw(
    tx: AsyncConnection, merchant_id: int, begins: str, now: datetime
) -> Invitation | None:
    """End the unused one whose hash begins so; None if none of them is good."""
    rows = await tx.execute(
        update(invitations)
        .where(
            invitations.c.merchant_id == merchant_id,
            invitations.c.code_hash.startswith(begins, autoescape=True),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
        .values(expires_at=now)
        .returning(invitations.c.code_hash, invitations.c.name, invitations.c.role)
    )
    row = rows.one_or_none()
    if row is None:
        return None
    return Invitation(code_hash=row.code_hash, name=row.name, role=Role(row.role))


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

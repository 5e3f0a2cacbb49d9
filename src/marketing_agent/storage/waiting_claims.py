"""Claims that wait for Klaviyo to name a profile, and when to look again.

Working state, not truth: the signals are sealed and forgotten once the claim is past
its lookup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.facts import FactKey, Method
from marketing_agent.storage.conditions import is_one_of
from marketing_agent.storage.tables import merchants, waiting_claims

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingClaim:
    """`looks` counts the answered lookups so far."""

    claim: FactKey
    signals_sealed: bytes
    looks: int


_OF_AUTO_LINK: Final = waiting_claims.c.claim_key.startswith(
    f"{Method.AUTO_LINK}:", autoescape=True
)
"""The key of a claim begins with its method."""


async def add(
    tx: AsyncConnection,
    merchant_id: int,
    claim: FactKey,
    signals_sealed: bytes,
    now: datetime,
) -> None:
    """Look at this claim as soon as possible; a repeat changes nothing."""
    await tx.execute(
        insert(waiting_claims)
        .values(
            merchant_id=merchant_id,
            claim_key=claim,
            signals_sealed=signals_sealed,
            next_at=now,
            looks=0,
        )
        .on_conflict_do_nothing()
    )


async def due(
    tx: AsyncConnection,
    merchant_id: int,
    now: datetime,
    *,
    limit: int = 100,
    auto_link: bool = True,
) -> list[WaitingClaim]:
    """Claims to look at now, longest overdue first.

    Without `auto_link`, those of auto-link go on waiting.
    """
    rows = await tx.execute(
        select(waiting_claims)
        .where(
            waiting_claims.c.merchant_id == merchant_id,
            waiting_claims.c.next_at <= now,
            true() if auto_link else ~_OF_AUTO_LINK,
        )
        .order_by(waiting_claims.c.next_at)
        .limit(limit)
    )
    return [
        WaitingClaim(
            claim=FactKey(row["claim_key"]),
            signals_sealed=row["signals_sealed"],
            looks=row["looks"],
        )
        for row in rows.mappings()
    ]


async def look_again(
    tx: AsyncConnection,
    merchant_id: int,
    claim: FactKey,
    *,
    at: datetime,
    looks: int,
    error: str | None = None,
) -> None:
    """Set when this claim is looked at next. `error` holds no personal data."""
    await tx.execute(
        update(waiting_claims)
        .where(
            waiting_claims.c.merchant_id == merchant_id,
            waiting_claims.c.claim_key == claim,
        )
        .values(next_at=at, looks=looks, last_error=error)
    )


async def forget(
    tx: AsyncConnection, merchant_id: int, claims: Collection[FactKey]
) -> None:
    """These claims need no lookup any more."""
    if claims:
        await tx.execute(
            delete(waiting_claims).where(
                waiting_claims.c.merchant_id == merchant_id,
                is_one_of(waiting_claims.c.claim_key, claims),
            )
        )


async def last_error(
    tx: AsyncConnection, merchant_id: int, claim: FactKey
) -> str | None:
    """What went wrong at the last lookup of this claim."""
    error: str | None = await tx.scalar(
        select(waiting_claims.c.last_error).where(
            waiting_claims.c.merchant_id == merchant_id,
            waiting_claims.c.claim_key == claim,
        )
    )
    return error


async def merchants_with_due(tx: AsyncConnection, now: datetime) -> list[int]:
    """Merchants that have claims to look at now, and let them be looked at."""
    waiting = select(waiting_claims.c.merchant_id).where(
        waiting_claims.c.merchant_id == merchants.c.id,
        waiting_claims.c.next_at <= now,
        or_(merchants.c.auto_link_on, ~_OF_AUTO_LINK),
    )
    rows = await tx.scalars(
        select(merchants.c.id).where(merchants.c.integration_on, waiting.exists())
    )
    return list(rows)

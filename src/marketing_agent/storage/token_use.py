"""Token use: what a language model read and wrote for a merchant, day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import token_use

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenUse:
    """Tokens that went to the model and came back."""

    tokens_in: int = 0
    tokens_out: int = 0
    estimated: int = 0
    """How many of both were estimated, for a model that reports none."""

    @property
    def total(self) -> int:
        """What counts against the budget."""
        return self.tokens_in + self.tokens_out


async def add(tx: AsyncConnection, merchant_id: int, day: date, used: TokenUse) -> None:
    """Add to what was used on this day of the merchant's."""
    new = insert(token_use).values(
        merchant_id=merchant_id,
        day=day,
        tokens_in=used.tokens_in,
        tokens_out=used.tokens_out,
        estimated=used.estimated,
    )
    grown = {
        name: token_use.c[name] + new.excluded[name]
        for name in ("tokens_in", "tokens_out", "estimated")
    }
    await tx.execute(
        new.on_conflict_do_update(index_elements=["merchant_id", "day"], set_=grown)
    )


async def days(
    tx: AsyncConnection, merchant_id: int, since: date
) -> dict[date, TokenUse]:
    """What was used on each day from `since` on; days without use are left out."""
    rows = await tx.execute(
        select(token_use)
        .where(token_use.c.merchant_id == merchant_id, token_use.c.day >= since)
        .order_by(token_use.c.day)
    )
    return {
        row["day"]: TokenUse(
            tokens_in=row["tokens_in"],
            tokens_out=row["tokens_out"],
            estimated=row["estimated"],
        )
        for row in rows.mappings()
    }

"""What a LINE user granted us at their last login, sealed: needed to give it back."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import login_tokens

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import LineUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedTokens:
    """An access token and the refresh token that came with it, if one did."""

    access_sealed: bytes = field(repr=False)
    refresh_sealed: bytes | None = field(default=None, repr=False)
    access_until: datetime
    refresh_until: datetime | None = None


async def keep(
    tx: AsyncConnection, merchant_id: int, line_user: LineUserId, tokens: SealedTokens
) -> None:
    """Keep the tokens of the latest login in place of any earlier ones."""
    values = asdict(tokens)
    await tx.execute(
        insert(login_tokens)
        .values(merchant_id=merchant_id, line_user_id=line_user, **values)
        .on_conflict_do_update(
            index_elements=["merchant_id", "line_user_id"], set_=values
        )
    )


async def find(
    tx: AsyncConnection, merchant_id: int, line_user: LineUserId
) -> SealedTokens | None:
    """The tokens of this LINE user."""
    rows = await tx.execute(
        select(login_tokens).where(
            login_tokens.c.merchant_id == merchant_id,
            login_tokens.c.line_user_id == line_user,
        )
    )
    row = rows.mappings().one_or_none()
    if row is None:
        return None
    return SealedTokens(
        access_sealed=row["access_sealed"],
        refresh_sealed=row["refresh_sealed"],
        access_until=row["access_until"],
        refresh_until=row["refresh_until"],
    )


async def forget(
    tx: AsyncConnection, merchant_id: int, line_user: LineUserId, tokens: SealedTokens
) -> None:
    """Drop these tokens, unless a newer login has replaced them."""
    await tx.execute(
        delete(login_tokens).where(
            login_tokens.c.merchant_id == merchant_id,
            login_tokens.c.line_user_id == line_user,
            login_tokens.c.access_sealed == tokens.access_sealed,
        )
    )


async def forget_ended(tx: AsyncConnection, merchant_id: int, now: datetime) -> None:
    """Drop tokens that LINE no longer takes."""
    lasts = func.greatest(login_tokens.c.access_until, login_tokens.c.refresh_until)
    await tx.execute(
        delete(login_tokens).where(
            login_tokens.c.merchant_id == merchant_id, lasts < now
        )
    )

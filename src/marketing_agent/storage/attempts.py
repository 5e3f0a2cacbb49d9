"""Attempts that were about one profile, found by it or by its signals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from marketing_agent.core.facts import FactKey
from marketing_agent.storage import outcomes as stored_outcomes
from marketing_agent.storage.tables import outcomes

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import ProfileId, SignalHash
    from marketing_agent.storage.outcomes import StoredOutcome

_MOST: Final = 50


async def about(
    tx: AsyncConnection,
    merchant_id: int,
    profile: ProfileId,
    *,
    email: SignalHash | None,
    phone: SignalHash | None,
) -> list[StoredOutcome]:
    """The newest attempts with this profile, this email or this phone number."""
    of_profile = outcomes.c.profile_id == profile
    by_email = outcomes.c.email_hash == email if email else None
    by_phone = outcomes.c.phone_hash == phone if phone else None
    ways = [each for each in (of_profile, by_email, by_phone) if each is not None]
    keys = await tx.scalars(
        select(outcomes.c.claim_key)
        .where(outcomes.c.merchant_id == merchant_id, or_(*ways))
        .order_by(outcomes.c.claimed_at.desc(), outcomes.c.claim_key)
        .limit(_MOST)
    )
    found = [
        await stored_outcomes.of_claim(tx, merchant_id, FactKey(key))
        for key in keys.all()
    ]
    return [each for each in found if each is not None]

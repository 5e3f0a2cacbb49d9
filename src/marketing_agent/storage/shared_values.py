"""Values that many LINE users named: a shared address, or a broken link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from marketing_agent.core.facts import Method
from marketing_agent.core.signals import ProfileId, SignalHash
from marketing_agent.storage.tables import blocked_values, outcomes

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """One value that many LINE users named: a shared address, or a broken link."""

    what: str
    """email or phone."""
    value: SignalHash
    line_users: int
    profile: ProfileId | None
    setting: str | None
    method: Method
    last: datetime


async def found(
    tx: AsyncConnection, merchant_id: int, since: datetime, *, at_least: int
) -> list[Shared]:
    """Values that so many LINE users named since then; blocked ones are left out."""
    blocked = select(blocked_values.c.value_hash).where(
        blocked_values.c.merchant_id == merchant_id
    )
    shared: list[Shared] = []
    for what, column in (
        ("email", outcomes.c.email_hash),
        ("phone", outcomes.c.phone_hash),
    ):
        people = func.count(outcomes.c.line_user_id.distinct())
        rows = await tx.execute(
            select(
                column,
                people,
                func.max(outcomes.c.profile_id),
                func.max(outcomes.c.setting),
                func.max(outcomes.c.method),
                func.max(outcomes.c.claimed_at),
            )
            .where(
                outcomes.c.merchant_id == merchant_id,
                outcomes.c.claimed_at >= since,
                column.is_not(None),
                column.not_in(blocked),
            )
            .group_by(column)
            .having(people >= at_least)
            .order_by(people.desc(), column)
        )
        shared += [_shared_of(what, *row) for row in rows]
    return shared


def _shared_of(
    what: str,
    value: str,
    line_users: int,
    profile: str | None,
    setting: str | None,
    method: str,
    last: datetime,
) -> Shared:
    return Shared(
        what=what,
        value=SignalHash(value),
        line_users=line_users,
        profile=None if profile is None else ProfileId(profile),
        setting=setting,
        method=Method(method),
        last=last,
    )

"""The append-only facts of each merchant.

Writers hold the merchant's lock (`Database.merchant_transaction`), which is what makes
`stored` a total order.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select, true
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.components import line_user_of, profiles_of
from marketing_agent.storage.batches import selected
from marketing_agent.storage.conditions import is_one_of
from marketing_agent.storage.database import database_now
from marketing_agent.storage.fact_codec import fact_of, row_of
from marketing_agent.storage.tables import facts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.facts import Fact, FactKey

_TICK: Final = timedelta(microseconds=1)


async def append(
    tx: AsyncConnection, merchant_id: int, new: Sequence[Fact]
) -> list[Fact]:
    """Store facts in this order, and return those that were not known before.

    Each gets its own `stored`, later than every earlier one of this merchant, whatever
    the database's clock does. A repeat of a known key changes nothing.
    """
    if not new:
        return []
    stored = await _next_moment(tx, merchant_id)
    unique: dict[FactKey, Fact] = {}
    for fact in new:
        unique.setdefault(fact.key, fact)
    dated = [
        replace(fact, stored=stored + place * _TICK)
        for place, fact in enumerate(unique.values())
    ]
    rows = [row_of(merchant_id, each) for each in dated]
    added = await tx.scalars(
        insert(facts)
        .from_select(list(rows[0]), selected(facts, rows))
        .on_conflict_do_nothing()
        .returning(facts.c.key)
    )
    keys = set(added)
    return [fact for fact in dated if fact.key in keys]


async def component_of(
    tx: AsyncConnection,
    merchant_id: int,
    touched: Iterable[Fact],
    *,
    added: Sequence[Fact] = (),
) -> list[Fact]:
    """Every fact that is joined to the touched ones by LINE users and profiles.

    `added` are those of them that `append` has just stored, and gave back: everything
    else is older, so that only that has to be read.
    """
    known = {fact.key: fact for fact in added}
    before = added[0].stored if added else None
    line_users: set[str] = set()
    profiles: set[str] = set()
    fresh_lines, fresh_profiles = _ends(touched)
    while fresh_lines or fresh_profiles:
        line_users |= fresh_lines
        profiles |= fresh_profiles
        found = await _touching(
            tx, merchant_id, fresh_lines, fresh_profiles, before=before
        )
        known.update((fact.key, fact) for fact in found)
        next_lines, next_profiles = _ends(found)
        fresh_lines, fresh_profiles = next_lines - line_users, next_profiles - profiles
    return list(known.values())


async def find(tx: AsyncConnection, merchant_id: int, key: FactKey) -> Fact | None:
    """The fact with this key."""
    rows = await tx.execute(
        select(facts).where(facts.c.merchant_id == merchant_id, facts.c.key == key)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else fact_of(row)


async def several(
    tx: AsyncConnection, merchant_id: int, keys: Collection[FactKey]
) -> dict[FactKey, Fact]:
    """The facts with these keys."""
    rows = await tx.execute(
        select(facts).where(
            facts.c.merchant_id == merchant_id, is_one_of(facts.c.key, keys)
        )
    )
    return {fact.key: fact for fact in map(fact_of, rows.mappings())}


async def all_facts(tx: AsyncConnection, merchant_id: int) -> list[Fact]:
    """Everything that ever happened at this merchant."""
    rows = await tx.execute(select(facts).where(facts.c.merchant_id == merchant_id))
    return [fact_of(row) for row in rows.mappings()]


async def _touching(
    tx: AsyncConnection,
    merchant_id: int,
    line_users: set[str],
    profiles: set[str],
    *,
    before: datetime | None,
) -> list[Fact]:
    ends = or_(
        is_one_of(facts.c.line_user_id, line_users),
        is_one_of(facts.c.profile_id, profiles),
        is_one_of(facts.c.other_profile_id, profiles),
    )
    older = true() if before is None else facts.c.stored < before
    rows = await tx.execute(
        select(facts).where(facts.c.merchant_id == merchant_id, ends, older)
    )
    return [fact_of(row) for row in rows.mappings()]


async def _next_moment(tx: AsyncConnection, merchant_id: int) -> datetime:
    now = await database_now(tx)
    last = await tx.scalar(
        select(func.max(facts.c.stored)).where(facts.c.merchant_id == merchant_id)
    )
    return now if last is None else max(now, last + _TICK)


def _ends(facts_: Iterable[Fact]) -> tuple[set[str], set[str]]:
    line_users: set[str] = set()
    profiles: set[str] = set()
    for fact in facts_:
        line_user = line_user_of(fact)
        if line_user is not None:
            line_users.add(line_user)
        profiles.update(profiles_of(fact))
    return line_users, profiles

"""What the source segment's profiles held when they were last read, one row each.

Working state of the import, not truth: a row is *pending* while its LINE User ID is not
the one that was made a claim of. Writers hold the import's lease.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, literal, select, true, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.facts import FactKey
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.core.stored_ids import Verdict
from marketing_agent.storage.batches import selected
from marketing_agent.storage.conditions import is_one_of, text_array
from marketing_agent.storage.tables import friends, sightings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What one profile held. `line_user` is None unless a claim may be made of it."""

    profile: ProfileId
    line_user: LineUserId | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting(Read):
    """The same as stored, with the run that read it and what was made of it."""

    run_id: int
    claim: FactKey | None
    claimed: LineUserId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What was made of a sighting: a claim, or none for an ID on too many profiles."""

    profile: ProfileId
    claim: FactKey | None
    claimed: LineUserId | None


_pending = sightings.c.line_user_id.is_distinct_from(sightings.c.claimed_line_user_id)


async def known(
    tx: AsyncConnection, merchant_id: int, profiles: Collection[ProfileId]
) -> dict[ProfileId, Sighting]:
    """What is stored of these profiles."""
    found = await _where(tx, merchant_id, is_one_of(sightings.c.profile_id, profiles))
    return {each.profile: each for each in found}


async def put(
    tx: AsyncConnection,
    merchant_id: int,
    run_id: int,
    read: Sequence[Read],
    now: datetime,
) -> None:
    """Store what a run has read of each profile; each profile stands once in `read`."""
    if not read:
        return
    rows = [_row_of(merchant_id, run_id, each, now) for each in read]
    names = list(rows[0])
    statement = insert(sightings).from_select(names, selected(sightings, rows))
    new = {name: statement.excluded[name] for name in names[2:]}
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "profile_id"], set_=new
        )
    )


async def pending(
    tx: AsyncConnection,
    merchant_id: int,
    run_id: int,
    *,
    after: str = "",
    limit: int,
) -> list[Sighting]:
    """Pending rows that this run has read, in the order of their profiles."""
    rows = await tx.execute(
        select(sightings)
        .where(
            sightings.c.merchant_id == merchant_id,
            sightings.c.run_id == run_id,
            sightings.c.profile_id > after,
            _pending,
        )
        .order_by(sightings.c.profile_id)
        .limit(limit)
    )
    return [_sighting_of(row) for row in rows.mappings()]


async def departed(
    tx: AsyncConnection,
    merchant_id: int,
    run_id: int,
    *,
    after: str = "",
    limit: int,
) -> list[Sighting]:
    """Rows that neither this run nor a later one has read, by their profiles."""
    rows = await tx.execute(
        select(sightings)
        .where(
            sightings.c.merchant_id == merchant_id,
            sightings.c.run_id < run_id,
            sightings.c.profile_id > after,
        )
        .order_by(sightings.c.profile_id)
        .limit(limit)
    )
    return [_sighting_of(row) for row in rows.mappings()]


async def claimed(
    tx: AsyncConnection, merchant_id: int, made: Sequence[Claimed]
) -> None:
    """Store what was made of these sightings; they are pending no more."""
    if not made:
        return
    rows = [
        {
            "profile_id": each.profile,
            "claim_key": each.claim,
            "claimed_line_user_id": each.claimed,
        }
        for each in made
    ]
    new = selected(sightings, rows).subquery("made")
    await tx.execute(
        update(sightings)
        .where(
            sightings.c.merchant_id == merchant_id,
            sightings.c.profile_id == new.c.profile_id,
        )
        .values(
            claim_key=new.c.claim_key,
            claimed_line_user_id=new.c.claimed_line_user_id,
        )
    )


async def carriers(
    tx: AsyncConnection,
    merchant_id: int,
    line_users: Collection[LineUserId],
    *,
    most: int,
) -> dict[LineUserId, int]:
    """On how many profiles each stands, counted no further than `most` + 1."""
    if not line_users:
        return {}
    asked = (
        func.unnest(text_array(sorted(line_users)))
        .table_valued("line_user_id", name="asked")
        .render_derived()
    )
    found = (
        select(literal(1).label("one"))
        .where(
            sightings.c.merchant_id == merchant_id,
            sightings.c.line_user_id == asked.c.line_user_id,
        )
        .limit(most + 1)
        .lateral("found")
    )
    rows = await tx.execute(
        select(asked.c.line_user_id, func.count(found.c.one))
        .select_from(asked.outerjoin(found, true()))
        .group_by(asked.c.line_user_id)
    )
    return {LineUserId(line_user): count for line_user, count in rows}


async def of_line_users(
    tx: AsyncConnection, merchant_id: int, line_users: Collection[LineUserId]
) -> list[Sighting]:
    """The rows that hold one of these."""
    return await _where(
        tx, merchant_id, is_one_of(sightings.c.line_user_id, line_users)
    )


async def reopen(
    tx: AsyncConnection, merchant_id: int, run_id: int, profiles: Collection[ProfileId]
) -> None:
    """Make these pending again, for this run; their old claim stays named."""
    await tx.execute(
        update(sightings)
        .where(
            sightings.c.merchant_id == merchant_id,
            is_one_of(sightings.c.profile_id, profiles),
        )
        .values(claimed_line_user_id=None, run_id=run_id)
    )


async def some(tx: AsyncConnection, merchant_id: int, *, limit: int) -> list[Sighting]:
    """Any rows, the first by their profiles."""
    rows = await tx.execute(
        select(sightings)
        .where(sightings.c.merchant_id == merchant_id)
        .order_by(sightings.c.profile_id)
        .limit(limit)
    )
    return [_sighting_of(row) for row in rows.mappings()]


async def strangers(
    tx: AsyncConnection, merchant_id: int, *, after: str, limit: int
) -> list[LineUserId]:
    """LINE users on a profile that nobody has ever met here, in their order."""
    met = (
        select(friends.c.line_user_id)
        .where(
            friends.c.merchant_id == merchant_id,
            friends.c.line_user_id == sightings.c.line_user_id,
        )
        .exists()
    )
    rows = await tx.scalars(
        select(sightings.c.line_user_id)
        .where(
            sightings.c.merchant_id == merchant_id,
            sightings.c.line_user_id > after,
            ~met,
        )
        .distinct()
        .order_by(sightings.c.line_user_id)
        .limit(limit)
    )
    return [LineUserId(each) for each in rows if each is not None]


async def forget(
    tx: AsyncConnection, merchant_id: int, profiles: Iterable[ProfileId]
) -> None:
    """Drop the rows of these profiles."""
    await tx.execute(
        delete(sightings).where(
            sightings.c.merchant_id == merchant_id,
            is_one_of(sightings.c.profile_id, list(profiles)),
        )
    )


async def _where(
    tx: AsyncConnection, merchant_id: int, condition: ColumnElement[bool]
) -> list[Sighting]:
    rows = await tx.execute(
        select(sightings).where(sightings.c.merchant_id == merchant_id, condition)
    )
    return [_sighting_of(row) for row in rows.mappings()]


def _row_of(
    merchant_id: int, run_id: int, read: Read, now: datetime
) -> dict[str, object]:
    return {
        "merchant_id": merchant_id,
        "profile_id": read.profile,
        "line_user_id": read.line_user,
        "verdict": read.verdict,
        "run_id": run_id,
        "read_at": now,
    }


def _sighting_of(row: RowMapping) -> Sighting:
    line_user, claim = row["line_user_id"], row["claim_key"]
    claimed_ = row["claimed_line_user_id"]
    return Sighting(
        profile=ProfileId(row["profile_id"]),
        line_user=None if line_user is None else LineUserId(line_user),
        verdict=Verdict(row["verdict"]),
        run_id=row["run_id"],
        claim=None if claim is None else FactKey(claim),
        claimed=None if claimed_ is None else LineUserId(claimed_),
    )

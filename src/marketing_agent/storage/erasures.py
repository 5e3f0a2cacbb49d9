"""People who asked to be forgotten: what is left of them is a keyed hash.

`hide` puts a pseudonym of the same shape in the place of a LINE User ID, everywhere,
so that facts still amount to the same links of everyone else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, cast, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert

from marketing_agent.storage.conditions import is_one_of
from marketing_agent.storage.tables import (
    approval_requests,
    approvals,
    audit,
    changes,
    erased_people,
    facts,
    friend_tags,
    friends,
    inbox,
    login_tokens,
    outbox,
    outcomes,
    profiles,
    sightings,
    waiting_claims,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Column, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import LineUserId, ProfileId

_NAMED: Final[tuple[tuple[Table, tuple[str, ...]], ...]] = (
    (facts, ("line_user_id", "key", "body")),
    (outcomes, ("line_user_id", "claim_key")),
    (audit, ("line_user_id", "cause", "made_by")),
    (outbox, ("line_user_id", "key", "body")),
    (inbox, ("payload",)),
    (profiles, ("line_user_id_shown",)),
    (changes, ("arguments", "result", "inverse", "target")),
    (approvals, ("arguments",)),
    (approval_requests, ("arguments", "outlook", "approved_arguments")),
)
"""Where a LINE User ID stands: columns, keys made with it, and JSON that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedPerson:
    """Somebody whose LINE User ID still stands in our records."""

    person_hash: str
    line_user_sealed: bytes
    erased_at: datetime


async def add(
    tx: AsyncConnection,
    merchant_id: int,
    person_hash: str,
    line_user_sealed: bytes,
    now: datetime,
) -> None:
    """Remember that this person is to be forgotten; the id until `hidden`."""
    values = {"line_user_sealed": line_user_sealed, "erased_at": now}
    await tx.execute(
        insert(erased_people)
        .values(merchant_id=merchant_id, person_hash=person_hash, **values)
        .on_conflict_do_update(
            index_elements=["merchant_id", "person_hash"], set_=values
        )
    )


async def among(
    tx: AsyncConnection, merchant_id: int, hashes: Collection[str]
) -> set[str]:
    """Those of these hashes that are of erased people."""
    rows = await tx.scalars(
        select(erased_people.c.person_hash).where(
            erased_people.c.merchant_id == merchant_id,
            is_one_of(erased_people.c.person_hash, hashes),
        )
    )
    return set(rows)


async def lift(tx: AsyncConnection, merchant_id: int, person_hash: str) -> None:
    """This person came back by their own will."""
    await tx.execute(
        delete(erased_people).where(
            erased_people.c.merchant_id == merchant_id,
            erased_people.c.person_hash == person_hash,
        )
    )


async def unfinished(tx: AsyncConnection, merchant_id: int) -> list[ErasedPerson]:
    """People whose LINE User ID has still to be hidden."""
    rows = await tx.execute(
        select(erased_people).where(
            erased_people.c.merchant_id == merchant_id,
            erased_people.c.line_user_sealed.is_not(None),
        )
    )
    return [
        ErasedPerson(
            person_hash=row["person_hash"],
            line_user_sealed=row["line_user_sealed"],
            erased_at=row["erased_at"],
        )
        for row in rows.mappings()
    ]


async def merchants_with_unfinished(tx: AsyncConnection) -> list[int]:
    """Merchants with somebody to hide."""
    rows = await tx.scalars(
        select(erased_people.c.merchant_id)
        .where(erased_people.c.line_user_sealed.is_not(None))
        .distinct()
    )
    return list(rows)


async def is_awaited(
    tx: AsyncConnection, merchant_id: int, line_user: LineUserId
) -> bool:
    """Whether Klaviyo has still to hear of this person's end."""
    found = await tx.scalar(
        select(outbox.c.id)
        .where(
            outbox.c.merchant_id == merchant_id,
            outbox.c.line_user_id == line_user,
            outbox.c.done_at.is_(None),
            outbox.c.dead_at.is_(None),
        )
        .limit(1)
    )
    return found is not None


async def forget(
    tx: AsyncConnection,
    merchant_id: int,
    line_user: LineUserId,
    profile: ProfileId | None,
) -> None:
    """Delete everything personal that is kept about this person."""
    mine = select(outcomes.c.claim_key).where(
        outcomes.c.merchant_id == merchant_id, outcomes.c.line_user_id == line_user
    )
    await tx.execute(
        delete(waiting_claims).where(
            waiting_claims.c.merchant_id == merchant_id,
            waiting_claims.c.claim_key.in_(mine),
        )
    )
    for table in (friends, friend_tags):
        await _delete(tx, table, merchant_id, line_user)
    await tx.execute(
        update(profiles)
        .where(profiles.c.merchant_id == merchant_id, profiles.c.profile_id == profile)
        .values(email_hash=None, phone_hash=None, signals_sealed=None)
    )


async def hide(
    tx: AsyncConnection, merchant_id: int, line_user: LineUserId, pseudonym: LineUserId
) -> None:
    """Put the pseudonym in the place of the LINE User ID, and drop claimed signals."""
    for table, names in _NAMED:
        columns = [table.c[name] for name in names]
        await tx.execute(
            update(table)
            .where(
                table.c.merchant_id == merchant_id,
                or_(*(_names(column, line_user) for column in columns)),
            )
            .values(
                {each.name: _renamed(each, line_user, pseudonym) for each in columns}
            )
        )
    await tx.execute(
        update(facts)
        .where(facts.c.merchant_id == merchant_id, facts.c.line_user_id == pseudonym)
        .values(body=facts.c.body.op("-", return_type=JSONB)("signals"))
    )
    await tx.execute(
        update(outcomes)
        .where(
            outcomes.c.merchant_id == merchant_id,
            outcomes.c.line_user_id == pseudonym,
        )
        .values(email_hash=None, phone_hash=None)
    )
    await tx.execute(
        update(sightings)
        .where(
            sightings.c.merchant_id == merchant_id,
            or_(
                sightings.c.line_user_id == line_user,
                sightings.c.claimed_line_user_id == line_user,
            ),
        )
        .values(line_user_id=None, claimed_line_user_id=None, verdict="erased")
    )
    await _delete(tx, login_tokens, merchant_id, line_user)


async def hidden(tx: AsyncConnection, merchant_id: int, person_hash: str) -> None:
    """Only the hash is left of this person."""
    await tx.execute(
        update(erased_people)
        .where(
            erased_people.c.merchant_id == merchant_id,
            erased_people.c.person_hash == person_hash,
        )
        .values(line_user_sealed=None)
    )


async def _delete(
    tx: AsyncConnection, table: Table, merchant_id: int, line_user: LineUserId
) -> None:
    await tx.execute(
        delete(table).where(
            table.c.merchant_id == merchant_id, table.c.line_user_id == line_user
        )
    )


def _names(column: Column[Any], line_user: LineUserId) -> Any:
    return cast(column, Text).contains(line_user, autoescape=True)


def _renamed(column: Column[Any], line_user: LineUserId, pseudonym: LineUserId) -> Any:
    text = func.replace(cast(column, Text), line_user, pseudonym)
    return cast(text, JSONB) if isinstance(column.type, JSONB) else text

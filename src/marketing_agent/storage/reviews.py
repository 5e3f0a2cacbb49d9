"""What waits for the merchant to look: held claims, suspended links, shared values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, and_, func, literal, null, or_, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on

from marketing_agent.core.facts import FactKey, Keep, Lookup, Merged, Method
from marketing_agent.core.links import ChangeKind
from marketing_agent.core.match import Ambiguous
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.storage.fact_codec import fact_of
from marketing_agent.storage.tables import (
    audit,
    facts,
    links,
    outcomes,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, FromClause, RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

_KEEPS: Final = facts.alias("keeps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A pair that the merchant has to decide about."""

    line_user: LineUserId
    profile: ProfileId | None
    """None: several are possible."""
    code: OutcomeCode
    row: int
    detail: str
    numbers: dict[str, int]
    method: Method
    since: datetime
    key: FactKey
    """The claim, or what made the suspended link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPlace:
    """Where a page ends, and the next one goes on."""

    since: datetime
    key: FactKey


async def held(
    tx: AsyncConnection,
    merchant_id: int,
    now: datetime,
    *,
    line_user: LineUserId | None = None,
    after: HeldPlace | None = None,
    limit: int = 50,
) -> list[Held]:
    """The pairs that wait, each once, the latest first."""
    pairs = _pairs(merchant_id, now, line_user).subquery("pair")
    asked = select(pairs).order_by(pairs.c.since.desc(), pairs.c.key).limit(limit)
    if after is not None:
        later = pairs.c.since < after.since
        same = and_(pairs.c.since == after.since, pairs.c.key > after.key)
        asked = asked.where(or_(later, same))
    rows = await tx.execute(asked)
    return [_held_of(row) for row in rows.mappings()]


async def count_held(tx: AsyncConnection, merchant_id: int, now: datetime) -> int:
    """How many wait."""
    pairs = _pairs(merchant_id, now, None).subquery("pair")
    return int(await tx.scalar(select(func.count()).select_from(pairs)) or 0)


async def named_profiles(
    tx: AsyncConnection, merchant_id: int, pair: Held
) -> tuple[ProfileId, ...]:
    """The profiles that a decision without one profile to link can be about.

    Those that Klaviyo named for an open claim, or the one that a merge left.
    """
    rows = await tx.execute(
        select(facts)
        .where(
            facts.c.merchant_id == merchant_id,
            facts.c.line_user_id == pair.line_user,
            facts.c.kind.in_([Lookup.__name__, Merged.__name__]),
        )
        .order_by(facts.c.at.desc(), facts.c.key)
    )
    for row in rows.mappings():
        match fact_of(row):
            case Lookup(claim=pair.key, verdict=Ambiguous(profiles=several)):
                return several
            case Merged(profile=pair.profile, into=survivor):
                return (survivor,)
    return ()


def _pairs(merchant_id: int, now: datetime, line_user: LineUserId | None) -> Any:
    both = union_all(_held_claims(merchant_id, now), _suspended(merchant_id))
    waiting = both.subquery("waiting")
    pair = (waiting.c.line_user_id, func.coalesce(waiting.c.profile_id, ""))
    asked = (
        select(waiting)
        .ext(distinct_on(*pair))
        .where(~_kept(merchant_id, waiting))
        .order_by(*pair, waiting.c.since.desc(), waiting.c.key)
    )
    if line_user is None:
        return asked
    return asked.where(waiting.c.line_user_id == line_user)


def _held_claims(merchant_id: int, now: datetime) -> Any:
    """Conflicts are held for good; with several profiles a claim is still open."""
    alive = or_(outcomes.c.expires.is_(None), outcomes.c.expires >= now)
    ambiguous = and_(outcomes.c.code == OutcomeCode.AMBIGUOUS.value, alive)
    return select(
        outcomes.c.line_user_id,
        outcomes.c.profile_id,
        outcomes.c.code,
        outcomes.c.row,
        outcomes.c.detail,
        outcomes.c.numbers,
        outcomes.c.method,
        outcomes.c.claimed_at.label("since"),
        outcomes.c.claim_key.label("key"),
    ).where(
        outcomes.c.merchant_id == merchant_id,
        outcomes.c.code.in_([OutcomeCode.CONFLICT.value, OutcomeCode.AMBIGUOUS.value]),
        or_(outcomes.c.code == OutcomeCode.CONFLICT.value, ambiguous),
    )


def _suspended(merchant_id: int) -> Any:
    """Links whose profile is gone. A pin has no claim whose outcome would tell."""
    at = (
        select(func.max(audit.c.at))
        .where(
            audit.c.merchant_id == merchant_id,
            audit.c.made_by == links.c.made_by,
            audit.c.line_user_id == links.c.line_user_id,
            audit.c.kind == ChangeKind.SUSPENDED.value,
        )
        .scalar_subquery()
    )
    row = (
        select(func.max(outcomes.c.row))
        .where(
            outcomes.c.merchant_id == merchant_id,
            outcomes.c.line_user_id == links.c.line_user_id,
            outcomes.c.code == OutcomeCode.SUSPENDED.value,
        )
        .scalar_subquery()
    )
    return select(
        links.c.line_user_id,
        links.c.profile_id,
        literal(OutcomeCode.SUSPENDED.value, Text),
        func.coalesce(row, 24),
        literal("", Text),
        null(),
        links.c.method,
        func.coalesce(at, links.c.since),
        links.c.made_by,
    ).where(links.c.merchant_id == merchant_id, links.c.suspended)


def _kept(merchant_id: int, pair: FromClause) -> ColumnElement[bool]:
    """Whether the merchant's last word on the pair since then was to leave it."""
    about = or_(pair.c.profile_id.is_(None), _KEEPS.c.profile_id == pair.c.profile_id)
    taken_back = func.coalesce(_KEEPS.c.body["taken_back"].as_boolean(), False)
    last_word = (
        select(~taken_back)
        .where(
            _KEEPS.c.merchant_id == merchant_id,
            _KEEPS.c.line_user_id == pair.c.line_user_id,
            _KEEPS.c.kind == Keep.__name__,
            _KEEPS.c.stored > pair.c.since,
            about,
        )
        .order_by(_KEEPS.c.stored.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(last_word, False)


def _held_of(row: RowMapping) -> Held:
    profile = row["profile_id"]
    return Held(
        line_user=LineUserId(row["line_user_id"]),
        profile=None if profile is None else ProfileId(profile),
        code=OutcomeCode(row["code"]),
        row=row["row"],
        detail=row["detail"],
        numbers=row["numbers"] or {},
        method=Method(row["method"]),
        since=row["since"],
        key=FactKey(row["key"]),
    )

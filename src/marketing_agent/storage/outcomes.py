"""Where each claim stands: derived from facts, kept for lists and counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.core.facts import Claim, FactKey, Method
from marketing_agent.core.outcomes import Outcome, OutcomeCode
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.storage.batches import selected
from marketing_agent.storage.conditions import is_one_of
from marketing_agent.storage.tables import outcomes

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection


SHARED_ROW: Final = 36
"""Import: the same LINE User ID on several profiles."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredOutcome:
    """An outcome beside what its claim says about itself."""

    outcome: Outcome
    method: Method
    setting: str | None
    claimed_at: datetime
    expires: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An outcome, in short."""

    line_user: LineUserId
    code: OutcomeCode
    row: int

    @property
    def is_shared(self) -> bool:
        """Held because one LINE User ID stood on several profiles."""
        return self.code is OutcomeCode.CONFLICT and self.row == SHARED_ROW


async def write(
    tx: AsyncConnection,
    merchant_id: int,
    claims: Sequence[Claim],
    results: Mapping[FactKey, Outcome],
) -> None:
    """Replace the outcomes of these claims; one that stands unchanged is let be."""
    if not claims:
        return
    rows = [_row_of(merchant_id, claim, results[claim.key]) for claim in claims]
    statement = insert(outcomes).from_select(list(rows[0]), selected(outcomes, rows))
    new = {
        name: statement.excluded[name]
        for name in ("profile_id", "code", "row", "detail", "numbers", "since")
    }
    is_news = or_(*(outcomes.c[name].is_distinct_from(new[name]) for name in new))
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["merchant_id", "claim_key"], set_=new, where=is_news
        )
    )


async def of_claim(
    tx: AsyncConnection, merchant_id: int, key: FactKey
) -> StoredOutcome | None:
    """Where this claim stands."""
    rows = await tx.execute(
        select(outcomes).where(
            outcomes.c.merchant_id == merchant_id, outcomes.c.claim_key == key
        )
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _outcome_of(row)


async def standing(
    tx: AsyncConnection, merchant_id: int, claims: Collection[FactKey]
) -> dict[FactKey, Standing]:
    """Where these claims stand, in short."""
    rows = await tx.execute(
        select(
            outcomes.c.claim_key,
            outcomes.c.line_user_id,
            outcomes.c.code,
            outcomes.c.row,
        ).where(
            outcomes.c.merchant_id == merchant_id,
            is_one_of(outcomes.c.claim_key, claims),
        )
    )
    return {
        FactKey(key): Standing(
            line_user=LineUserId(line_user), code=OutcomeCode(code), row=row
        )
        for key, line_user, code, row in rows
    }


async def of_line_user(
    tx: AsyncConnection, merchant_id: int, line_user: LineUserId
) -> list[StoredOutcome]:
    """Where every claim of this LINE user stands, newest first."""
    rows = await tx.execute(
        select(outcomes)
        .where(
            outcomes.c.merchant_id == merchant_id,
            outcomes.c.line_user_id == line_user,
        )
        .order_by(outcomes.c.claimed_at.desc(), outcomes.c.claim_key)
    )
    return [_outcome_of(row) for row in rows.mappings()]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCount:
    """How many claims of a method stand where."""

    method: Method
    code: OutcomeCode
    row: int
    detail: str
    past_expiry: bool
    claims: int


async def counts(
    tx: AsyncConnection, merchant_id: int, now: datetime
) -> list[OutcomeCount]:
    """All claims of the merchant, counted; the sum is the number of attempts."""
    past_expiry = func.coalesce(outcomes.c.expires < now, False)
    key = (
        outcomes.c.method,
        outcomes.c.code,
        outcomes.c.row,
        outcomes.c.detail,
        past_expiry,
    )
    rows = await tx.execute(
        select(*key, func.count())
        .where(outcomes.c.merchant_id == merchant_id)
        .group_by(*key)
    )
    return [
        OutcomeCount(
            method=Method(method),
            code=OutcomeCode(code),
            row=row,
            detail=detail,
            past_expiry=past,
            claims=claims,
        )
        for method, code, row, detail, past, claims in rows
    ]


def _outcome_of(row: RowMapping) -> StoredOutcome:
    profile = row["profile_id"]
    return StoredOutcome(
        outcome=Outcome(
            claim=FactKey(row["claim_key"]),
            line_user=LineUserId(row["line_user_id"]),
            code=OutcomeCode(row["code"]),
            row=row["row"],
            profile=None if profile is None else ProfileId(profile),
            detail=row["detail"],
            since=row["since"],
            numbers=row["numbers"],
        ),
        method=Method(row["method"]),
        setting=row["setting"],
        claimed_at=row["claimed_at"],
        expires=row["expires"],
    )


def _row_of(merchant_id: int, claim: Claim, outcome: Outcome) -> dict[str, object]:
    return {
        "merchant_id": merchant_id,
        "claim_key": claim.key,
        "line_user_id": claim.line_user,
        "profile_id": outcome.profile,
        "method": claim.method,
        "setting": claim.setting,
        "code": outcome.code,
        "row": outcome.row,
        "detail": outcome.detail,
        "numbers": dict(outcome.numbers),
        "evidence": claim.evidence,
        "email_hash": None if claim.signals is None else claim.signals.email,
        "phone_hash": None if claim.signals is None else claim.signals.phone,
        "claimed_at": claim.at,
        "since": outcome.since,
        "expires": claim.expires,
    }

"""The tables that are derived from facts, against what the facts amount to.

What each row has to be is written here a second time, from `resolve` and the
specification, so that storage and `services.linking` are not asked about themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from marketing_agent.core.facts import Claim
from marketing_agent.core.links import ChangeKind
from marketing_agent.core.outcomes import OutcomeCode
from marketing_agent.core.resolve import resolve
from marketing_agent.storage import facts, tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Column, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.facts import Fact
    from marketing_agent.core.links import LinkChange
    from marketing_agent.core.resolve import Resolution

_NEEDS_LOOKUP: Final = (
    OutcomeCode.WAITING_LOOKUP,
    OutcomeCode.WAITING_PROFILE,
    OutcomeCode.AMBIGUOUS,
    OutcomeCode.MISMATCH,
)
_LINKS: Final = (
    tables.links.c.line_user_id,
    tables.links.c.profile_id,
    tables.links.c.made_by,
    tables.links.c.method,
    tables.links.c.evidence,
    tables.links.c.matched_by,
    tables.links.c.since,
    tables.links.c.suspended,
)
_OUTCOMES: Final = (
    tables.outcomes.c.claim_key,
    tables.outcomes.c.line_user_id,
    tables.outcomes.c.profile_id,
    tables.outcomes.c.method,
    tables.outcomes.c.setting,
    tables.outcomes.c.code,
    tables.outcomes.c.row,
    tables.outcomes.c.detail,
    tables.outcomes.c.numbers,
    tables.outcomes.c.evidence,
    tables.outcomes.c.claimed_at,
    tables.outcomes.c.since,
    tables.outcomes.c.expires,
)
_AUDIT: Final = (
    tables.audit.c.at,
    tables.audit.c.cause,
    tables.audit.c.kind,
    tables.audit.c.made_by,
    tables.audit.c.line_user_id,
    tables.audit.c.profile_id,
    tables.audit.c.method,
    tables.audit.c.evidence,
)
_OUTBOX: Final = (
    tables.outbox.c.key,
    tables.outbox.c.kind,
    tables.outbox.c.line_user_id,
    tables.outbox.c.profile_id,
    tables.outbox.c.body,
)


async def check_derived_tables(
    tx: AsyncConnection, merchant_id: int
) -> tuple[list[Fact], Resolution]:
    """Every derived row follows from the merchant's facts, and none is missing.

    Gives the facts and what they amount to.
    """
    stored = await facts.all_facts(tx, merchant_id)
    whole = resolve(stored)
    _same("links", await _rows(tx, merchant_id, _LINKS), _links(whole))
    claims = [fact for fact in stored if isinstance(fact, Claim)]
    found = await _rows(tx, merchant_id, _OUTCOMES)
    _same("outcomes", found, [_outcome(claim, whole) for claim in claims])
    await _check_audit(tx, merchant_id, whole)
    _same("outbox", await _rows(tx, merchant_id, _OUTBOX), _outbox(whole.changes))
    return stored, whole


async def check_waiting_claims(
    tx: AsyncConnection, merchant_id: int, whole: Resolution
) -> None:
    """Exactly those claims wait for a look for which Klaviyo has named no profile."""
    waiting = await _rows(tx, merchant_id, (tables.waiting_claims.c.claim_key,))
    wanted = [e.claim for e in whole.outcomes.values() if e.code in _NEEDS_LOOKUP]
    _same("waiting claims", waiting, ((claim,) for claim in wanted))


async def _check_audit(
    tx: AsyncConnection, merchant_id: int, whole: Resolution
) -> None:
    """Each change once, and in the order in which they happened."""
    found = await _rows(tx, merchant_id, (tables.audit.c.id, *_AUDIT))
    trail: list[tuple[Any, ...]] = [tuple(row[1:]) for row in sorted(found)]
    _same("audit", trail, map(_audit, whole.changes))
    moments = [row[0] for row in trail]
    assert moments == sorted(moments), "the audit trail is not in order"


async def _rows(
    tx: AsyncConnection, merchant_id: int, columns: Sequence[Column[Any]]
) -> Sequence[Row[Any]]:
    mine = columns[0].table.c.merchant_id == merchant_id
    return (await tx.execute(select(*columns).where(mine))).all()


def _same(what: str, found: Iterable[Any], wanted: Iterable[Any]) -> None:
    """Compare as lists, so that a row that stands twice is seen."""
    left, right = (sorted(map(tuple, rows), key=repr) for rows in (found, wanted))
    surplus = [row for row in left if row not in right]
    missing = [row for row in right if row not in left]
    assert left == right, f"{what}: surplus {surplus}, missing {missing}"


def _links(whole: Resolution) -> list[tuple[object, ...]]:
    return [
        (
            link.line_user,
            link.profile,
            link.made_by,
            link.method.value,
            int(link.evidence),
            sorted(kind.value for kind in link.matched_by),
            link.since,
            link.suspended,
        )
        for link in whole.links
    ]


def _outcome(claim: Claim, whole: Resolution) -> tuple[object, ...]:
    outcome = whole.outcomes[claim.key]
    return (
        claim.key,
        claim.line_user,
        outcome.profile,
        claim.method.value,
        claim.setting,
        outcome.code.value,
        outcome.row,
        outcome.detail,
        outcome.numbers,
        int(claim.evidence),
        claim.at,
        outcome.since,
        claim.expires,
    )


def _audit(change: LinkChange) -> tuple[object, ...]:
    return (
        change.stored,
        change.cause,
        change.kind.value,
        change.link.made_by,
        change.link.line_user,
        change.link.profile,
        change.link.method.value,
        int(change.link.evidence),
    )


def _outbox(changes: Iterable[LinkChange]) -> list[tuple[object, ...]]:
    """A suspended link's property stays as it is; only a new link is an event."""
    items: list[tuple[object, ...]] = []
    for change in changes:
        link = change.link
        ends = (link.line_user, link.profile)
        if change.kind is not ChangeKind.SUSPENDED:
            key = f"line_user_id:{link.profile}:{change.cause}"
            items.append((key, "line_user_id", *ends, {}))
        if change.kind is ChangeKind.LINKED:
            body = {
                "made_by": link.made_by,
                "method": link.method.value,
                "matched_by": "+".join(sorted(link.matched_by)),
                "at": link.since.isoformat(),
            }
            key = f"linked_event:{link.made_by}"
            items.append((key, "linked_event", *ends, body))
    return items

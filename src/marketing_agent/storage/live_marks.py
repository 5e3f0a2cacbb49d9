"""What changes whenever something of a merchant's does: one small query over indexes.

A mark says nothing but that it differs from the one before. Each part is the end of an
index, or a handful of rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select, union

from marketing_agent.storage.import_runs import ImportState
from marketing_agent.storage.tables import (
    approval_requests,
    changes,
    facts,
    friends,
    import_runs,
    imports,
)

if TYPE_CHECKING:
    from sqlalchemy import ScalarSelect, Table
    from sqlalchemy.ext.asyncio import AsyncConnection

_LAST_RUNS: Final = 4
_LAST_REQUESTS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMarks:
    """The marks of one moment, as text; links and reviews are made of facts."""

    facts: str
    friends: str
    imports: str
    changes: str
    requests: str


async def read(tx: AsyncConnection, merchant_id: int) -> LiveMarks:
    """The marks as they are now."""
    row = (
        await tx.execute(
            select(
                _newest(facts, facts.c.stored, merchant_id),
                _newest(friends, friends.c.first_seen, merchant_id),
                _of_imports(merchant_id),
                _of_setting(merchant_id),
                _newest(changes, changes.c.id, merchant_id),
                _of_requests(merchant_id),
            )
        )
    ).one()
    fact, friend, runs, setting, change, request = map(str, row)
    return LiveMarks(
        facts=fact,
        friends=friend,
        imports=f"{runs} {setting}",
        changes=change,
        requests=request,
    )


def _newest(table: Table, column: Any, merchant_id: int) -> ScalarSelect[Any]:
    return (
        select(func.max(column))
        .where(table.c.merchant_id == merchant_id)
        .scalar_subquery()
    )


def _of_imports(merchant_id: int) -> ScalarSelect[Any]:
    """The last runs, and older ones that go on."""
    mine = import_runs.c.merchant_id == merchant_id
    last = (
        select(import_runs.c.id)
        .where(mine)
        .order_by(import_runs.c.id.desc())
        .limit(_LAST_RUNS)
    )
    running = select(import_runs.c.id).where(
        mine, import_runs.c.state == ImportState.RUNNING.value
    )
    told = func.concat_ws(
        " ",
        *(import_runs.c.id, import_runs.c.state, import_runs.c.phase),
        *(import_runs.c.requests, import_runs.c.updated_at, import_runs.c.error),
    )
    return (
        select(func.md5(func.string_agg(told, ",")))
        .where(mine, import_runs.c.id.in_(union(last, running)))
        .scalar_subquery()
    )


def _of_setting(merchant_id: int) -> ScalarSelect[Any]:
    kept = func.concat_ws(" ", imports.c.generation, imports.c.next_run_at)
    return select(kept).where(imports.c.merchant_id == merchant_id).scalar_subquery()


def _of_requests(merchant_id: int) -> ScalarSelect[Any]:
    """Of those that a person is shown: the newest, and how many are answered."""
    shown = (
        select(approval_requests.c.asked_at, approval_requests.c.answered_at)
        .where(approval_requests.c.merchant_id == merchant_id)
        .order_by(approval_requests.c.asked_at.desc())
        .limit(_LAST_REQUESTS)
        .subquery()
    )
    told = func.concat_ws(
        " ",
        func.count(),
        func.max(shown.c.asked_at),
        func.count(shown.c.answered_at),
        func.max(shown.c.answered_at),
    )
    return select(told).select_from(shown).scalar_subquery()

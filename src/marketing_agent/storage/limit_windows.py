"""The use of rate limits that all processes share: one locked row per account and tier.

What the row means is the caller's rule; this keeps it, one caller at a time, and tells
the database's clock. Rows of accounts belong to no merchant: several may share one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import Double, cast, extract, func, select, update
from sqlalchemy.dialects.postgresql import insert

from marketing_agent.storage.tables import limit_windows

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.storage.database import Database

# Any: JSON, whose shape is the rule's own.
LimitRule: TypeAlias = Callable[
    [Mapping[str, Any], float, float], tuple[Mapping[str, Any], float] | None
]
"""Gets `windows` ({} at first), `closed_until` and the time, in seconds since 1970.

It gives the first two as they shall be, or None where they stay.
"""

_NOW: Final = cast(extract("epoch", func.clock_timestamp()), Double)


class LimitWindows:
    """The table `limit_windows`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def change(self, account: str, tier: str, rule: LimitRule) -> None:
        """Apply a rule to a row that nobody else changes meanwhile, in any process.

        Raises DatabaseUnavailable.
        """
        mine = (limit_windows.c.account == account) & (limit_windows.c.tier == tier)
        async with self._database.transaction() as tx:
            row = await _locked(tx, mine)
            if row is None:
                fresh = insert(limit_windows).values(
                    account=account, tier=tier, windows={}, closed_until=0.0
                )
                await tx.execute(fresh.on_conflict_do_nothing())
                row = await _locked(tx, mine)
            assert row is not None
            changed = rule(row.windows, row.closed_until, row.now)
            if changed is not None:
                windows, closed_until = changed
                values = {"windows": dict(windows), "closed_until": closed_until}
                await tx.execute(update(limit_windows).where(mine).values(values))

    async def read(
        self, account: str
    ) -> tuple[dict[str, tuple[Mapping[str, Any], float]], float]:
        """The kept values of each tier of an account, and the time; locks nothing."""
        kept = select(
            limit_windows.c.tier, limit_windows.c.windows, limit_windows.c.closed_until
        )
        async with self._database.transaction() as tx:
            rows = await tx.execute(kept.where(limit_windows.c.account == account))
            now: float = (await tx.execute(select(_NOW))).scalar_one()
        return {row.tier: (row.windows, row.closed_until) for row in rows}, now


async def _locked(tx: AsyncConnection, mine: ColumnElement[bool]) -> Row[Any] | None:
    """The row, locked, and the time at which we had it to ourselves.

    Beside FOR UPDATE itself the clock would be read before the wait for the lock. The
    commit waits for no disk: a crash of the server may forget its last half second.
    """
    kept = select(limit_windows.c.windows, limit_windows.c.closed_until)
    row = kept.where(mine).with_for_update().cte("mine").prefix_with("MATERIALIZED")
    swiftly = func.set_config("synchronous_commit", "off", True)
    return (await tx.execute(select(row, _NOW.label("now"), swiftly))).one_or_none()

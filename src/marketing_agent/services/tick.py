"""Once a minute: find all work that is due, whatever became of its wake-up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from marketing_agent.services import coverage
from marketing_agent.services.ground import Work
from marketing_agent.services.profile_watch import BETWEEN_LOOKS
from marketing_agent.storage import (
    bulk_jobs,
    erasures,
    import_runs,
    imports,
    inbox,
    outbox,
    profile_watch,
    sync_marks,
    waiting_claims,
)
from marketing_agent.storage.import_runs import RunKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.ground import Ground

WhoIsDue: TypeAlias = Callable[
    ["AsyncConnection", "datetime"], Awaitable[Iterable[int]]
]
"""The merchants for whom some work is due at a moment."""


async def _profiles_to_read(tx: AsyncConnection, now: datetime) -> set[int]:
    missing = await profile_watch.merchants_with_missing(tx, now - BETWEEN_LOOKS)
    nightly = await profile_watch.merchants_to_read(tx, now - timedelta(days=1))
    return {*missing, *nightly}


async def _something_to_tell(tx: AsyncConnection, now: datetime) -> set[int]:
    items = await outbox.merchants_with_due(tx, now)
    return {*items, *await bulk_jobs.merchants_with_due(tx, now)}


DUE: Final[Mapping[Work, WhoIsDue]] = {
    Work.DRAIN_INBOX: lambda tx, _: inbox.merchants_with_waiting(tx),
    Work.LOOK_AT_CLAIMS: waiting_claims.merchants_with_due,
    Work.DRAIN_OUTBOX: _something_to_tell,
    Work.RUN_IMPORT: imports.merchants_with_due,
    Work.FILL_FRIENDS: lambda tx, _: import_runs.merchants_with_running(
        tx, RunKind.FOLLOWERS
    ),
    Work.SYNC_FRIENDS: sync_marks.merchants_with_due,
    Work.READ_PROFILES: _profiles_to_read,
    Work.FORGET_PEOPLE: lambda tx, _: erasures.merchants_with_unfinished(tx),
}
"""How the merchants of each kind of work are found."""


async def tick(ground: Ground) -> None:
    """Wake every merchant that has something due, and keep the day that ended."""
    now = ground.clock()
    async with ground.database.transaction() as tx:
        due = {work: await who(tx, now) for work, who in DUE.items()}
    for work, merchants in due.items():
        for merchant_id in merchants:
            await ground.wake(work, merchant_id)
    await coverage.write_days(ground)

"""Filling the list of friends from LINE's own: beginning, cancelling, how far it is.

It can be repeated at any time and never overwrites what is known better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.services.ground import Ground, Work
from marketing_agent.storage import import_runs
from marketing_agent.storage.import_runs import ImportState, NewRun, RunKind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.storage.import_runs import StoredRun


async def begin_in(tx: AsyncConnection, merchant_id: int, now: datetime) -> StoredRun:
    """Begin to fill, unless that goes on already. Wake `FILL_FRIENDS` afterwards."""
    running = await import_runs.running(tx, merchant_id, RunKind.FOLLOWERS)
    if running is not None:
        return running
    new = NewRun(
        kind=RunKind.FOLLOWERS,
        extent=None,
        generation=0,
        segment_id=None,
        segment_name=None,
        property=None,
        phase="list",
        cursor={},
    )
    return await import_runs.start(tx, merchant_id, new, now)


async def begin(ground: Ground, merchant_id: int) -> StoredRun:
    """Begin to fill the merchant's list of friends, or join what goes on."""
    async with ground.database.merchant_transaction(merchant_id) as tx:
        run = await begin_in(tx, merchant_id, ground.clock())
    await ground.wake(Work.FILL_FRIENDS, merchant_id)
    return run


async def cancel(ground: Ground, merchant_id: int) -> None:
    """Stop filling; the friends learnt so far stay."""
    async with ground.database.merchant_transaction(merchant_id) as tx:
        run = await import_runs.running(tx, merchant_id, RunKind.FOLLOWERS)
        if run is not None:
            state, now = ImportState.STOPPED, ground.clock()
            await import_runs.end(tx, merchant_id, run.id, state, now)


async def newest(ground: Ground, merchant_id: int) -> StoredRun | None:
    """The run that goes on or else the last one; None before the first.

    Its counts: `listed`, friends on LINE's list so far; `new`, those of them who were
    not known to follow.
    """
    async with ground.database.transaction() as tx:
        kinds = [RunKind.FOLLOWERS]
        runs = await import_runs.newest(tx, merchant_id, kinds, limit=1)
    return runs[0] if runs else None

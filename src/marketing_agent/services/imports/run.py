"""A slice of a merchant's import: go on for a few seconds, then let others work.

One process at a time has the turn, and shows its lease's number with every write. A
slice is short, so that one merchant's million profiles hold up nobody else; where the
platform asks to wait, the run waits without holding a worker.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from marketing_agent.core.errors import PlatformError, SetupMissing
from marketing_agent.services.ground import ONE_TICK, Ground, Work
from marketing_agent.services.imports import claims, ending, friend_check
from marketing_agent.services.imports.begin import may_go_on, take_up
from marketing_agent.services.imports.hand import Hand, LeaseLost, RunOver
from marketing_agent.services.imports.position import Phase, position_of
from marketing_agent.services.imports.scan import read_pages
from marketing_agent.storage import import_runs, imports, merchants
from marketing_agent.storage.import_runs import IMPORT_KINDS, ImportState, RunKind

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.storage.import_runs import StoredRun

_SLICE_S: Final = 6.0
_SLOW_PAGES: Final = 25
_SLOW_WAIT: Final = timedelta(seconds=20)
"""The night's reading takes 75 pages a minute: a tenth of what Klaviyo allows."""
_log = structlog.get_logger(__name__)


async def run_import(ground: Ground, merchant_id: int) -> None:
    """Go on with the merchant's import, if something is due and nobody else is at it.

    Whoever is at it looks again after giving the turn back, so nothing is missed.
    """
    async with ground.database.my_turn(Work.RUN_IMPORT, merchant_id) as mine:
        if not mine:
            return
        await _slice(ground, merchant_id)
    wait = await _next_look(ground, merchant_id)
    if wait is not None:
        await ground.wake(Work.RUN_IMPORT, merchant_id, after=wait or None)


@dataclass(slots=True)
class _Room:
    """How much longer this slice may go on: always at least one step."""

    pages: int | None
    ends: float = field(default_factory=lambda: time.monotonic() + _SLICE_S)

    def for_a_page(self) -> bool:
        """Count a page that has been read; whether there is room for another."""
        if self.pages is not None:
            self.pages -= 1
        return self.for_more() and self.pages != 0

    def for_more(self) -> bool:
        """Whether there is time."""
        return time.monotonic() < self.ends


async def _slice(ground: Ground, merchant_id: int) -> None:
    try:
        hand = await take_up(ground, merchant_id)
    except SetupMissing as error:
        _log.warning("import cannot run", merchant=merchant_id, error=str(error))
        return
    if hand is None:
        return
    linked = hand.run.counts.get("linked", 0)
    try:
        await _go_on(hand)
    except (LeaseLost, RunOver) as error:
        _log.info("import put down", merchant=merchant_id, why=type(error).__name__)
    if hand.run.counts.get("linked", 0) > linked:
        await ground.wake(Work.DRAIN_OUTBOX, merchant_id)


async def _go_on(hand: Hand) -> None:
    slowly = hand.run.kind is RunKind.RECONCILE
    room = _Room(_SLOW_PAGES if slowly else None)
    try:
        while await _step(hand, room) and room.for_more():
            if slowly and room.pages == 0 and hand.phase is Phase.MEMBERS:
                await ending.pause(hand, _SLOW_WAIT)
            if not may_go_on(hand.run, hand.ground.clock()):
                return
    except PlatformError as error:
        await ending.met(hand, error)


async def _step(hand: Hand, room: _Room) -> bool:
    """Do the next part of the phase; whether the run goes on after it."""
    match hand.phase:
        case Phase.MEMBERS | Phase.CHANGED:
            await read_pages(hand, room.for_a_page)
            goes_on = True
        case Phase.DEPARTED:
            await claims.end_departed(hand)
            goes_on = True
        case Phase.CLAIMS:
            goes_on = await claims.make_claims(hand)
        case Phase.CLEARING:
            goes_on = await claims.clear(hand)
        case Phase.FRIENDS:
            goes_on = await friend_check.check_some(hand)
    if not goes_on and hand.run.state is ImportState.RUNNING:
        await ending.finish(hand)
    return goes_on


async def _next_look(ground: Ground, merchant_id: int) -> timedelta | None:
    """How long until something is due; None: the tick is early enough."""
    now = ground.clock()
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        due = await _due_times(tx, merchant_id, now)
    if not due or not merchant.integration_on:
        return None
    wait = max(min(due) - now, timedelta(0))
    return wait if wait < ONE_TICK else None


async def _due_times(
    tx: AsyncConnection, merchant_id: int, now: datetime
) -> list[datetime]:
    runs: list[StoredRun] = []
    for kind in IMPORT_KINDS:
        run = await import_runs.running(tx, merchant_id, kind)
        runs += [] if run is None else [run]
    kinds = {run.kind for run in runs}
    due = [
        now if may_go_on(run, now) else position_of(run.cursor).not_before or now
        for run in runs
    ]
    setting = await imports.find(tx, merchant_id)
    if setting is not None and RunKind.IMPORT not in kinds:
        due.append(setting.next_run_at)
        if setting.watermarks.complete and RunKind.RECONCILE not in kinds:
            due.append(setting.full_run_at)
    return due

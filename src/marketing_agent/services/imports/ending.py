"""How a run ends, and how it waits: done, failed, or put off with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog

from marketing_agent.core.errors import (
    Conflict,
    CredentialsRefused,
    PlatformError,
    PlatformNotFound,
    PlatformRefused,
    PlatformThrottled,
)
from marketing_agent.core.imports import CYCLE, Extent, Watermarks, next_cycle
from marketing_agent.core.schedule import wait_after
from marketing_agent.services.imports.begin import new_friend_check
from marketing_agent.storage import import_runs, imports
from marketing_agent.storage.import_runs import ImportState, RunKind

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.imports.hand import Hand
    from marketing_agent.services.imports.position import Position

_MOST_RESTARTS: Final = 5
_LONGEST_WAIT: Final = timedelta(seconds=30)
"""Between two tries: after an outage the backlog is taken up at once."""
_KEPT: Final = timedelta(days=30)
"""So long the history of runs is kept."""
_log = structlog.get_logger(__name__)


class SegmentGone(Conflict):
    """The source segment "{name}" no longer exists in Klaviyo. Choose another one.

    Links that were made stay as they are.
    """


async def finish(hand: Hand) -> None:
    """Everything is done: the next run begins where this one began to read."""
    async with hand.writing() as tx:
        await _end(hand, tx, ImportState.DONE, None)
        if hand.run.kind is RunKind.IMPORT:
            await _schedule(hand, tx, done=True)
        if hand.extent is Extent.FULL:
            await _look_for_friends(hand, tx)
        if hand.run.kind is RunKind.RECONCILE:
            long_ago = hand.ground.clock() - _KEPT
            await import_runs.forget(tx, hand.merchant_id, ended_before=long_ago)


async def fail(hand: Hand, error: str) -> None:
    """It cannot go on. What it read stays; the next run begins as this one did."""
    async with hand.writing() as tx:
        await _end(hand, tx, ImportState.FAILED, error)
        if hand.run.kind is RunKind.IMPORT:
            await _schedule(hand, tx, done=False)


async def pause(hand: Hand, wait: timedelta, position: Position | None = None) -> None:
    """Go on after a while, for no bad reason."""
    now = hand.ground.clock()
    put_off = replace(position or hand.position, not_before=now + wait)
    async with hand.writing() as tx:
        await hand.keep(tx, put_off)


async def met(hand: Hand, error: PlatformError) -> None:
    """A platform did not do what was asked: wait, begin the phase anew, or fail."""
    _log.warning(
        "import held up", merchant=hand.merchant_id, error=type(error).__name__
    )
    position = hand.position
    match error:
        case PlatformThrottled():
            await pause(hand, timedelta(seconds=error.retry_after))
        case PlatformNotFound():
            gone = SegmentGone(name=hand.run.segment_name)
            await fail(hand, gone.message)
        case CredentialsRefused():
            await _put_off(hand, CYCLE, error, position)
        case PlatformRefused() if position.restarts < _MOST_RESTARTS and position.link:
            anew = replace(position, link=None, restarts=position.restarts + 1)
            await pause(hand, timedelta(0), anew)
        case PlatformRefused():
            await fail(hand, error.message)
        case _:
            wait = min(wait_after(error, position.failures + 1), _LONGEST_WAIT)
            await _put_off(hand, wait, error, position)


async def _put_off(
    hand: Hand, wait: timedelta, error: PlatformError, position: Position
) -> None:
    later = replace(
        position,
        not_before=hand.ground.clock() + wait,
        failures=position.failures + 1,
    )
    async with hand.writing() as tx:
        await hand.keep(tx, later, error=error.message)


async def _end(
    hand: Hand, tx: AsyncConnection, state: ImportState, error: str | None
) -> None:
    now = hand.ground.clock()
    await import_runs.end(tx, hand.merchant_id, hand.run.id, state, now, error=error)
    hand.run = replace(hand.run, state=state, error=error, ended_at=now)


async def _look_for_friends(hand: Hand, tx: AsyncConnection) -> None:
    """Where LINE does not list the friends, ask about those who are unknown."""
    merchant = hand.merchant_id
    listed = await import_runs.newest(tx, merchant, [RunKind.FOLLOWERS], limit=1)
    if not listed or listed[0].state is not ImportState.FAILED:
        return
    if await import_runs.running(tx, merchant, RunKind.FRIEND_CHECK) is None:
        now = hand.ground.clock()
        await import_runs.start(tx, merchant, new_friend_check(), now)


async def _schedule(hand: Hand, tx: AsyncConnection, *, done: bool) -> None:
    setting = await imports.find(tx, hand.merchant_id)
    if setting is None or setting.generation != hand.run.generation:
        return
    next_run_at = next_cycle(hand.run.started_at, hand.ground.clock())
    marks = _watermarks(hand.position, setting.watermarks) if done else None
    await imports.schedule(
        tx, hand.merchant_id, next_run_at=next_run_at, watermarks=marks
    )


def _watermarks(position: Position, before: Watermarks) -> Watermarks:
    """Klaviyo's clock at the beginning; else the latest moments that it showed."""
    told = position.told_at
    joined = told or position.joined_to or before.joined
    updated = told or position.updated_to or before.updated or position.joined_to
    return Watermarks(joined=joined, updated=updated)

"""Learning who follows the LINE account from LINE's list, a page at a time.

LINE lists the friends of verified and premium accounts only. A page is stored with the
place of the next one, so that a killed worker goes on there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, assert_never

import structlog

from marketing_agent.core.errors import PlatformError
from marketing_agent.core.facts import FactKey, FriendChange
from marketing_agent.core.schedule import wait_after
from marketing_agent.platforms.line.types import (
    FollowersNotListed,
    FollowersPage,
    FollowersStartExpired,
)
from marketing_agent.services import connections, linking
from marketing_agent.services.erasure import erased_among
from marketing_agent.services.ground import ONE_TICK, Ground, Work
from marketing_agent.services.imports import friend_check
from marketing_agent.services.turns import Batch, take_turns
from marketing_agent.storage import friends, import_runs, merchants
from marketing_agent.storage.import_runs import ImportState, RunKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import LineUserId
    from marketing_agent.storage.import_runs import StoredRun

NOT_LISTED: Final = (
    "LINE lists the friends of verified and premium accounts only. On this account, "
    "friends become known when they add or unblock it, or log in."
)
_log = structlog.get_logger(__name__)


async def fill_friends(ground: Ground, merchant_id: int) -> None:
    """Go on with the run that was begun, to its end."""

    async def batch() -> Batch:
        return await _page(ground, merchant_id)

    async def is_due() -> bool:
        async with ground.database.transaction() as tx:
            return await _run(tx, merchant_id) is not None

    await take_turns(ground, Work.FILL_FRIENDS, merchant_id, batch=batch, is_due=is_due)


async def _run(tx: AsyncConnection, merchant_id: int) -> StoredRun | None:
    return await import_runs.running(tx, merchant_id, RunKind.FOLLOWERS)


async def _page(ground: Ground, merchant_id: int) -> Batch:
    async with ground.database.transaction() as tx:
        merchant = await merchants.get(tx, merchant_id)
        run, account = await _run(tx, merchant_id), None
        if run is not None:
            account = await merchants.line_account(tx, merchant_id)
    if run is None:
        return Batch.NOTHING
    if account is None or not merchant.integration_on:
        return Batch.STOPPED
    asked_at = ground.clock()
    line = connections.messaging_channel(ground, account, background=True)
    try:
        page = await line.followers(start=run.cursor.get("next"))
    except PlatformError as error:
        await _put_off(ground, merchant_id, run, error)
        return Batch.STOPPED
    match page:
        case FollowersPage():
            await _learn(ground, merchant_id, run, page, asked_at)
        case FollowersStartExpired():
            anew = replace(run, cursor={}, requests=run.requests + 1)
            async with ground.database.transaction() as tx:
                await import_runs.checkpoint(tx, merchant_id, anew, asked_at)
        case FollowersNotListed():
            await _fail(ground, merchant_id, run)
            await friend_check.begin(ground, merchant_id)
        case _:
            assert_never(page)
    return Batch.DONE


async def _learn(
    ground: Ground,
    merchant_id: int,
    run: StoredRun,
    page: FollowersPage,
    asked_at: datetime,
) -> None:
    """Store a page and the place of the next one, unless somebody cancelled."""
    async with ground.database.merchant_transaction(merchant_id) as tx:
        if not await import_runs.is_running(tx, merchant_id, run.id):
            return
        new = await _not_known_to_follow(ground, tx, merchant_id, page.user_ids)
        changes = [_change(run, each, asked_at) for each in new]
        now = ground.clock()
        await linking.settle(tx, merchant_id, changes, now)
        await friends.follow_all(tx, merchant_id, new, at=asked_at, now=now)
        after = _after(run, page, len(new))
        await import_runs.checkpoint(tx, merchant_id, after, now)
        if page.next is None:
            await import_runs.end(tx, merchant_id, run.id, ImportState.DONE, now)
    if new:
        await ground.wake(Work.DRAIN_OUTBOX, merchant_id)
        await ground.wake(Work.SYNC_FRIENDS, merchant_id)


async def _not_known_to_follow(
    ground: Ground, tx: AsyncConnection, merchant_id: int, listed: Sequence[LineUserId]
) -> list[LineUserId]:
    known = await friends.several(tx, merchant_id, listed)
    erased = await erased_among(ground, tx, merchant_id, listed)
    following = {each.line_user for each in known.values() if each.following}
    return [each for each in dict.fromkeys(listed) if each not in following | erased]


def _change(run: StoredRun, line_user: LineUserId, asked_at: datetime) -> FriendChange:
    """True when LINE was asked; an unfollow since then has a later `at` and holds."""
    return FriendChange(
        key=FactKey(f"followers:{run.id}:{line_user}"),
        at=asked_at,
        stored=asked_at,
        line_user=line_user,
        is_friend=True,
    )


def _after(run: StoredRun, page: FollowersPage, new: int) -> StoredRun:
    listed = run.counts.get("listed", 0) + len(page.user_ids)
    return replace(
        run,
        cursor={} if page.next is None else {"next": page.next},
        counts={"listed": listed, "new": run.counts.get("new", 0) + new},
        requests=run.requests + 1,
        error=None,
    )


async def _fail(ground: Ground, merchant_id: int, run: StoredRun) -> None:
    async with ground.database.transaction() as tx:
        state, now = ImportState.FAILED, ground.clock()
        await import_runs.end(tx, merchant_id, run.id, state, now, error=NOT_LISTED)


async def _put_off(
    ground: Ground, merchant_id: int, run: StoredRun, error: PlatformError
) -> None:
    kind = type(error).__name__
    _log.warning("filling friends put off", merchant=merchant_id, error=kind)
    async with ground.database.transaction() as tx:
        told = replace(run, error=error.message)
        await import_runs.checkpoint(tx, merchant_id, told, ground.clock())
    wait = wait_after(error, 1)
    if wait < ONE_TICK:
        await ground.wake(Work.FILL_FRIENDS, merchant_id, after=wait)

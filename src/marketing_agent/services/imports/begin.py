"""Which run of a merchant goes on now, or begins; and taking it into one's hands.

The runs that read changes come first. The night's reading of everyone, and the look
for friends, go on in the time that those leave.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.core.imports import Extent, due, next_night, read_from
from marketing_agent.platforms.klaviyo.segments import KlaviyoSegments
from marketing_agent.platforms.sender import Patience
from marketing_agent.services import connections
from marketing_agent.services.ground import Work
from marketing_agent.services.imports.hand import Hand
from marketing_agent.services.imports.position import (
    FIRST,
    Phase,
    Position,
    position_of,
)
from marketing_agent.storage import import_runs, imports, leases, merchants
from marketing_agent.storage.import_runs import NewRun, RunKind, StoredRun

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.imports import ImportSetting
    from marketing_agent.storage.merchants import Merchant

_PATIENCE: Final = Patience(attempts=4, seconds=8.0, longest_pause=4.0)
"""A longer wait is not slept through: the run is put down, and taken up after it."""


async def take_up(ground: Ground, merchant_id: int) -> Hand | None:
    """The run to go on with, or None when nothing is due.

    Only for the process whose turn it is. Raises SetupMissing.
    """
    now = ground.clock()
    async with ground.database.merchant_transaction(merchant_id) as tx:
        merchant = await merchants.get(tx, merchant_id)
        run = await _run_to_go_on_with(tx, merchant, now)
        if run is None:
            return None
        holder = f"process {os.getpid()}"
        fence = await leases.take(tx, merchant_id, Work.RUN_IMPORT, holder, now)
        asks = run.segment_id is not None and run.extent != Extent.REMOVAL
        klaviyo = await segments_of(ground, tx, merchant_id) if asks else None
    return Hand(
        ground=ground, merchant_id=merchant_id, fence=fence, run=run, klaviyo=klaviyo
    )


async def segments_of(
    ground: Ground, tx: AsyncConnection, merchant_id: int
) -> KlaviyoSegments:
    """The segments of the merchant's account, for work that nobody waits for."""
    exchange = (await connections.klaviyo_of(ground, tx, merchant_id)).exchange
    background = exchange.sender.in_background(_PATIENCE)
    return KlaviyoSegments(replace(exchange, sender=background))


def may_go_on(run: StoredRun, now: datetime) -> bool:
    """Whether it is not waiting for a platform, or keeping to its pace."""
    not_before = position_of(run.cursor).not_before
    return not_before is None or not_before <= now


def new_friend_check() -> NewRun:
    """A look for friends among the unknown."""
    return NewRun(
        kind=RunKind.FRIEND_CHECK,
        extent=None,
        generation=0,
        segment_id=None,
        segment_name=None,
        property=None,
        phase=Phase.FRIENDS.value,
        cursor=Position().as_json(),
    )


async def _run_to_go_on_with(
    tx: AsyncConnection, merchant: Merchant, now: datetime
) -> StoredRun | None:
    running = await import_runs.running(tx, merchant.id, RunKind.IMPORT)
    if not merchant.integration_on:
        removal = running is not None and running.extent == Extent.REMOVAL
        return running if removal else None
    setting = await imports.find(tx, merchant.id)
    if running is None and setting is not None:
        running = await _begun(tx, merchant, setting, now, RunKind.IMPORT)
    if running is not None:
        return running if may_go_on(running, now) else None
    for kind in (RunKind.RECONCILE, RunKind.FRIEND_CHECK):
        run = await import_runs.running(tx, merchant.id, kind)
        if run is None and setting is not None and kind is RunKind.RECONCILE:
            run = await _begun(tx, merchant, setting, now, kind)
        if run is not None and may_go_on(run, now):
            return run
    return None


async def _begun(
    tx: AsyncConnection,
    merchant: Merchant,
    setting: ImportSetting,
    now: datetime,
    kind: RunKind,
) -> StoredRun | None:
    """A new run of this kind, if one is due."""
    marks = setting.watermarks
    extent = due(
        marks, next_run_at=setting.next_run_at, full_at=setting.full_run_at, now=now
    )
    reconciles = extent is Extent.RECONCILE
    if extent is None or reconciles is not (kind is RunKind.RECONCILE):
        return None
    if extent.reads_everyone:
        night = next_night(now, merchant.time_zone)
        await imports.schedule(tx, merchant.id, full_run_at=night)
    position = Position()
    if extent is Extent.CHANGES and marks.joined and marks.updated:
        position = Position(
            joined_since=read_from(marks.joined), updated_since=read_from(marks.updated)
        )
    new = NewRun(
        kind=kind,
        extent=extent.value,
        generation=setting.generation,
        segment_id=setting.segment_id,
        segment_name=setting.segment_name,
        property=setting.property,
        phase=FIRST[extent].value,
        cursor=position.as_json(),
    )
    return await import_runs.start(tx, merchant.id, new, now)

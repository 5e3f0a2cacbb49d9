"""Telling Klaviyo more than a hundred things at once: jobs of profiles and of events.

A job of profiles is looked at until it is done; what failed in it is told singly. A
profile in a job is written to by nobody else until then. A job of events is planned
before it is sent, so that after a crash exactly the same one is sent again.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

import httpx
import structlog

from marketing_agent.core.errors import PlatformError, PlatformRefused
from marketing_agent.core.schedule import wait_after
from marketing_agent.platforms.klaviyo.bulk import (
    MOST_EVENTS,
    MOST_PROFILES,
    JobStatus,
    ProfileRow,
    event_json,
    profile_json,
    that_fit,
)
from marketing_agent.services.ground import ONE_TICK, Work
from marketing_agent.services.write_back import singly
from marketing_agent.services.write_back.account import (
    Account,
    by_profile,
    failed,
    ids,
    take_back,
    told,
)
from marketing_agent.services.write_back.linked_events import event_of, live_among
from marketing_agent.services.write_back.profile_changes import plan
from marketing_agent.storage import bulk_jobs, outbox
from marketing_agent.storage.bulk_jobs import BulkJob, BulkKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from marketing_agent.core.signals import ProfileId
    from marketing_agent.platforms.json_values import JsonValue
    from marketing_agent.services.write_back.profile_changes import Planned
    from marketing_agent.storage.outbox import Item

BULK_FROM: Final = 100
"""More than so many are told in bulk."""
MOST_READ: Final = 2_000
"""Profiles that are read before one job, a hundred in a call."""
_FIRST_LOOK: Final = timedelta(seconds=5)
_RAREST_LOOK: Final = timedelta(minutes=5)
_LOST_AFTER: Final = timedelta(hours=24)
_log = structlog.get_logger(__name__)


async def tell_profiles(account: Account, items: Sequence[Item]) -> bool:
    """Hand as many of these as one job takes over to Klaviyo.

    Whether Klaviyo is well enough to go on.
    """
    items, unread = await _some(account, items)
    try:
        read = await account.patient.profiles_by_id(unread)
    except PlatformError as error:
        return await failed(account, items[:1], error)
    shown = {each.id: each.properties for each in read}
    planned = await plan(account, items, shown, unread_too=True)
    found = {each.profile for each in planned}
    missed = [item for item in items if item.profile not in found]
    if missed:
        await take_back(account, missed, "Klaviyo did not show the profile.")
    same = [item for each in planned if not each.change for item in each.items]
    if same:
        await told(account, same)
    return await _hand_over(account, [each for each in planned if each.change])


async def _some(
    account: Account, items: Sequence[Item]
) -> tuple[list[Item], list[ProfileId]]:
    """As many of the items as may be read for one job, and the profiles to read."""
    about = by_profile(items)
    async with account.ground.database.transaction() as tx:
        held = await account.held.of(tx, about)
    unread = [profile for profile in about if profile not in held]
    later = set(unread[MOST_READ:])
    return [item for item in items if item.profile not in later], unread[:MOST_READ]


async def _hand_over(account: Account, planned: Sequence[Planned]) -> bool:
    if len(planned) <= BULK_FROM:
        for each in planned:
            if not await singly.write(account, each):
                return False
        return True
    rows = [_row(each) for each in planned]
    fitting = that_fit(rows, profile_json, MOST_PROFILES)
    items = [item for each in planned[:fitting] for item in each.items]
    try:
        job_id = await account.bulk.import_profiles(rows[:fitting])
    except PlatformError as error:
        return await _not_taken(account, items, error)
    await _remember(account, items, job_id, BulkKind.PROFILES, rows=fitting)
    await account.ground.wake(Work.DRAIN_OUTBOX, account.merchant_id, after=_FIRST_LOOK)
    return True


async def tell_events(account: Account, items: Sequence[Item]) -> bool:
    """Plan a job of as many events as it takes, and send it."""
    live = await live_among(account, items)
    alive = set(ids(live))
    over = [item for item in items if item.id not in alive]
    if over:
        await told(account, over)
    rows = [event_of(item) for item in live]
    chosen = live[: that_fit(rows, event_json, MOST_EVENTS)]
    if not chosen:
        return True
    job_id = f"events-{secrets.token_hex(8)}"
    job = await _remember(account, chosen, job_id, BulkKind.EVENTS, rows=len(chosen))
    return await look_at(account, job)


async def look_at(account: Account, job: BulkJob) -> bool:
    """Whether Klaviyo is well enough to go on after this job."""
    look = _look_at_profiles if job.kind is BulkKind.PROFILES else _send_events
    try:
        await look(account, job)
    except PlatformError as error:
        kind = type(error).__name__
        _log.warning("bulk job put off", merchant=account.merchant_id, error=kind)
        await _look_again(account, job, wait_after(error, 1))
        return False
    return True


async def _look_at_profiles(account: Account, job: BulkJob) -> None:
    found = await account.bulk.job(job.id)
    age = account.ground.clock() - job.submitted_at
    if found is None or found.status is JobStatus.CANCELLED or age > _LOST_AFTER:
        await _end(account, job, again="Klaviyo did not do the bulk job.")
    elif found.status is JobStatus.COMPLETE:
        failures = [] if found.failed == 0 else await account.bulk.failures(job.id)
        await _end_complete(account, job, [each.profile for each in failures])
    else:
        await _look_again(account, job, min(max(_FIRST_LOOK, age / 4), _RAREST_LOOK))


async def _end_complete(
    account: Account, job: BulkJob, failures: Sequence[ProfileId | None]
) -> None:
    """Finish what was done; where it is not clear what failed, all are told again."""
    async with account.ground.database.transaction() as tx:
        items = await outbox.of_job(tx, account.merchant_id, job.id)
    failed_ones = set(failures)
    unclear = not failed_ones <= {item.profile for item in items}
    done = [item for item in items if not unclear and item.profile not in failed_ones]
    if done:
        await told(account, done)
    await _end(account, job, again="Klaviyo refused it in the bulk job.")


async def _send_events(account: Account, job: BulkJob) -> None:
    """Send the planned job, or send it again: it may be that nobody noted its end."""
    async with account.ground.database.transaction() as tx:
        items = await outbox.of_job(tx, account.merchant_id, job.id)
    try:
        await account.bulk.record_events([event_of(item) for item in items])
    except PlatformRefused as error:
        if not _refuses_bulk(error):
            raise
        await _end(account, job, again=error.message)
    else:
        await told(account, items)
        await _end(account, job, again="")


async def _end(account: Account, job: BulkJob, *, again: str) -> None:
    """Nothing more comes of this job: what is left of it is told singly."""
    now, merchant_id = account.ground.clock(), account.merchant_id
    async with account.ground.database.transaction() as tx:
        left = await outbox.of_job(tx, merchant_id, job.id)
        await outbox.take_back(tx, merchant_id, ids(left), now, again)
        await bulk_jobs.end(tx, merchant_id, job.id, now)


async def _look_again(account: Account, job: BulkJob, wait: timedelta) -> None:
    at = account.ground.clock() + wait
    async with account.ground.database.transaction() as tx:
        await bulk_jobs.look_again(tx, account.merchant_id, job.id, at)
    if wait < ONE_TICK:
        await account.ground.wake(Work.DRAIN_OUTBOX, account.merchant_id, after=wait)


async def _remember(
    account: Account, items: Sequence[Item], job_id: str, kind: BulkKind, *, rows: int
) -> BulkJob:
    now, merchant_id = account.ground.clock(), account.merchant_id
    job = BulkJob(id=job_id, kind=kind, rows=rows, submitted_at=now)
    first_look = now if kind is BulkKind.EVENTS else now + _FIRST_LOOK
    async with account.ground.database.transaction() as tx:
        await bulk_jobs.add(tx, merchant_id, job, first_look)
        await outbox.hand_over(tx, merchant_id, ids(items), job_id)
    return job


async def _not_taken(
    account: Account, items: Sequence[Item], error: PlatformError
) -> bool:
    """A key without the scope for bulk jobs still has the one for single writes."""
    if isinstance(error, PlatformRefused) and _refuses_bulk(error):
        await take_back(account, items, error.message)
        return True
    return await failed(account, items[:1], error)


def _refuses_bulk(error: PlatformRefused) -> bool:
    return error.status != httpx.codes.UNAUTHORIZED


def _row(planned: Planned) -> ProfileRow:
    # What is set came from JSON or is text and truth values of ours.
    set_to = cast("Mapping[str, JsonValue]", planned.change.set_to)
    return ProfileRow(
        profile=planned.profile, set_to=set_to, unset=planned.change.unset
    )

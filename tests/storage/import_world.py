"""A merchant's import in force, with a run that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import FactKey
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.core.stored_ids import Verdict
from marketing_agent.storage import import_runs, imports, leases, sightings
from marketing_agent.storage.import_runs import ImportState, NewRun, RunKind
from marketing_agent.storage.imports import ImportSource
from marketing_agent.storage.sightings import Claimed, Read

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncConnection

SOURCE: Final = ImportSource(
    segment_id="SegOld", segment_name="Old tool", property="line_uid"
)
CARRIED: Final = LineUserId("U" + "e" * 32)
"""Stands on two profiles: one is claimed, the other is pending."""
WITH_CLAIM: Final = ProfileId("01PROFILE-C")
PENDING: Final = ProfileId("01PROFILE-D")
WORK: Final = "run_import"


def new_run(kind: RunKind = RunKind.IMPORT) -> NewRun:
    """A run that reads everyone."""
    return NewRun(
        kind=kind,
        extent="full",
        generation=1,
        segment_id=SOURCE.segment_id,
        segment_name=SOURCE.segment_name,
        property=SOURCE.property,
        phase="members",
        cursor={},
    )


def read(profile: ProfileId) -> Read:
    """This profile carries the LINE User ID."""
    return Read(profile=profile, line_user=CARRIED, verdict=Verdict.STRANGER)


async def set_import(tx: AsyncConnection, merchant_id: int, now: datetime) -> None:
    """Put it in force; one run has ended, and one goes on."""
    await imports.save(tx, merchant_id, SOURCE, now, full_run_at=now)
    await leases.take(tx, merchant_id, WORK, "process 1", now)
    ended = await import_runs.start(tx, merchant_id, new_run(), now)
    await import_runs.end(tx, merchant_id, ended.id, ImportState.DONE, now)
    run = await import_runs.start(tx, merchant_id, new_run(), now)
    both = [read(WITH_CLAIM), read(PENDING)]
    await sightings.put(tx, merchant_id, run.id, both, now)
    made = Claimed(profile=WITH_CLAIM, claim=FactKey("import"), claimed=CARRIED)
    await sightings.claimed(tx, merchant_id, [made])

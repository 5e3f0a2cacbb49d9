"""Evidence about the import of stored LINE User IDs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from marketing_agent.core.diagnosis.evidence import Answer, Asked, ImportSeen
from marketing_agent.core.import_counts import tally_of
from marketing_agent.core.imports import Extent
from marketing_agent.platforms.klaviyo.segments import KlaviyoSegments
from marketing_agent.services.diagnosis.asking import ask
from marketing_agent.services.diagnosis.klaviyo import klaviyo_of
from marketing_agent.storage import import_runs, imports
from marketing_agent.storage.import_runs import ImportState, RunKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.core.import_counts import Tally
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.import_runs import StoredRun

_RUNS: Final = 200
"""Two days of runs: a reading of everyone is among them."""


async def import_seen(ground: Ground, merchant_id: int) -> ImportSeen | None:
    """The import and what came of it; None without one."""
    async with ground.database.transaction() as tx:
        setting = await imports.find(tx, merchant_id)
        if setting is None:
            return None
        kinds = (RunKind.IMPORT, RunKind.RECONCILE)
        newest = await import_runs.newest(tx, merchant_id, kinds, limit=_RUNS)
    runs = [each for each in newest if each.generation == setting.generation]
    return ImportSeen(
        segment_name=setting.segment_name,
        property_name=setting.property,
        segment=await _segment(ground, merchant_id, setting.segment_id),
        error=_error(runs),
        counts=_counts(runs),
    )


def _error(runs: Sequence[StoredRun]) -> str | None:
    """Of the run that goes on or went last; one that ended well has none."""
    told = (each for each in runs if each.kind is RunKind.IMPORT)
    last = next(told, None)
    return None if last is None else last.error


def _counts(runs: Sequence[StoredRun]) -> Tally | None:
    """Of the latest reading of everyone: a run that reads changes sees a few."""
    whole = (
        each
        for each in runs
        if each.state is ImportState.DONE
        and each.extent is not None
        and Extent(each.extent).reads_everyone
    )
    found = next(whole, None)
    return None if found is None else tally_of(found.counts)


async def _segment(ground: Ground, merchant_id: int, segment_id: str) -> Asked:
    async def find() -> bool:
        klaviyo = await klaviyo_of(ground, merchant_id)
        segments = KlaviyoSegments(klaviyo.exchange)
        return await segments.find(segment_id) is not None

    asked, there = await ask(find())
    gone = asked.answer is Answer.YES and not there
    return replace(asked, answer=Answer.NOT_THERE) if gone else asked

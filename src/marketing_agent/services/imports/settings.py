"""The import's setting: the writes that start and stop it, with their inverses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.core.errors import BadInput, NotFound
from marketing_agent.core.imports import Extent, next_night
from marketing_agent.platforms.klaviyo.segments import KlaviyoSegments
from marketing_agent.services import connections
from marketing_agent.services.changes import Call, Written
from marketing_agent.services.ground import Work
from marketing_agent.services.imports.position import FIRST, Position
from marketing_agent.services.imports.preview import sample_of
from marketing_agent.storage import import_runs, imports, merchants
from marketing_agent.storage.import_runs import ImportState, NewRun, RunKind
from marketing_agent.storage.imports import ImportSource

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground
    from marketing_agent.services.imports.preview import Sample
    from marketing_agent.storage.imports import ImportSetting

TARGET: Final = "import"
"""A merchant has one import, so its changes are undone in turn."""
_LONGEST_PROPERTY: Final = 255


class PropertyName(BadInput):
    """The name of a Klaviyo property has 1 to 255 characters."""


class UnknownProperty(BadInput):
    """None of the {profiles} profiles of the segment "{segment}" has the property.

    Upper and lower case count. list_profile_properties tells the names that are there.
    """


class ImportUnchanged(BadInput):
    """This is already imported from the segment "{segment}"."""


def start(ground: Ground, segment_id: str, property_: str) -> Write:
    """The write that puts an import in force, in the place of any other.

    Klaviyo is asked first whether segment and property exist, in three short calls.
    The write raises NotFound, UnknownProperty, ImportUnchanged, SetupMissing and
    PlatformError; this raises PropertyName.
    """
    _check_name(property_)

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        former = await imports.find(tx, merchant_id)
        klaviyo = await connections.klaviyo_of(ground, tx, merchant_id)
        segments = KlaviyoSegments(klaviyo.exchange)
        sample = await sample_of(segments, segment_id, pages=1)
        source = ImportSource(
            segment_id=sample.segment.id,
            segment_name=sample.segment.name,
            property=property_,
        )
        if former is not None and _names(former) == _names(source):
            raise ImportUnchanged(segment=former.segment_name)
        warnings = _warnings(sample, property_)
        written = await _put_in_force(ground, tx, merchant_id, source, former)
        written.result["warnings"] = warnings
        return written

    return write


def restore(ground: Ground, source: ImportSource) -> Write:
    """The write that puts an import that was in force before back, unasked."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        former = await imports.find(tx, merchant_id)
        return await _put_in_force(ground, tx, merchant_id, source, former)

    return write


def stop(ground: Ground) -> Write:
    """The write that removes the import. It raises NotFound.

    Links that it made stay. What was waiting ends, in the background, and what had
    been read is dropped.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        now = ground.clock()
        removed = await imports.remove(tx, merchant_id)
        if removed is None:
            raise NotFound(noun="import", name="in force")
        await _stop_runs(ground, tx, merchant_id)
        if await import_runs.running(tx, merchant_id, RunKind.IMPORT) is None:
            await import_runs.start(tx, merchant_id, _removal(removed), now)
        return Written(
            result=as_json(removed),
            inverse=Call(tool="restore_import", arguments=as_json(removed)),
            target=TARGET,
            wakes=(Work.RUN_IMPORT,),
        )

    return write


def as_json(source: ImportSource) -> Json:
    """What a change keeps of a setting; `source_of` reads it."""
    return {
        "segment_id": source.segment_id,
        "segment_name": source.segment_name,
        "property": source.property,
    }


def source_of(contents: Any) -> ImportSource:
    """The source that a result or an inverse holds."""
    return ImportSource(
        segment_id=contents["segment_id"],
        segment_name=contents["segment_name"],
        property=contents["property"],
    )


async def _put_in_force(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    source: ImportSource,
    former: ImportSetting | None,
) -> Written:
    now = ground.clock()
    merchant = await merchants.get(tx, merchant_id)
    await _stop_runs(ground, tx, merchant_id)
    night = next_night(now, merchant.time_zone)
    await imports.save(tx, merchant_id, source, now, full_run_at=night)
    undo = Call(tool="stop_import", arguments={})
    if former is not None:
        undo = Call(tool="restore_import", arguments=as_json(former))
    result = as_json(source)
    result["former"] = None if former is None else as_json(former)
    return Written(result=result, inverse=undo, target=TARGET, wakes=(Work.RUN_IMPORT,))


async def _stop_runs(ground: Ground, tx: AsyncConnection, merchant_id: int) -> None:
    """End what reads for the former setting; what clears away goes on."""
    now = ground.clock()
    for kind in (RunKind.IMPORT, RunKind.RECONCILE):
        run = await import_runs.running(tx, merchant_id, kind)
        if run is not None and run.extent != Extent.REMOVAL:
            await import_runs.end(tx, merchant_id, run.id, ImportState.STOPPED, now)


def _removal(removed: ImportSetting) -> NewRun:
    return NewRun(
        kind=RunKind.IMPORT,
        extent=Extent.REMOVAL.value,
        generation=removed.generation,
        segment_id=removed.segment_id,
        segment_name=removed.segment_name,
        property=removed.property,
        phase=FIRST[Extent.REMOVAL].value,
        cursor=Position().as_json(),
    )


def _warnings(sample: Sample, property_: str) -> list[str]:
    """What is odd about the choice, by a code; the rest of the text is the tool's."""
    if not sample.rows:
        return ["empty_segment"]
    if any(property_ in row.properties for row in sample.rows):
        return []
    if sample.is_whole:
        raise UnknownProperty(profiles=len(sample.rows), segment=sample.segment.name)
    return ["property_not_seen"]


def _names(source: ImportSource) -> tuple[str, str]:
    return source.segment_id, source.property


def _check_name(property_: str) -> None:
    if not 0 < len(property_) <= _LONGEST_PROPERTY:
        raise PropertyName

"""Tools about importing LINE User IDs that are stored in Klaviyo already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import Field

from marketing_agent.core.errors import BadInput
from marketing_agent.core.masked_text import masked_text
from marketing_agent.services.imports import settings
from marketing_agent.services.imports.preview import (
    preview,
    segments_named,
    take_sample,
)
from marketing_agent.services.imports.progress import overview
from marketing_agent.toolbox.import_blocks import (
    ImportPreview,
    ImportReport,
    ImportSourceBlock,
    ImportStarted,
    PropertyLine,
    PropertyList,
    SegmentLine,
    SegmentList,
    drawn_preview,
    drawn_run,
    drawn_source,
)
from marketing_agent.toolbox.import_words import (
    said_preview,
    said_properties,
    said_report,
    said_segments,
    said_started,
)
from marketing_agent.toolbox.registry import (
    Arguments,
    ReadTool,
    ToolResult,
    WriteTool,
)

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground

_MOST_SEGMENTS: Final = 50
_SEGMENT: Final = r"^[A-Za-z0-9_-]{1,64}$"
_SEGMENT_IS: Final = "The id of the Klaviyo segment, as list_segments tells it."
_PROPERTY_IS: Final = (
    "The Klaviyo property that holds the LINE User ID, exactly as it is written there."
)


class HalfAPreview(BadInput):
    """A preview needs both: segment_id and property."""


class ListSegments(Arguments):
    """All of Klaviyo's segments, or those whose name has these words in it."""

    name: str | None = Field(default=None, max_length=200)


class ListProfileProperties(Arguments):
    """The segment to look at."""

    segment_id: str = Field(pattern=_SEGMENT, description=_SEGMENT_IS)


class StartImport(Arguments):
    """Source segment and LINE User ID property."""

    segment_id: str = Field(pattern=_SEGMENT, description=_SEGMENT_IS)
    property: str = Field(min_length=1, max_length=255, description=_PROPERTY_IS)


class StopImport(Arguments):
    """Nothing to say: a merchant has one import."""


class ShowImport(Arguments):
    """Nothing for the import as it stands; both for a preview before it is started."""

    segment_id: str | None = Field(
        default=None, pattern=_SEGMENT, description=_SEGMENT_IS
    )
    property: str | None = Field(
        default=None, min_length=1, max_length=255, description=_PROPERTY_IS
    )


async def _list_segments(
    ground: Ground, caller: Caller, taken: ListSegments
) -> ToolResult:
    found = await segments_named(ground, caller.merchant_id, taken.name)
    lines = [
        SegmentLine(
            id=each.id,
            name=masked_text(each.name),
            is_active=each.is_active,
            is_processing=each.is_processing,
        )
        for each in found[:_MOST_SEGMENTS]
    ]
    block = SegmentList(segments=lines, more=len(found) - len(lines))
    return ToolResult(text=said_segments(block), block=block)


async def _list_properties(
    ground: Ground, caller: Caller, taken: ListProfileProperties
) -> ToolResult:
    sample = await take_sample(ground, caller.merchant_id, taken.segment_id)
    lines = [
        PropertyLine(
            name=masked_text(each.name),
            profiles=each.profiles,
            line_user_ids=each.line_user_ids,
        )
        for each in sample.properties()
    ]
    block = PropertyList(
        segment_id=sample.segment.id,
        segment_name=masked_text(sample.segment.name),
        looked_at=len(sample.rows),
        properties=lines,
    )
    return ToolResult(text=said_properties(block), block=block)


async def _show(ground: Ground, caller: Caller, taken: ShowImport) -> ToolResult:
    previewed = await _previewed(ground, caller, taken)
    looked = await overview(ground, caller.merchant_id)
    setting = looked.setting
    block = ImportReport(
        setting=None if setting is None else drawn_source(setting),
        next_run_at=None if setting is None else setting.next_run_at,
        runs=[drawn_run(each) for each in looked.runs],
        preview=previewed,
    )
    text = said_report(block) if previewed is None else said_preview(previewed)
    return ToolResult(text=text, block=block)


async def _previewed(
    ground: Ground, caller: Caller, taken: ShowImport
) -> ImportPreview | None:
    if taken.segment_id is None and taken.property is None:
        return None
    if taken.segment_id is None or taken.property is None:
        raise HalfAPreview
    merchant = caller.merchant_id
    return drawn_preview(
        await preview(ground, merchant, taken.segment_id, taken.property)
    )


def _start(ground: Ground, taken: StartImport) -> Write:
    return settings.start(ground, taken.segment_id, taken.property)


def _stop(ground: Ground, _: StopImport) -> Write:
    return settings.stop(ground)


async def _tell_started(_ground: Ground, _caller: Caller, result: Json) -> ToolResult:
    source, former = drawn_source(settings.source_of(result)), result["former"]
    block = ImportStarted(
        **source.model_dump(),
        warnings=result["warnings"],
        former=None if former is None else drawn_source(settings.source_of(former)),
    )
    return ToolResult(text=said_started(block), block=block)


async def _tell_stopped(_ground: Ground, _caller: Caller, result: Json) -> ToolResult:
    block = drawn_source(settings.source_of(result))
    text = (
        f'The import from the segment "{block.segment_name}" is stopped. Customers who '
        "are linked stay linked; what was still waiting ends."
    )
    return ToolResult(text=text, block=block)


TOOLS = (
    ReadTool(
        name="list_segments", takes=ListSegments, gives=SegmentList, run=_list_segments
    ),
    ReadTool(
        name="list_profile_properties",
        takes=ListProfileProperties,
        gives=PropertyList,
        run=_list_properties,
    ),
    WriteTool(
        name="start_import",
        takes=StartImport,
        gives=ImportStarted,
        write=_start,
        tell=_tell_started,
    ),
    WriteTool(
        name="stop_import",
        takes=StopImport,
        gives=ImportSourceBlock,
        write=_stop,
        tell=_tell_stopped,
    ),
    ReadTool(name="show_import", takes=ShowImport, gives=ImportReport, run=_show),
)

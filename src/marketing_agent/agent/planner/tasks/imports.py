"""The import of LINE User IDs that are stored in Klaviyo already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.slots import answers, imports, known
from marketing_agent.agent.planner.slots.choosing import NAMED_SEGMENT, one_of
from marketing_agent.agent.planner.tasks.task import Look, LookUp, Slot, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.tasks.task import Results, Slots

SHOWN_BY: Final = "show_import"
_SEGMENT: Final = ("segment_id", "segment_name")


def _source(slots: Slots) -> dict[str, Any]:
    return {"segment_id": slots["segment_id"], "property": slots["property"]}


def _of_source(slots: Slots, _: Results) -> dict[str, Any]:
    return _source(slots)


def _of_segment(slots: Slots) -> dict[str, Any]:
    return {"segment_id": slots["segment_id"]}


def _no_arguments(*_: object) -> dict[str, Any]:
    return {}


def _previewed(results: Results, slots: Slots) -> Mapping[str, str] | None:
    found = known.import_report(results)
    preview = found.preview if found else None
    came = results.get(SHOWN_BY)
    if came is None or preview is None or came.arguments != _source(slots):
        return None
    return {}


def _in_force(results: Results, _: Slots) -> Mapping[str, str] | None:
    came = results.get(SHOWN_BY)
    found = known.import_report(results)
    if came is None or came.arguments or found is None:
        return None
    return {"segment_name": found.setting.segment_name} if found.setting else {}


def _named(slots: Slots, _: Results) -> Mapping[str, str]:
    return {"segment": slots["segment_name"], "property": slots["property"]}


def _stopped(slots: Slots, _: Results) -> Mapping[str, str]:
    return {"segment": slots["segment_name"]}


_SOURCE_SEGMENT: Final = Slot(
    name="segment",
    hear=one_of(known.source_segments, *_SEGMENT),
    fills=_SEGMENT,
    clears=("property",),
    look_up=LookUp(
        tool="list_segments", choices=known.source_segments, by_name=NAMED_SEGMENT
    ),
)
_PROPERTY: Final = Slot(
    name="property",
    hear=imports.property_name,
    fills=("property",),
    look_up=LookUp(
        tool="list_profile_properties",
        choices=known.properties,
        arguments=_of_segment,
    ),
    is_text=True,
)

IMPORTS: Final = (
    Task(
        tool="start_import",
        steps=(
            _SOURCE_SEGMENT,
            _PROPERTY,
            Look(
                tool=SHOWN_BY,
                arguments=_source,
                sees=_previewed,
                instead="property",
                is_told=True,
            ),
        ),
        arguments=_of_source,
        changeable=("segment", "property"),
        seen_by=SHOWN_BY,
        facts=_named,
    ),
    Task(
        tool="stop_import",
        steps=(
            Slot(name="meant", hear=answers.stopping_the_import, fills=("meant",)),
            Look(
                tool=SHOWN_BY,
                arguments=_no_arguments,
                sees=_in_force,
                instead="meant",
                absent="flow.no_import",
            ),
        ),
        arguments=_no_arguments,
        seen_by=SHOWN_BY,
        facts=_stopped,
    ),
    Task(
        tool="show_import",
        steps=(_SOURCE_SEGMENT, _PROPERTY),
        arguments=_of_source,
    ),
    Task(
        tool="list_profile_properties",
        steps=(_SOURCE_SEGMENT,),
        arguments=lambda slots, _: _of_segment(slots),
    ),
)

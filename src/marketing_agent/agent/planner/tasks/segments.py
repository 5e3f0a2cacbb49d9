"""Segments of the merchant's: filters over friends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.slots import answers, known, segments
from marketing_agent.agent.planner.slots.choosing import one_of
from marketing_agent.agent.planner.tasks.task import LookUp, Slot, Task

if TYPE_CHECKING:
    from marketing_agent.agent.planner.tasks.task import Results, Slots

SHOWN_BY: Final = "show_segments"
_SEGMENT: Final = ("own_segment_id", "segment_name")
_LISTS: Final = frozenset({"follow_status", "tags", "without_tags", "methods"})
_DAYS: Final = ("linked_since", "linked_before", "followed_since", "followed_before")


def _needs_a_day(slots: Slots) -> bool:
    return "vague_day" in slots


def _created(slots: Slots, _: Results) -> dict[str, Any]:
    arguments: dict[str, Any] = {"name": slots["name"]}
    for field in segments.CONDITIONS:
        value = slots.get(field)
        if value is not None and field != "vague_day":
            listed = value.split(segments.SEPARATOR)
            arguments[field] = listed if field in _LISTS else value
    return arguments


def _of_segment(slots: Slots, _: Results) -> dict[str, Any]:
    return {"segment_id": int(slots["own_segment_id"])}


_OWN_SEGMENT: Final = Slot(
    name="own_segment",
    hear=one_of(known.own_segments, *_SEGMENT),
    fills=_SEGMENT,
    look_up=LookUp(tool=SHOWN_BY, choices=known.own_segments),
)

SEGMENTS: Final = (
    Task(
        tool="create_segment",
        steps=(
            Slot(
                name="conditions",
                hear=segments.conditions,
                fills=segments.CONDITIONS,
            ),
            Slot(
                name="day",
                hear=segments.day,
                fills=_DAYS,
                applies=_needs_a_day,
            ),
            Slot(
                name="name",
                hear=segments.segment_name,
                fills=("name",),
                is_text=True,
                anew=segments.another_name,
            ),
        ),
        arguments=_created,
        changeable=("name", "conditions"),
        seen_by=SHOWN_BY,
    ),
    Task(
        tool="delete_segment",
        steps=(
            Slot(name="meant", hear=answers.deleting_a_segment, fills=("meant",)),
            _OWN_SEGMENT,
        ),
        arguments=_of_segment,
        seen_by=SHOWN_BY,
        facts=lambda slots, _: {"segment": slots["segment_name"]},
    ),
    Task(tool=SHOWN_BY, steps=(_OWN_SEGMENT,), arguments=_of_segment),
)

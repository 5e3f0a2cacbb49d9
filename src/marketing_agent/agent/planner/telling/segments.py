"""Segments of the merchant's: filters over friends, with how many they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.telling.told import Told, block_of
from marketing_agent.agent.planner.texts import capped
from marketing_agent.toolbox.segment_tools import (
    DeletedSegment,
    SegmentCard,
    SegmentList,
)

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn

_MOST_LINES: Final = 10


def created(turn: Turn, came: Came) -> Told:
    """That it is saved, and how many it holds now."""
    card = block_of(SegmentCard, came)
    text = turn.say(
        "segments.created", name=capped(card.name), friends=card.friends or 0
    )
    return Told(text=text, quick=turn.quick("show_segments", "undo_change"))


def deleted(turn: Turn, came: Came) -> Told:
    """That the filter is gone and the friends are as they were."""
    block = block_of(DeletedSegment, came)
    text = turn.say("segments.deleted", name=capped(block.name))
    return Told(text=text, quick=turn.quick("undo_change", "show_segments"))


def shown(turn: Turn, came: Came) -> Told:
    """All of them with their conditions, or one with its size."""
    cards = block_of(SegmentList, came).segments
    if not cards:
        text = turn.say("segments.none")
        return Told(text=text, quick=turn.quick("create_segment"))
    lines = [turn.say("segments.list"), *(_line(turn, e) for e in cards[:_MOST_LINES])]
    if len(cards) > _MOST_LINES:
        lines.append(turn.say("segments.more", count=len(cards) - _MOST_LINES))
    return Told(text="\n".join(lines), quick=turn.quick("create_segment"))


def _line(turn: Turn, card: SegmentCard) -> str:
    asks = [_condition(turn, name, value) for name, value in card.conditions.items()]
    asks += (
        [turn.say("segments.tag", names=_names(turn, card.tags))] if card.tags else []
    )
    if card.without_tags:
        asks.append(
            turn.say("segments.without_tag", names=_names(turn, card.without_tags))
        )
    facts = {"name": capped(card.name), "number": card.segment_id}
    # The spaces around it count, so it is not said.
    between = turn.wording.texts["segments.and"]
    conditions = between.join(asks) or turn.say("segments.everyone")
    if card.friends is None:
        return turn.say("segments.line", conditions=conditions, **facts)
    return turn.say(
        "segments.line_counted", conditions=conditions, friends=card.friends, **facts
    )


def _condition(turn: Turn, name: str, value: Any) -> str:
    values = value if isinstance(value, list) else [value]
    words = turn.listed(_word(turn, str(each)) for each in values)
    key = f"segments.{name}"
    return turn.say(key, value=words) if turn.wording.has(key) else f"{name} {words}"


def _word(turn: Turn, value: str) -> str:
    for key in (f"methods.{value}", f"segments.is_{value}"):
        if turn.wording.has(key):
            return turn.say(key)
    return value


def _names(turn: Turn, names: list[str]) -> str:
    return turn.listed(map(capped, names))

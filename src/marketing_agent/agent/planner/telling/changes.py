"""What was changed, and what an undo did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter, ValidationError

from marketing_agent.agent.planner.telling.told import Told
from marketing_agent.agent.planner.texts import capped
from marketing_agent.toolbox.change_tools import ChangeLine, Undone

if TYPE_CHECKING:
    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn

SHOWN_BY: Final = "show_changes"
_LISTED: Final = TypeAdapter(list[ChangeLine | str])
_MOST_LINES: Final = 10


def shown(turn: Turn, came: Came) -> Told:
    """The newest changes."""
    lines = lines_of(came)
    if not lines:
        return Told(text=turn.say("changes.none"), quick=turn.quick("setup"))
    told = [line(turn, each) for each in lines[:_MOST_LINES]]
    quick = tuple(turn.say("quick.undo_number", number=c.id) for c in undoable(came))
    return Told(text="\n".join([turn.say("changes.list"), *told]), quick=quick)


def undone(turn: Turn, came: Came) -> Told:
    """What was undone; in the words of the list of changes."""
    block = Undone.model_validate(came.data)
    text = turn.say(
        "changes.undone", number=block.undone, what=capped(turn.own(block.what))
    )
    return Told(text=text, quick=turn.quick("show_changes", "show_qr_links"))


def lines_of(came: Came) -> list[ChangeLine]:
    """The changes of a list; none for a block of another shape."""
    try:
        listed = _LISTED.validate_python(came.data.get("changes"))
    except ValidationError:
        return []
    return [each for each in listed if isinstance(each, ChangeLine)]


def undoable(came: Came) -> list[ChangeLine]:
    """Those that can be undone as things stand."""
    return [each for each in lines_of(came) if each.can_be_undone]


def line(turn: Turn, change: ChangeLine) -> str:
    """One change on one line."""
    key = "changes.line" if change.can_be_undone else "changes.line_final"
    when = f"{change.made_at:%Y-%m-%d %H:%M}"
    return turn.say(
        key, number=change.id, when=when, what=capped(turn.own(change.what))
    )

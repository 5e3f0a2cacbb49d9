"""Tools about what was changed, and undoing it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from pydantic import Field

from marketing_agent.core.masked_text import masked_text
from marketing_agent.services import undo
from marketing_agent.toolbox.change_words import in_words, undone_in_words
from marketing_agent.toolbox.registry import (
    Arguments,
    Block,
    ReadTool,
    ToolResult,
    WriteTool,
)

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground
    from marketing_agent.services.undo import Told

_LARGEST_ID: Final = 2**63 - 1


class ShowChanges(Arguments):
    """How many, counted from the newest."""

    limit: int = Field(default=20, ge=1, le=50)


class UndoChange(Arguments):
    """The change to undo."""

    change_id: int = Field(
        ge=1, le=_LARGEST_ID, description="Its number, as show_changes tells it."
    )


class ChangeLine(Block):
    """One change, and whether it can be undone as things stand."""

    id: int
    tool: str
    what: str
    made_at: datetime
    made_by: str
    can_be_undone: bool
    why_not: str | None
    """Why it cannot be undone."""


class ChangeList(Block):
    """The merchant's changes, newest first."""

    changes: list[ChangeLine]


class Undone(Block):
    """The change that was undone, and what that meant."""

    undone: int
    what: str


async def _show(ground: Ground, caller: Caller, taken: ShowChanges) -> ToolResult:
    told = await undo.show(ground, caller.merchant_id, taken.limit)
    lines = [line_of(each) for each in told]
    text = "\n".join(map(_said, lines)) or "Nothing was changed yet."
    return ToolResult(text=text, block=ChangeList(changes=lines))


def line_of(told: Told) -> ChangeLine:
    """A change as a block."""
    change, obstacle = told.change, told.obstacle
    return ChangeLine(
        id=change.id,
        tool=change.tool,
        what=in_words(change),
        made_at=change.made_at,
        made_by=masked_text(change.made_by),
        can_be_undone=obstacle is None,
        why_not=None if obstacle is None else obstacle.message,
    )


def _said(line: ChangeLine) -> str:
    when = f"{line.made_at:%Y-%m-%d %H:%M} UTC"
    ending = line.why_not or "It can be undone."
    return f"- Change {line.id}, {when}, {line.made_by}: {line.what}. {ending}"


def _undo(ground: Ground, taken: UndoChange) -> Write:
    return undo.undo(ground, taken.change_id)


async def _tell_undone(_ground: Ground, _caller: Caller, result: Json) -> ToolResult:
    block = Undone(undone=result["undone"], what=undone_in_words(result))
    text = f"{block.what}. {_AFTER.get(result['did']['tool'], '')}".strip()
    return ToolResult(text=text, block=block)


_AFTER: Final = {
    "delete_qr_link": "Its link no longer works.",
    "restore_qr_link": "Its link works again.",
    "update_qr_link": "Emails that were sent in the meantime keep what they carry.",
    "remove_form_linkage": "Its button no longer links.",
    "restore_form_linkage": "Its button links again.",
    "update_form_linkage": "A new secret of its webhook stays new.",
    "stop_import": "Customers who are linked stay linked.",
    "restore_import": "Everyone in its segment is read again.",
    "link_friend": "The LINE User ID is written to the profile again, and Klaviyo "
    "records the link as a new event.",
    "unlink_friend": "The LINE User ID is removed from the profile.",
}

TOOLS = (
    ReadTool(name="show_changes", takes=ShowChanges, gives=ChangeList, run=_show),
    WriteTool(
        name="undo_change",
        takes=UndoChange,
        gives=Undone,
        write=_undo,
        tell=_tell_undone,
    ),
)

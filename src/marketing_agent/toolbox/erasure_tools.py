"""The tool that erases a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from marketing_agent.services import erasure
from marketing_agent.toolbox.linkage_tools import as_line_user
from marketing_agent.toolbox.registry import Arguments, Block, ToolResult, WriteTool

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground


class EraseFriend(Arguments):
    """The friend to erase."""

    line_user_id: str = Field(description="U and 32 hexadecimal digits.")


class ErasedFriend(Block):
    """What was erased; the friend's LINE User ID is hidden soon after."""

    was_linked: bool


def _erase(ground: Ground, taken: EraseFriend) -> Write:
    return erasure.erase(ground, as_line_user(taken.line_user_id))


async def _tell(_ground: Ground, _caller: Caller, result: Json) -> ToolResult:
    block = ErasedFriend(was_linked=result["was_linked"])
    text = (
        "Erased. Name, email address and phone number are deleted here; the LINE User "
        "ID goes from the Klaviyo profile and then from all records. This cannot be "
        "undone. Only the person's own LINE login can bring them back. The profile in "
        "Klaviyo is not deleted: that is done in Klaviyo."
    )
    return ToolResult(text=text, block=block)


TOOLS = (
    WriteTool(
        name="erase_friend",
        takes=EraseFriend,
        gives=ErasedFriend,
        write=_erase,
        tell=_tell,
    ),
)

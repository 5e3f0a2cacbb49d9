"""The tool that decides about held pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field

from marketing_agent.core.signals import ProfileId
from marketing_agent.services import review_decisions
from marketing_agent.services.review_decisions import Decision
from marketing_agent.toolbox.linkage_tools import as_line_user
from marketing_agent.toolbox.registry import Arguments, Block, ToolResult, WriteTool

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground


class ResolveConflict(Arguments):
    """A held pair, and what is to become of it."""

    line_user_id: str
    profile_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    decision: Literal["keep", "replace"]
    version: str = Field(
        pattern=r"^[0-9a-f]{8}$", description="As the review list tells it."
    )


class Pair(Block):
    """A friend and a profile."""

    line_user_id: str
    profile_id: str


class Resolved(Pair):
    """The decision that was made, with the links that it ended."""

    decision: Decision
    unlinked: list[Pair]


def _resolve(ground: Ground, taken: ResolveConflict) -> Write:
    return review_decisions.resolve(
        ground,
        as_line_user(taken.line_user_id),
        ProfileId(taken.profile_id),
        Decision(taken.decision),
        taken.version,
    )


async def _tell(_ground: Ground, _caller: Caller, result: Json) -> ToolResult:
    block = Resolved.model_validate({"unlinked": [], **result})
    pair = f"friend {block.line_user_id} and profile {block.profile_id}"
    if block.decision is Decision.KEEP:
        return ToolResult(text=f"Left as it is: {pair}.", block=block)
    ended = "".join(
        f" Friend {each.line_user_id} is no longer linked to {each.profile_id}."
        for each in block.unlinked
    )
    return ToolResult(text=f"Linked: {pair}.{ended}", block=block)


TOOLS = (
    WriteTool(
        name="resolve_conflict",
        takes=ResolveConflict,
        gives=Resolved,
        write=_resolve,
        tell=_tell,
    ),
)

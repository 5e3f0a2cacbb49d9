"""Tools and approvals over HTTP: what the agent, the dashboard and tests call.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from marketing_agent.agent.card_words import titles_of
from marketing_agent.agent.told_results import result_in
from marketing_agent.api.languages import Language
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.core.callers import Caller
from marketing_agent.services.ground import Ground
from marketing_agent.toolbox.registry import Tool, Toolbox
from marketing_agent.toolbox.schemas import described


class ToolCall(BaseModel):
    """Arguments as the tool's schema says; writes also name their approval."""

    model_config = ConfigDict(extra="forbid")

    arguments: dict[str, Any] = Field(default_factory=dict)
    approval_id: str | None = None


class ToolAnswer(BaseModel):
    """What the tool says, in words and as data."""

    text: str
    block: dict[str, Any]
    change_id: int | None = None


class ApprovalRequest(BaseModel):
    """The exact call that a person says yes to."""

    model_config = ConfigDict(extra="forbid")

    tool: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class ApprovalAnswer(BaseModel):
    """Good for this one call."""

    approval_id: str


class ToolDescription(BaseModel):
    """A tool as a caller may use it."""

    name: str
    title: str
    titles: dict[str, str]
    """By the languages of the chat: `en`, `ja`, `zh-Hant` and `th`."""
    effect: str
    description: str
    arguments: dict[str, Any]
    result: dict[str, Any]


def tool_router(ground: Ground, toolbox: Toolbox, signed_in: SignedIn) -> APIRouter:
    """The routes under /api/v1."""
    router = APIRouter(prefix="/api/v1", tags=["tools"])

    calling = Annotated[Caller, Depends(signed_in)]

    @router.get("/tools")
    async def list_tools(caller: calling) -> list[ToolDescription]:
        """The tools that this caller may use."""
        return [_described(toolbox, tool) for tool in toolbox.offered_to(caller)]

    @router.post("/tools/{name}")
    async def call_tool(
        name: str, call: ToolCall, caller: calling, language: Language
    ) -> ToolAnswer:
        """Run a tool. A write needs the approval of exactly this call."""
        made = await toolbox.call(
            ground, caller, name, call.arguments, approval_id=call.approval_id
        )
        result = result_in(language, name, made)
        return ToolAnswer(
            text=result.text,
            block=result.block.model_dump(mode="json"),
            change_id=result.change_id,
        )

    @router.post("/approvals", status_code=201)
    async def approve(request: ApprovalRequest, caller: calling) -> ApprovalAnswer:
        """A signed-in person says yes to one call."""
        approval_id = await toolbox.approve(
            ground, caller, request.tool, request.arguments
        )
        return ApprovalAnswer(approval_id=approval_id)

    return router


def _described(toolbox: Toolbox, tool: Tool) -> ToolDescription:
    told = described(toolbox, tool)
    titles = titles_of(tool.name, told["title"])
    return ToolDescription.model_validate(told | {"titles": titles})

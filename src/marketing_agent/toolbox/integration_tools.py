"""Tools that switch auto-link, and the whole Klaviyo integration, on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from marketing_agent.services import auto_link, integration
from marketing_agent.services.merchants import merchant_of
from marketing_agent.toolbox.registry import Arguments, Block, ToolResult, WriteTool

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground


class SetAutoLink(Arguments):
    """Whether friends are linked by their own email or phone."""

    on: bool = Field(description="true: on, also for all that waited; false: paused.")


class SetIntegration(Arguments):
    """Whether the Klaviyo integration works at all."""

    on: bool = Field(description="true: on, catching up; false: paused, nothing lost.")


class Switches(Block):
    """How both switches stand now."""

    integration_on: bool
    auto_link_on: bool


def _set_auto_link(ground: Ground, taken: SetAutoLink) -> Write:
    return auto_link.switch(ground, on=taken.on)


def _set_integration(_ground: Ground, taken: SetIntegration) -> Write:
    return integration.switch(on=taken.on)


async def _tell_auto_link(ground: Ground, caller: Caller, result: Json) -> ToolResult:
    block = await _switches(ground, caller)
    if not result["on"]:
        text = (
            "Auto-link by email or phone number is off. Attempts that wait are kept, "
            "and customers who are linked stay linked."
        )
    elif block.integration_on:
        text = "Auto-link by email or phone number is on."
    else:
        text = (
            "Auto-link by email or phone number is on. It begins when the integration, "
            "which is paused, goes on."
        )
    return ToolResult(text=text, block=block)


async def _tell_integration(ground: Ground, caller: Caller, result: Json) -> ToolResult:
    if result["on"]:
        text = "The Klaviyo integration is on. What waited is caught up now."
    else:
        text = (
            "The Klaviyo integration is paused. Nobody is linked and nothing is "
            "written to Klaviyo until you turn it on again; whatever happens on LINE "
            "is kept."
        )
    return ToolResult(text=text, block=await _switches(ground, caller))


async def _switches(ground: Ground, caller: Caller) -> Switches:
    merchant = await merchant_of(ground, caller.merchant_id)
    return Switches(
        integration_on=merchant.integration_on, auto_link_on=merchant.auto_link_on
    )


TOOLS = (
    WriteTool(
        name="set_auto_link",
        takes=SetAutoLink,
        gives=Switches,
        write=_set_auto_link,
        tell=_tell_auto_link,
    ),
    WriteTool(
        name="set_integration",
        takes=SetIntegration,
        gives=Switches,
        write=_set_integration,
        tell=_tell_integration,
    ),
)

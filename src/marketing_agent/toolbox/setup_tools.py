"""Tools about the connection to Klaviyo and LINE."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.services.setup_check import CheckState, SetupCheck, check_setup
from marketing_agent.toolbox.registry import Arguments, Block, ReadTool, ToolResult

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.ground import Ground


class CheckSetup(Arguments):
    """Nothing to say: everything is checked."""


class SetupReport(Block):
    """One line per check."""

    checks: list[SetupCheck]


async def _check_setup(ground: Ground, caller: Caller, _: CheckSetup) -> ToolResult:
    checks = await check_setup(ground, caller.merchant_id)
    lines = [f"- {check.platform} {check.what}: {_said(check)}" for check in checks]
    return ToolResult(text="\n".join(lines), block=SetupReport(checks=checks))


def _said(check: SetupCheck) -> str:
    if check.state is CheckState.OK:
        return f"ok. {check.says}"
    return f"{check.state.value}. {check.says} To do: {check.fix}"


TOOLS = (
    ReadTool(name="check_setup", takes=CheckSetup, gives=SetupReport, run=_check_setup),
)

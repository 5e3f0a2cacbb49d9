"""What every request to a language model carries, in the tokens that it costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_core.utils.function_calling import convert_to_openai_tool

from marketing_agent.agent.prompts import prompt
from marketing_agent.agent.tool_calls import as_langchain
from marketing_agent.core.callers import Caller, CallerKind, Role
from marketing_agent.toolbox.catalogue import all_tools
from tests.agui.node import run_script

if TYPE_CHECKING:
    from pathlib import Path

MOST_TOKENS = 4_000
OWNER = Caller(subject="x", merchant_id=1, role=Role.OWNER, kind=CallerKind.HUMAN)


async def test_prompt_and_tools_are_under_four_thousand_tokens(packages: Path) -> None:
    """The prompt and the owner's tools, as they go over the wire (o200k_base)."""
    toolbox = all_tools()
    tools = as_langchain(toolbox, toolbox.offered_to(OWNER))
    catalogue = [_on_the_wire(convert_to_openai_tool(each)) for each in tools]
    texts = [prompt("system"), *catalogue]
    given = {"packages": str(packages), "texts": texts}
    system, *each_tool = await run_script("tokens.mjs", given)
    total = system + sum(each_tool)
    told = f"{total} tokens: prompt {system}, {len(tools)} tools {sum(each_tool)}"
    assert total < MOST_TOKENS, told
    print(told)  # noqa: T201 - for the notes


def _on_the_wire(tool: dict[str, Any]) -> str:
    """As the HTTP client writes a body."""
    return json.dumps(tool, ensure_ascii=False, separators=(",", ":"))

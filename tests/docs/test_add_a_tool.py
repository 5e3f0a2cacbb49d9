"""The how-to's tool, followed line by line, stands wherever tools stand."""

from __future__ import annotations

import shutil
import sys
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.scripted import ScriptedChatModel, call
from marketing_agent.core.callers import CallerKind
from marketing_agent.toolbox.catalogue import BINDINGS
from marketing_agent.toolbox.pages import tool_pages
from marketing_agent.toolbox.registry import Toolbox
from marketing_agent.toolbox.schemas import FORMATS, exported
from tests.agent.talk import Talk
from tests.api.over_mcp.clients import called, mcp_client
from tests.desk import EMAIL, open_desk
from tests.docs.pages import ROOT, blocks
from tests.docs.reference_pages import tools_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE: Final = ROOT / "docs" / "how-to" / "add-a-tool.md"
NAME: Final = "count_openings"


@contextmanager
def _written(folder: Path) -> Iterator[Toolbox]:
    """What the page says to write, beside everything that is there already."""
    pages = folder / "tools"
    shutil.copytree(ROOT / "tools", pages)
    (words,) = blocks(PAGE, "markdown")
    (pages / f"{NAME}.md").write_text(words, encoding="utf-8")
    service, binding = blocks(PAGE, "python")
    names = ("marketing_agent.services.openings", "marketing_agent.toolbox.openings")
    try:
        _loaded(names[0], service, folder)
        module = _loaded(names[1], binding, folder)
        yield Toolbox((*BINDINGS, *module.TOOLS), tool_pages(pages))
    finally:
        for name in names:
            sys.modules.pop(name, None)


def _loaded(name: str, text: str, folder: Path) -> Any:
    file = folder / f"{name}.py"
    file.write_text(text, encoding="utf-8")
    spec = spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def test_a_tool_of_the_how_to_works_everywhere(
    database_url: str, tmp_path: Path
) -> None:
    """The chat, the HTTP API and MCP call it, and each gives the same block."""
    model = ScriptedChatModel([call(NAME), "None yet."])
    with _written(tmp_path) as toolbox:
        async with open_desk(database_url, model=model, toolbox=toolbox) as desk:
            await desk.write("create_qr_link", EMAIL)
            heard = await Talk(desk, desk.caller()).say("How often was it opened?")
            offered = {each["name"]: each for each in await desk.offered()}
            over_http = await desk.block(NAME)
            async with mcp_client(desk, desk.caller(CallerKind.MCP)) as client:
                listed = {each.name for each in (await client.list_tools()).tools}
                over_mcp = await called(client, NAME)

    assert [each["data"] for each in heard.results] == [{"opened": 0}]
    assert offered[NAME]["result"]["properties"]["opened"] == {
        "title": "Opened",
        "type": "integer",
    }
    assert NAME in listed
    assert over_http == over_mcp["data"] == {"opened": 0}


def test_a_tool_of_the_how_to_is_exported_and_in_the_reference(tmp_path: Path) -> None:
    """Every format has it, with its words, and so has the page of all tools."""
    with _written(tmp_path) as toolbox:
        for shape in FORMATS:
            told = [str(each) for each in exported(toolbox, shape) if NAME in str(each)]
            assert any("opened the linking URLs" in each for each in told), shape
        assert f"## `{NAME}`" in tools_page(toolbox)

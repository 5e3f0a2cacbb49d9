"""`marketing-agent tools export` prints all tools, the same on every run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from marketing_agent.cli import app
from marketing_agent.toolbox.catalogue import all_tools
from marketing_agent.wiring.tool_export import FileNotWritten, export_tools

if TYPE_CHECKING:
    from pathlib import Path

TOOLS = sorted(all_tools().tools)


def _exported(*options: str) -> str:
    ran = CliRunner().invoke(app, ["tools", "export", *options])
    assert ran.exit_code == 0, ran.output
    return ran.output


@pytest.mark.parametrize("shape", ["json", "openai", "mcp"])
def test_every_format_holds_every_tool_and_never_differs(shape: str) -> None:
    """Sorted by name, and byte for byte the same when it is asked again."""
    first = _exported("--format", shape)
    told = json.loads(first)

    assert [each.get("function", each)["name"] for each in told] == TOOLS
    assert _exported("--format", shape) == first


def test_our_own_format_has_both_schemas() -> None:
    """Effect, words, and what goes in and comes out."""
    (told,) = [
        each for each in json.loads(_exported()) if each["name"] == "create_qr_link"
    ]
    assert told["effect"] == "write"
    assert "email_variable" in told["arguments"]["properties"]
    assert "linking_url" in told["result"]["properties"]


def test_it_writes_a_file_or_says_why_not(tmp_path: Path) -> None:
    """The file holds what would be printed."""
    file = tmp_path / "tools.json"
    _exported("-o", str(file))

    assert file.read_text(encoding="utf-8") == _exported()
    with pytest.raises(FileNotWritten):
        export_tools("json", tmp_path / "missing" / "tools.json")

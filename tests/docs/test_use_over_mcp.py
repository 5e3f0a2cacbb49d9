"""The how-to about MCP, typed as it is printed."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from typing import TYPE_CHECKING, Final

import pytest

from marketing_agent.core.callers import CallerKind
from tests.api.over_mcp.clients import served
from tests.desk import open_desk
from tests.docs.pages import ROOT, blocks

if TYPE_CHECKING:
    from pathlib import Path

PAGE: Final = ROOT / "docs" / "how-to" / "use-over-mcp.md"


async def _printed(*command: str, folder: Path, **known: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, cwd=folder, env=os.environ | known
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out
    return out.decode()


async def test_a_program_asks_and_a_person_approves(
    database_url: str, tmp_path: Path
) -> None:
    """The script's write is pending; after the person's curl it is done."""
    if shutil.which("curl") is None:
        pytest.skip("the page needs curl")
    (script,) = blocks(PAGE, "python")
    _, approving = blocks(PAGE, "sh")
    (tmp_path / "ask.py").write_text(script, encoding="utf-8")
    async with open_desk(database_url) as desk, served(desk) as url:
        known = {
            "API": url,
            "TOKEN": desk.tokens.token_for(desk.caller(CallerKind.MCP)),
            "PERSON": desk.tokens.token_for(desk.caller()),
        }
        ask = (sys.executable, "ask.py")
        first = await _printed(*ask, folder=tmp_path, **known)
        shell = ("bash", "-euo", "pipefail", "-c", approving)
        answered = await _printed(*shell, folder=tmp_path, **known)
        second = await _printed(*ask, folder=tmp_path, **known)

    assert first.splitlines()[-1] == "pending"
    assert '"state":"approved"' in answered
    assert second.splitlines()[-1] == "done"

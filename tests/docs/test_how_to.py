"""The how-to pages about linking, typed by one merchant into one running demo."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest

from marketing_agent.sandbox.seed import IMPORTED, SYNCED, TROUBLED
from marketing_agent.settings import Settings
from marketing_agent.wiring.demo import Demo, running_demo
from tests.docs.pages import ROOT, blocks
from tests.docs.shell import typed
from tests.house import eventually

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

HTTP_API: Final = ROOT / "docs" / "reference" / "http-api.md"
HOW_TO: Final = ROOT / "docs" / "how-to"
DAICHI, PLOY = SYNCED
YUI: Final = IMPORTED[0]
"""Her LINE User ID stands on her sister's profile, too."""


async def test_a_merchant_gets_what_the_how_to_pages_say(tmp_path: Path) -> None:
    """Every block is typed as it is printed, and does what the page promises."""
    if shutil.which("curl") is None:
        pytest.skip("the pages need curl")
    async with running_demo(Settings.model_construct()) as demo:

        async def at(page: str, *which: int) -> str:
            printed = _blocks(page)
            chosen = [printed[each] for each in which] if which else printed
            lines = [_functions(), *chosen]
            friends = {
                "FRIEND": DAICHI.line_user_id,
                "OTHER_FRIEND": PLOY.line_user_id,
            }
            return await typed(demo, lines, folder=tmp_path, **friends)

        await _follow(demo)
        await _sets_up_a_form(at)
        await _imports(at)
        await _enters_contacts(at)
        await _finds_out_why(demo, at)
        await _answers_a_deletion_request(at)
        await _every_route_is_on_the_page(demo)


At = "Callable[..., Awaitable[str]]"


async def _sets_up_a_form(at: At) -> None:
    told = await at("link-from-a-form")
    assert '"embed_code":"<script async src=' in told
    assert '"check":"success_button","state":"problem"' in told
    assert '"header":"X-Linking-Key","secret":"' in told


async def _imports(at: At) -> None:
    """From the choice to the counts; stopping is the last block."""
    choose, preview, start, stop = range(4)
    told = await at("import-line-user-ids", choose, preview, start)
    assert '"name":"LINE User ID","profiles":6,"line_user_ids":5' in told
    assert '"shared_ids":1,"sharing_profiles":2' in told

    async def done() -> bool:
        answer = await typed_json(at, "ask show_import '{}'")
        (run,) = answer["block"]["runs"]
        return bool(run["state"] == "done" and _adds_up(run["counts"]))

    assert await eventually(done)
    assert '"segment_name":"' in await at("import-line-user-ids", stop)

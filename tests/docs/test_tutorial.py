"""The tutorial's commands, run in order against a running demo."""

from __future__ import annotations

import shutil
from typing import Final

import httpx
import pytest

from marketing_agent.sandbox.phone import Phone
from marketing_agent.sandbox.seed import PERSONAS
from marketing_agent.settings import Settings
from marketing_agent.wiring.demo import Demo, running_demo
from tests.docs.pages import ROOT, blocks
from tests.docs.shell import typed
from tests.house import eventually

EMILY: Final = next(each for each in PERSONAS if each.key == "emily")
TUTORIAL: Final = ROOT / "docs" / "tutorial.md"


async def test_a_newcomer_gets_what_the_tutorial_says() -> None:
    """The blocks, typed in order with a customer in between, end with her linked."""
    if shutil.which("curl") is None:
        pytest.skip("the tutorial needs curl")
    _start, _export, _talk, *blocks_to_type = blocks(TUTORIAL, "sh")
    async with running_demo(Settings.model_construct()) as demo:
        refused = await typed(demo, blocks_to_type[:2])
        assert "ApprovalNeeded" in refused

        sent = await typed(demo, blocks_to_type[1:5])
        assert '"delivered"' in sent

        await _be_emily(demo)
        status = blocks_to_type[5]

        async def linked() -> bool:
            return "1 of 1 friends are linked" in await typed(demo, [status])

        assert await eventually(linked)
        assert await _carries_the_line_user_id(demo)


async def _be_emily(demo: Demo) -> None:
    """The tutorial's fourth section, tap by tap."""
    async with Phone(EMILY.line_user_id, language="en") as phone:
        shop = await phone.open(demo.stage.shop_url)
        inbox = await phone.tap(shop, "Emily")
        mail = await phone.tap(inbox, "Hello LINE")
        landing = await phone.tap(mail, "Meet us on LINE")
        assert EMILY.email not in landing.url + landing.text
        consent = await phone.tap(landing, "Log in with LINE")
        done = await phone.log_in(consent)
        assert done.title == "All done"


async def _carries_the_line_user_id(demo: Demo) -> bool:
    """Where the tutorial tells the reader to look."""

    async def look() -> bool:
        async with httpx.AsyncClient() as http:
            state = await http.get(f"{demo.stage.klaviyo_url}/sandbox/state")
        profiles = state.json()["profiles"]
        emily = next(each for each in profiles if each["email"] == EMILY.email)
        found: object = emily["properties"].get("LINE User ID")
        return found == EMILY.line_user_id

    return await eventually(look)

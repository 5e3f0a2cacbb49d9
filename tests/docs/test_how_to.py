"""The how-to pages about linking, typed by one merchant into one running demo."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
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
    from pathlib import Path

    from marketing_agent.sandbox.seed import Persona

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
        reader = _Reader(demo, tmp_path)
        await _people_add_the_account(demo)
        await _sets_up_a_form(reader)
        await _imports(reader)
        await _enters_contacts(reader)
        await _finds_out_why(reader)
        await _answers_a_deletion_request(reader)
        await _finds_every_route(demo)


@dataclass(frozen=True, slots=True)
class _Reader:
    """A merchant with the pages open beside a shell."""

    demo: Demo
    folder: Path

    async def types(self, page: str, *which: int) -> str:
        """What these blocks of a page print, or all of them."""
        printed = blocks(HOW_TO / f"{page}.md", "sh")
        chosen = [printed[each] for each in which or range(len(printed))]
        return await self._typed(*chosen)

    async def asks(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """The block that a reading tool answers with; empty for an error."""
        told = json.loads(await self._typed(f"ask {tool} '{json.dumps(arguments)}'"))
        return dict(told.get("block", {}))

    async def _typed(self, *lines: str) -> str:
        functions = next(one for one in blocks(HTTP_API, "sh") if "save()" in one)
        friends = {"FRIEND": DAICHI.line_user_id, "OTHER_FRIEND": PLOY.line_user_id}
        return await typed(
            self.demo, [functions, *lines], folder=self.folder, **friends
        )


async def _people_add_the_account(demo: Demo) -> None:
    async with httpx.AsyncClient(base_url=demo.stage.line_url) as line:
        for person in (*IMPORTED, *SYNCED):
            move = f"/sandbox/users/{person.line_user_id}/follow"
            (await line.post(move, json={})).raise_for_status()


async def _sets_up_a_form(reader: _Reader) -> None:
    told = await reader.types("link-from-a-form")

    assert '"embed_code":"<script async src=' in told
    assert '"check":"success_button","state":"problem"' in told
    assert '"header":"X-Linking-Key","secret":"' in told


async def _imports(reader: _Reader) -> None:
    choose, preview, start, stop = range(4)
    told = await reader.types("import-line-user-ids", choose, preview, start)
    assert '"name":"LINE User ID","profiles":6,"line_user_ids":5' in told
    assert '"shared_ids":1,"sharing_profiles":2' in told

    async def done() -> bool:
        run = (await reader.asks("show_import", {}))["runs"][0]
        return bool(run["state"] == "done" and _adds_up(run["counts"]))

    assert await eventually(done)
    await reader.types("import-line-user-ids", stop)
    assert (await reader.asks("show_import", {}))["setting"] is None


def _adds_up(counts: dict[str, int]) -> bool:
    """The sums of the page, on the sandbox's six profiles."""
    page = (HOW_TO / "import-line-user-ids.md").read_text("utf-8")
    sums = re.findall(r"^- `(\w+)` = (.+)$", page, re.MULTILINE)
    assert len(sums) == 3
    for total, parts in sums:
        assert counts[total] == sum(counts[each] for each in re.findall(r"\w+", parts))
    return counts["profiles"] == len(IMPORTED) + len(TROUBLED)


async def _enters_contacts(reader: _Reader) -> None:
    told = await reader.types("enter-contacts")
    assert '"changed":1,"unchanged":0,"refused":0' in told
    for person in SYNCED:
        await _is_linked(reader, person, "auto_link")


async def _finds_out_why(reader: _Reader) -> None:
    """The whole page; at its end the first of two sisters' profiles is hers."""
    told = await reader.types("find-out-why")
    assert '"total":1' in told
    assert '"check":"friend","state":"ok"' in told
    assert '"check":"linking_url","state":"problem"' in told
    assert '"decision":"replace"' in told
    await _is_linked(reader, YUI, "pin")


async def _answers_a_deletion_request(reader: _Reader) -> None:
    told = await reader.types("answer-a-deletion-request")
    assert '"was_linked":true' in told

    async def unknown() -> bool:
        question = {"line_user_id": DAICHI.line_user_id}
        return await reader.asks("query_linkage_status", question) == {}

    assert await eventually(unknown)


async def _is_linked(reader: _Reader, person: Persona, method: str) -> None:
    async def linked() -> bool:
        question = {"line_user_id": person.line_user_id}
        info = await reader.asks("query_linkage_status", question)
        return bool(info["linked"] and info["method"] == method)

    assert await eventually(linked), person.key


async def _finds_every_route(demo: Demo) -> None:
    """The reference names each path that the running program describes."""
    async with httpx.AsyncClient(base_url=demo.url) as http:
        described = (await http.get("/api/openapi.json")).json()["paths"]
    page = HTTP_API.read_text("utf-8")
    told = {
        re.sub(r"\{\w+\}", "{}", each) for each in re.findall(r" (/\S+?)[`?]", page)
    }
    assert {re.sub(r"\{\w+\}", "{}", path) for path in described} <= told

"""The embed script as it is served, and the page for browsers without it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette

from marketing_agent.api.embed import embed_routes
from marketing_agent.sandbox.klaviyo.form_building import popup_form
from tests.desk import HOUSE
from tests.form_desk import (
    FORM,
    embed_key_of,
    open_form,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk import Desk

SCRIPT = 'const c="__LINE_LINK_CONFIG__";start(c);'


async def _served(desk: Desk, folder: Path, key: str, **headers: str) -> httpx.Response:
    app = Starlette(routes=embed_routes(desk.ground, folder))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url=HOUSE) as http:
        return await http.get(f"/embed/{key}.js", headers=headers)


async def test_the_script_comes_with_its_merchants_forms(
    desk: Desk, tmp_path: Path
) -> None:
    """Filled in once, in the visitor's language, and kept by browsers for a while."""
    form = await open_form(desk, FORM | {"cta_label": '</script>"<!--'})
    (tmp_path / "embed.js").write_text(SCRIPT, encoding="utf-8")

    key, card = form.embed_key, form.card
    answer = await _served(desk, tmp_path, key, **{"accept-language": "ja"})

    found = re.fullmatch(r"const c=(\{.*\});start\(c\);", answer.text)
    assert found is not None
    assert "<" not in found[1]
    told = json.loads(found[1])
    assert told["forms"] == [
        {
            "form": FORM["form_id"],
            "label": '</script>"<!--',
            "button": card["button_url"],
            "style": None,
        }
    ]
    assert (told["base"], told["key"]) == (HOUSE, key)
    assert "QRコード" in told["texts"]["scan"]
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert "accept-language" in answer.headers["vary"]
    assert card["embed_code"].endswith(f'src="{HOUSE}/embed/{key}.js"></script>')


async def test_an_installation_without_the_script_says_so(
    desk: Desk, tmp_path: Path
) -> None:
    """A comment that does no harm in a page, with what the build left behind."""
    key = await embed_key_of(desk)
    (tmp_path / "MISSING").write_text("Node was not\nfound.\n", encoding="utf-8")

    missing = await _served(desk, tmp_path, key)
    stranger = await _served(desk, tmp_path, "nobody")

    assert (missing.status_code, stranger.status_code) == (503, 404)
    assert "Node was not found" in missing.text
    for answer in (missing, stranger):
        assert answer.text.startswith("// ")
        assert answer.text.count("\n") == 1
        assert "cache-control" not in answer.headers


async def test_without_the_script_the_button_leads_to_a_page_that_helps(
    desk: Desk,
) -> None:
    """It names shop and account, offers the friend, and leads back to the form."""
    form = await open_form(desk)
    path = urlsplit(form.card["button_url"]).path

    for language, word in (("en", "Link your LINE account"), ("ja", "連携するには")):
        page = await desk.http.get(path, headers={"accept-language": language})
        assert page.status_code == 200
        assert word in page.text
        assert FORM["landing_page"] in page.text
        assert "/R/ti/p/" in page.text
    before = await desk.counts()
    await desk.write("remove_form_linkage", {"form_id": FORM["form_id"]})
    gone = await desk.http.get(path)
    assert gone.status_code == 404
    assert before["facts"] == (await desk.counts())["facts"]


async def test_the_script_knows_the_forms_in_use_only(
    desk: Desk, tmp_path: Path
) -> None:
    """A removed one is gone with the next page load; a new one is there."""
    form = await open_form(desk)
    (tmp_path / "embed.js").write_text(SCRIPT, encoding="utf-8")
    desk.klaviyo.forms.add("Second", form_id="Abc789", definition=popup_form())
    await desk.write("remove_form_linkage", {"form_id": FORM["form_id"]})
    await desk.write("configure_form_linkage", FORM | {"form_id": "Abc789"})

    text = (await _served(desk, tmp_path, form.embed_key)).text

    assert "Abc789" in text
    assert FORM["form_id"] not in text

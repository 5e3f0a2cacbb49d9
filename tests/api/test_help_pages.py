"""The help text over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.callers import CallerKind
from marketing_agent.services.help_language import HelpLanguage
from tests.api.asking import ask

if TYPE_CHECKING:
    from tests.desk import Desk


@pytest.mark.parametrize("language", list(HelpLanguage))
async def test_every_page_can_be_read(desk: Desk, language: HelpLanguage) -> None:
    """All pages with the same sections in each language, each with its text."""
    english = (await ask(desk, "GET", "/help/en")).json()["pages"]
    contents = await ask(desk, "GET", f"/help/{language}")
    pages = contents.json()["pages"]
    assert [each["id"] for each in pages] == [each["id"] for each in english]
    assert contents.headers["cache-control"] == "private, max-age=300"
    for listed in pages:
        page = (await ask(desk, "GET", f"/help/{language}/{listed['id']}")).json()
        sections = [{"id": s["id"], "title": s["title"]} for s in page["sections"]]
        assert (page["title"], sections) == (listed["title"], listed["sections"])
        assert all(section["text"].strip() for section in page["sections"])


async def test_what_explain_cites_is_there(desk: Desk) -> None:
    """A citation names a page and a section of it, word for word."""
    asked = {"question": "How do I create a custom QR code?", "language": "ja"}
    cited = (await desk.block("explain", asked))["sections"][0]
    page = cited["id"].partition("#")[0]
    read = (await ask(desk, "GET", f"/help/ja/{page}")).json()
    texts = {each["id"]: each["text"] for each in read["sections"]}
    assert texts[cited["id"]] == cited["text"]


async def test_what_is_not_there_is_said(desk: Desk) -> None:
    """An unknown page is a 404 of ours, an unknown language a 422, nobody a 401."""
    for page in ("nope", "asked.yaml", "..%2fen", "%00"):
        answer = await ask(desk, "GET", f"/help/en/{page}")
        assert (answer.status_code, set(answer.json())) == (404, {"error", "message"})
    assert (await ask(desk, "GET", "/help/xx")).status_code == 422
    assert (await desk.http.get("/api/v1/help/en")).status_code == 401
    agent = desk.caller(CallerKind.AGENT)
    assert (await ask(desk, "GET", "/help/en", caller=agent)).status_code == 200

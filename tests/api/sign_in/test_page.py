"""The sign-in page: in the visitor's language, guarded, and harmless to open."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from marketing_agent.api.customer.wording import load_wordings
from marketing_agent.api.sign_in import page as page_module
from marketing_agent.storage.tables import invitations
from tests.api.sign_in.invited import OURS, code_for
from tests.desk import HOUSE

if TYPE_CHECKING:
    from tests.desk import Desk

ROOM = Path(page_module.__file__).parent


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "Press the button"), ("ja", "ボタンを押す"), ("fi", "Press the button")],
)
async def test_the_page_speaks_the_visitors_language(
    desk: Desk, language: str, says: str
) -> None:
    """English where we speak nothing better."""
    page = await desk.http.get("/sign-in", headers={"accept-language": language})
    assert (page.status_code, says in page.text) == (200, True)


async def test_the_page_is_guarded(desk: Desk) -> None:
    """Only its own script runs, nothing leaves the host, nothing is kept or framed."""
    page = await desk.http.get("/sign-in")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    (nonce,) = set(re.findall(r'nonce="([^"]+)"', page.text))
    assert f"script-src 'nonce-{nonce}'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "same-origin"
    assert "https://" not in page.text


async def test_opening_the_page_uses_nothing_up(desk: Desk) -> None:
    """Scanners and previews may come as often as they like; the invitation stands."""
    code = await code_for(desk)
    before = await _rows(desk)
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        await desk.http.request(method, "/sign-in")
        await desk.http.request(method, f"/sign-in?code={code}")
        await desk.http.request(method, "/api/v1/sign-in", params={"code": code})

    assert await _rows(desk) == before
    assert before[0].used_at is None


async def _rows(desk: Desk) -> list[object]:
    async with desk.ground.database.transaction() as tx:
        return list(await tx.execute(select(invitations)))


async def test_without_javascript_the_code_is_pasted(desk: Desk) -> None:
    """The page's form has a labelled field that is sent to an address of ours."""
    page = (await desk.http.get("/sign-in")).text
    assert '<form method="post" action="/sign-in">' in page
    assert '<label for="code">' in page
    assert re.search(r'<input [^>]*id="code" name="code"', page)

    pasted = {"code": f"  {HOUSE}/sign-in#{await code_for(desk)} "}
    entered = await desk.http.post("/sign-in", data=pasted, headers=OURS)
    assert (entered.status_code, entered.headers["location"]) == (303, "/dashboard/")


@pytest.mark.parametrize(
    ("headers", "body", "status", "says"),
    [
        (OURS, "code=wrong", 401, "used already or has expired"),
        (OURS, "", 401, "used already or has expired"),
        (OURS, "code=%00%ff", 401, "used already or has expired"),
        (OURS, "code=" + "x" * 20_000, 422, "This did not work"),
        ({"origin": "https://evil.test"}, "code=wrong", 403, "This did not work"),
        ({"origin": "null"}, "code=wrong", 403, "This did not work"),
    ],
)
async def test_a_refusal_is_the_page_again(
    desk: Desk, headers: dict[str, str], body: str, status: int, says: str
) -> None:
    """With what to do, the form, and no cookie."""
    form = {"content-type": "application/x-www-form-urlencoded", **headers}
    answer = await desk.http.post("/sign-in", content=body, headers=form)

    assert answer.status_code == status
    assert says in answer.text
    assert '<form method="post"' in answer.text
    assert "set-cookie" not in answer.headers


async def test_another_site_signs_nobody_in(desk: Desk) -> None:
    """A form or script elsewhere cannot hand its own invitation to a visitor."""
    code = await code_for(desk)
    form = await desk.http.post(
        "/sign-in", data={"code": code}, headers={"sec-fetch-site": "cross-site"}
    )
    body = f'{{"code": "{code}"}}'
    # What a browser sends across sites without asking first.
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        headers = {"content-type": kind, "origin": "https://evil.test"}
        answer = await desk.http.post("/api/v1/sign-in", content=body, headers=headers)
        assert (answer.status_code, answer.headers.get("set-cookie")) == (422, None)

    assert (form.status_code, form.headers.get("set-cookie")) == (403, None)


def test_the_page_uses_exactly_the_texts_that_exist() -> None:
    """No text is missing, and none is there for nothing."""
    templates = (ROOM / "templates").glob("*.html")
    markup = "".join(path.read_text("utf-8") for path in templates)
    asked = set(re.findall(r'text\("([a-z_]+\.[a-z_]+)"', markup))
    asked |= {f"problem.{name}" for name in (*page_module._PROBLEMS.values(), "other")}
    assert asked == set(load_wordings(ROOM / "catalogues")["en"].texts)

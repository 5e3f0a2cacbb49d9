"""The demo's page over HTTP: what it gives away, what it changes, whom it lets in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
import pytest_asyncio

from marketing_agent.sandbox.seed import PERSONAS
from marketing_agent.settings import Settings
from marketing_agent.wiring.demo import running_demo
from marketing_agent.wiring.stage_page.wording import wordings
from tests.house import eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from marketing_agent.wiring.demo import Demo

pytestmark = pytest.mark.asyncio(loop_scope="module")

ARGUMENTS = {"name": "Newsletter", "email_variable": "{{ email }}"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def demo() -> AsyncIterator[Demo]:
    """Give a demo with its page."""
    async with running_demo(Settings.model_construct(), page_port=0) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def http(demo: Demo) -> AsyncIterator[httpx.AsyncClient]:
    """Give a browser that looks at the page."""
    async with httpx.AsyncClient(
        base_url=str(demo.page_url), trust_env=False
    ) as opened:
        yield opened


async def _saves(demo: Demo, tool: str, arguments: dict[str, str]) -> None:
    """The merchant approves a call and makes it."""
    bearer = {"Authorization": f"Bearer {demo.token}"}
    async with httpx.AsyncClient(
        base_url=demo.url, headers=bearer, trust_env=False
    ) as merchant:
        call = {"tool": tool, "arguments": arguments}
        given = await merchant.post("/api/v1/approvals", json=call)
        body = {"arguments": arguments, **given.json()}
        made = await merchant.post(f"/api/v1/tools/{tool}", json=body)
        assert made.is_success


async def test_the_page_speaks_each_language(http: httpx.AsyncClient) -> None:
    """That of the browser, or the one chosen on the page, which is kept."""
    for language, wording in wordings().items():
        wanted = {"accept-language": language}
        page = await http.get("/", headers=wanted)
        chosen = await http.get("/", params={"language": language})
        kept = await http.get("/inbox/hana")
        http.cookies.clear()

        assert wording.text("stage.title") in page.text
        assert f'<html lang="{language}">' in chosen.text
        assert f'<html lang="{language}">' in kept.text


async def test_its_session_is_for_no_script_and_no_other_name(
    http: httpx.AsyncClient,
) -> None:
    """The cookie is closed to scripts; another host name gets neither it nor a page."""
    page = await http.get("/")
    [session] = [
        each
        for each in page.headers.get_list("set-cookie")
        if each.startswith("session=")
    ]
    stranger = await http.get("/", headers={"host": "shop.test"})

    assert "HttpOnly" in session
    assert "SameSite=strict" in session
    assert session.partition(";")[0].removeprefix("session=") not in page.text
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    assert stranger.status_code == httpx.codes.BAD_REQUEST
    assert "set-cookie" not in stranger.headers


async def test_an_email_is_opened_by_a_tap_alone(
    demo: Demo, http: httpx.AsyncClient
) -> None:
    """The shop sends one per custom QR code; looking at its address is no step."""
    await _saves(demo, "create_qr_link", ARGUMENTS)

    async def sent() -> bool:
        told = (await http.get("/status")).json()
        return bool(told["people"]["hana"]["mails"] == 1)

    await eventually(sent)
    [customer] = [
        each for each in demo.stage.shop.customers() if each.email == PERSONAS[0].email
    ]
    [mail] = demo.stage.shop.inbox(customer.id)
    address = f"/inbox/hana/{mail.id}"
    shown = await http.get(address)
    before = (await http.get("/status")).json()
    await http.post(address)
    after = (await http.get("/status")).json()

    assert 'class="scan"' in shown.text
    assert (before["steps"]["opened"], after["steps"]["opened"]) == (False, True)
    assert (before["people"]["hana"]["unread"], after["people"]["hana"]["unread"]) == (
        1,
        0,
    )


@pytest.mark.parametrize(
    "picture",
    [
        "",
        "https://elsewhere.test/l/x/qr.png",
        "{program}/l/none/qr.png",
        "{program}/l/a",
    ],
)
async def test_a_phone_scans_only_pictures_of_the_shop(
    demo: Demo, http: httpx.AsyncClient, picture: str
) -> None:
    """Nothing else leads anywhere from here."""
    image = picture.replace("{program}", demo.url)
    answer = await http.get("/phone/hana/scan", params={"image": image})

    assert answer.status_code == httpx.codes.NOT_FOUND


async def test_only_a_demo_with_a_page_lets_it_frame_the_others(
    demo: Demo, http: httpx.AsyncClient
) -> None:
    """The customer's pages and LINE's name the stage, and nobody else."""
    for address in (f"{demo.url}/link?t=x", f"{demo.stage.line_url}/"):
        policy = (await http.get(address)).headers["content-security-policy"]
        assert f"frame-ancestors {demo.page_url}" in policy
    dashboard = (await http.get(f"{demo.url}/dashboard/")).headers
    assert (
        f"frame-ancestors 'self' {demo.page_url}"
        in dashboard["content-security-policy"]
    )

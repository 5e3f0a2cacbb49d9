"""What a merchant watches over: figures, approvals, changes, connections, help."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.toolbox.requests import Requests
from tests.browser.dashboard_visit import (
    need_axe,
    need_dashboard,
    sign_in,
    tab,
)
from tests.house import EMAIL, open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from tests.browser.dashboard_visit import Tab
    from tests.ground import Ground
    from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDTH = "document.documentElement.scrollWidth - window.innerWidth"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(ground: Ground) -> AsyncIterator[House]:
    """Give a running program with a connected merchant."""
    need_dashboard()
    async with ground.database() as url, open_house(url) as opened:
        yield opened


async def _asked(house: House, request_id: str, name: str) -> Requests:
    """A program asks over MCP for a custom QR code of this name."""
    requests = Requests(ground=house.program.ground, toolbox=house.program.toolbox)
    program = house.caller(CallerKind.MCP)
    arguments: dict[str, Any] = EMAIL | {"name": name}
    await requests.asked_for(program, "create_qr_link", arguments, request_id)
    return requests


async def _codes(house: House) -> list[str]:
    return [each["name"] for each in (await house.read("show_qr_links"))["qr_links"]]


async def _sound(visit: Tab) -> None:
    """The screen has loaded, fits, and neither axe nor the console complains."""
    need_axe()
    await expect(visit.page.locator("[aria-busy=true]")).to_have_count(0)
    assert await visit.page.evaluate(WIDTH) <= 0
    assert await visit.axe() == []
    assert visit.complaints == []


async def test_a_shop_without_links_is_told_what_to_do(
    house: House, browser: Browser
) -> None:
    """The button opens the agent beside the screen, the opening sentence written."""
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        main = visit.page.get_by_role("main")
        await main.get_by_role("button", name="Ask the Marketing Agent").click()
        beside = visit.page.get_by_role("complementary", name="Marketing Agent")
        await expect(beside).to_be_visible()
        await _sound(visit)


async def test_a_request_is_approved_and_another_rejected(
    house: House, browser: Browser
) -> None:
    """Approve makes the change as edited; Reject makes none, and both are told."""
    await _asked(house, "a" * 32, "Wanted")
    await _asked(house, "b" * 32, "Unwanted")
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        await visit.open("/dashboard/approvals")
        card = visit.page.get_by_role("article")
        await expect(card).to_have_count(2)
        await _sound(visit)
        wanted = card.filter(has_text="Wanted").filter(has_not_text="Unwanted")
        await wanted.get_by_role("button", name="Edit").click()
        await card.get_by_label("Name", exact=True).fill("Wanted indeed")
        await card.get_by_role("button", name="Look at it").click()
        wanted = card.filter(has_text="Wanted indeed")
        await wanted.get_by_role("button", name="Approve").click()
        await expect(
            visit.page.get_by_text("Approved and carried out.")
        ).to_be_visible()
        unwanted = card.filter(has_text="Unwanted")
        await unwanted.get_by_label("Why not?").fill("We have one")
        await unwanted.get_by_role("button", name="Reject").click()
        await expect(card).to_have_count(0)
        await visit.page.get_by_text("All", exact=True).click()
        await expect(card.filter(has_text="We have one")).to_contain_text("Rejected")
        assert await _codes(house) == ["Wanted indeed"]
        await _sound(visit)


async def test_a_viewer_sees_requests_and_answers_none(
    house: House, browser: Browser
) -> None:
    """The buttons are missing, and the screen says why."""
    await _asked(house, "c" * 32, "Seen")
    async with tab(browser, house) as visit:
        await sign_in(visit, house, role=Role.VIEWER, name="Rin")
        await visit.open("/dashboard/approvals")
        await expect(visit.page.get_by_text("As a viewer")).to_be_visible()
        await expect(visit.page.get_by_role("button", name="Approve")).to_have_count(0)


async def test_a_change_is_found_and_undone(house: House, browser: Browser) -> None:
    """The filter leaves one kind of change, and Undo takes it back."""
    await house.write("set_auto_link", {"on": False})
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        await visit.open("/dashboard/changes")
        await visit.page.get_by_label("What").select_option("set_auto_link")
        row = visit.page.get_by_role("main").get_by_role("listitem")
        await expect(row).to_have_count(1)
        await _sound(visit)
        await row.get_by_role("button", name="Undo").click()
        await expect(visit.page.get_by_text("Undone.", exact=True)).to_be_visible()
        undone = await house.read("show_changes")
        assert undone["changes"][0]["tool"] == "undo_change"


async def test_a_key_is_checked_and_never_shown_again(
    house: House, browser: Browser
) -> None:
    """A wrong key stays in its field with what to do; a good one leaves the page."""
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        await visit.open("/dashboard/connections")
        klaviyo = visit.page.get_by_role("region", name="Klaviyo", exact=True)
        await klaviyo.get_by_role("button", name="Enter a new key").click()
        field = klaviyo.get_by_label("Private API key")
        await field.fill("pk_wrong_0123456789abcdef0123456789ab")
        await klaviyo.get_by_role("button", name="Check and connect").click()
        await expect(klaviyo.get_by_role("alert")).to_contain_text("does not take")
        await expect(field).to_have_value("pk_wrong_0123456789abcdef0123456789ab")
        assert await visit.axe() == []
        key = house.stage.klaviyo.private_key
        await field.fill(key)
        await klaviyo.get_by_role("button", name="Check and connect").click()
        await expect(visit.page.get_by_text("Klaviyo is connected.")).to_be_visible()
        assert key not in await visit.page.content()


async def test_help_answers_and_cites(house: House, browser: Browser) -> None:
    """In Thai too: an answer leads to its section on its page."""
    async with tab(browser, house, language="th") as visit:
        await sign_in(visit, house)
        await visit.open("/dashboard/help")
        await visit.page.get_by_label("คำถามของคุณ").fill("จะเชื่อมต่อ Klaviyo อย่างไร")
        await visit.page.get_by_role("button", name="ถาม", exact=True).click()
        answer = visit.page.get_by_role("region", name="คำตอบ")
        await answer.get_by_role("link", name="จาก:").first.click()
        await expect(visit.page.locator("section h2").first).to_be_visible()
        assert "#" in visit.page.url
        await _sound(visit)

"""The dashboard's shell: in by a link, round all screens, in two languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.dashboard_visit import (
    PHONE,
    invitation,
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

SCREENS = {
    "en": [
        "Overview", "Marketing Agent", "Custom QR codes", "Klaviyo integration",
        "Friends", "Segments", "Approvals", "Changes", "Connections", "Help",
    ],
    "ja": [
        "概要", "Marketing Agent", "カスタムQRコード", "Klaviyo連携",
        "友だち", "セグメント", "承認", "変更履歴", "接続", "ヘルプ",
    ],
}  # fmt: skip
NAVIGATION = {"en": "Screens", "ja": "画面"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(ground: Ground) -> AsyncIterator[House]:
    """Give a running program with a connected merchant."""
    need_dashboard()
    async with ground.database() as url, open_house(url) as opened:
        yield opened


async def _walk(visit: Tab, language: str) -> list[str]:
    """Open every screen from the navigation; gives what axe finds on the way."""
    found = []
    way = visit.page.get_by_role("navigation", name=NAVIGATION[language])
    for name in SCREENS[language]:
        await way.get_by_role("link", name=name).click()
        heading = visit.page.get_by_role("main").get_by_role("heading", level=1)
        await expect(heading).to_have_text(name)
        await expect(visit.page.locator("[aria-busy=true]")).to_have_count(0)
        found += await visit.axe()
    return found


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ja", "dark")])
async def test_every_screen_opens(
    house: House, browser: Browser, language: str, scheme: str
) -> None:
    """In and all round: no complaint in the console, no other host, nothing for axe."""
    need_axe()
    async with tab(browser, house, language=language, color_scheme=scheme) as visit:
        await sign_in(visit, house)
        assert await _walk(visit, language) == []
        assert await visit.page.locator("html").get_attribute("lang") == language
        assert visit.complaints == []


async def test_a_reload_stays_where_one_is(house: House, browser: Browser) -> None:
    """An address is a bookmark; and the language that was chosen is kept."""
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        await visit.open("/dashboard/changes")
        await visit.page.get_by_role("combobox", name="Language").select_option("th")
        await visit.page.reload()
        await expect(
            visit.page.get_by_role("heading", level=1, name="การเปลี่ยนแปลง")
        ).to_be_visible()
        assert visit.complaints == []


async def test_signed_out_one_pastes_the_link_and_stays(
    house: House, browser: Browser
) -> None:
    """The sign-in screen stands in for the screen that was asked for."""
    need_axe()
    async with tab(browser, house) as visit:
        await visit.open("/dashboard/segments")
        field = visit.page.get_by_label("One-time link or its code")
        await expect(field).to_be_visible()
        assert await visit.axe() == []
        await field.fill("wrong")
        await visit.page.get_by_role("button", name="Sign in").click()
        told = visit.page.get_by_role("alert")
        await expect(told).to_contain_text("no longer valid")
        await field.fill(await invitation(house))
        await visit.page.get_by_role("button", name="Sign in").click()
        await expect(
            visit.page.get_by_role("heading", level=1, name="Segments")
        ).to_be_visible()


async def test_an_ended_sign_in_loses_nothing(house: House, browser: Browser) -> None:
    """What was typed is still there after signing in over it."""
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        await visit.open("/dashboard/help")
        question = visit.page.get_by_label("Your question")
        await question.fill("Why is nobody linked?")
        await visit.page.context.clear_cookies()
        await visit.page.get_by_role("button", name="Ask").click()
        again = visit.page.get_by_role("dialog", name="Your sign-in has ended")
        await again.get_by_label("One-time link").fill(await invitation(house))
        await again.get_by_role("button", name="Sign in").click()
        await expect(again).to_be_hidden()
        await expect(question).to_have_value("Why is nobody linked?")


async def test_a_lost_connection_comes_back_by_itself(
    house: House, browser: Browser
) -> None:
    """A quiet line tells of it, and goes when the program answers again."""
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        await expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
        await visit.page.context.set_offline(True)
        line = visit.page.get_by_role("status").filter(has_text="No connection")
        await expect(line).to_be_visible(timeout=15_000)
        await visit.page.context.set_offline(False)
        await expect(line).to_have_count(0, timeout=15_000)


async def test_a_phone_has_it_all(house: House, browser: Browser) -> None:
    """At 320 px the menu opens, nothing is wider than the screen, axe is content."""
    need_axe()
    async with tab(browser, house, viewport=PHONE, has_touch=True) as visit:
        await sign_in(visit, house)
        await visit.page.get_by_role("button", name="Open the menu").click()
        way = visit.page.get_by_role("navigation", name="Screens")
        await way.get_by_role("link", name="Connections").click()
        await expect(visit.page.get_by_role("heading", level=1)).to_have_text(
            "Connections"
        )
        await expect(visit.page.locator("[aria-busy=true]")).to_have_count(0)
        wide = "document.documentElement.scrollWidth - window.innerWidth"
        assert await visit.page.evaluate(wide) <= 0
        assert await visit.axe() == []
        assert visit.complaints == []


async def test_what_others_change_is_seen_at_once(
    house: House, browser: Browser
) -> None:
    """The screen follows by itself, and Undo there takes the change back."""
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        await visit.open("/dashboard/changes")
        await expect(visit.page.get_by_text("Nothing was changed yet.")).to_be_visible()
        await house.write("create_qr_link", EMAIL)
        await visit.page.get_by_role("button", name='"Newsletter"').click()
        await expect(visit.page.get_by_text("Undone.", exact=True)).to_be_visible()
        assert (await house.read("show_qr_links"))["qr_links"] == []
        assert visit.complaints == []

"""Friends and segments on the dashboard: find one, look, unlink, undo, filter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.dashboard_visit import need_axe, need_dashboard, sign_in, tab
from tests.house import EMAIL, HANA, KENTA, open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from tests.ground import Ground
    from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(ground: Ground) -> AsyncIterator[House]:
    """Give a running program where Hana is linked."""
    need_dashboard()
    async with ground.database() as url, open_house(url) as opened:
        await opened.email_everyone(EMAIL)
        await opened.join(HANA)
        await opened.linked(HANA)
        yield opened


async def test_a_friend_is_found_unlinked_and_linked_again(
    house: House, browser: Browser
) -> None:
    """Search by email, Klaviyo Sync Info, unlink after asking, and undo: all real."""
    need_axe()
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        await visit.open("/dashboard/friends?linkage=linked")
        await visit.page.get_by_label("Search friends").fill("nobody by this name")
        await expect(visit.page.get_by_text("No friend fits")).to_be_visible()
        assert await visit.axe() == []
        await visit.page.get_by_role("button", name="Clear search").click()
        friends = visit.page.get_by_role("list", name="Friends")
        await expect(friends.get_by_role("listitem")).to_have_count(1)
        assert await visit.axe() == []
        await friends.get_by_role("link").click()
        info = visit.page.get_by_role("region", name="Klaviyo Sync Info")
        await expect(info).to_contain_text(house.profile_id(HANA))
        shown = info.get_by_role("link", name="View in Klaviyo")
        await expect(shown).to_have_attribute(
            "href", re.compile(house.profile_id(HANA))
        )
        assert await visit.axe() == []
        await visit.page.get_by_role("button", name="Unlink").click()
        dialog = visit.page.get_by_role("dialog")
        await dialog.get_by_role("button", name="Unlink").click()
        await expect(visit.page.get_by_role("region", name="Why not")).to_be_visible()
        assert not (await house.status(HANA))["linked"]
        await visit.page.get_by_role("button", name="Find out why").click()
        await expect(visit.page.locator("[aria-busy=true]")).to_have_count(0)
        assert await visit.axe() == []
        await visit.page.get_by_role("button", name="Undo").click()
        await expect(info).to_contain_text(house.profile_id(HANA))
        assert (await house.status(HANA))["linked"]
        assert visit.complaints == []


async def test_a_segment_by_klaviyo_id_linkage_follows_the_world(
    house: House, browser: Browser
) -> None:
    """Created with a preview; when one more customer links, its count says so."""
    need_axe()
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        await visit.open("/dashboard/segments")
        await visit.page.get_by_role("button", name="Create segment").click()
        form = visit.page.get_by_role("form", name="Create segment")
        await form.get_by_label("Name").fill("Linked customers")
        await form.get_by_text("Linked", exact=True).click()
        await expect(form.get_by_role("status")).to_have_text("1 friend fits now.")
        assert await visit.axe() == []
        await form.get_by_role("button", name="Create segment").click()
        main = visit.page.get_by_role("main")
        await expect(main).to_contain_text("Klaviyo ID Linkage: Linked")
        [segment] = (await house.read("show_segments"))["segments"]
        assert segment["name"] == "Linked customers"
        await house.join(KENTA)
        await house.linked(KENTA)
        await expect(main).to_contain_text("2 friends fit now.")
        await main.get_by_role("link", name="Show the friends in Linked").click()
        rows = visit.page.get_by_role("list", name="Friends").get_by_role("listitem")
        await expect(rows).to_have_count(2)
        assert visit.complaints == []

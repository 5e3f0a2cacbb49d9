"""Custom QR codes, and the settings of the Klaviyo integration, in the dashboard."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from marketing_agent.core.callers import Role
from marketing_agent.sandbox.klaviyo.faults import Fault, Throttle
from marketing_agent.sandbox.klaviyo.form_building import popup_form
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from tests.browser.dashboard_visit import PHONE, need_axe, need_dashboard, sign_in, tab
from tests.house import EMAIL, HANA, eventually, open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from tests.browser.dashboard_visit import Tab
    from tests.ground import Ground
    from tests.house import House, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

WELCOME = {"form_id": "Welcome", "cta_label": "Link with LINE"}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(ground: Ground) -> AsyncIterator[House]:
    """Give a running program with a connected merchant."""
    need_dashboard()
    need_axe()
    async with ground.database() as url, open_house(url) as opened:
        yield opened


@asynccontextmanager
async def at(
    house: House, browser: Browser, path: str, role: Role = Role.OWNER, **shape: Any
) -> AsyncIterator[Tab]:
    """Sign in and open a screen; at the end axe and the console have no complaint."""
    async with tab(browser, house, **shape) as visit:
        await sign_in(visit, house, role=role)
        await visit.open(f"/dashboard/{path}")
        await expect(visit.page.locator("[aria-busy=true]")).to_have_count(0)
        yield visit
        assert await visit.axe() == []
        # A browser notes by itself what a throttled Klaviyo made us refuse.
        assert [each for each in visit.complaints if "status of 424" not in each] == []


def _holding(value: str) -> PropertyEdit:
    return PropertyEdit(set_to={"line_uid": value})


async def _qr_links(house: House) -> list[Json]:
    return list((await house.read("show_qr_links"))["qr_links"])


async def _press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def test_a_custom_qr_code_from_nothing_to_deleted(
    house: House, browser: Browser
) -> None:
    """Create it, copy its linking URL, change what it matches by, and delete it."""
    async with at(house, browser, "qr-codes/new") as visit:
        page = visit.page
        await _press(page, "Save")
        await expect(page.get_by_text("Give it a name")).to_be_visible()
        await page.get_by_label("Name").fill("Spring")
        await _press(page, "Save")

        await expect(page.get_by_role("heading", level=1)).to_have_text("Spring")
        [made] = await _qr_links(house)
        await expect(page.get_by_label("Linking URL")).to_have_text(made["linking_url"])
        assert await visit.axe() == []

        await page.get_by_label("Phone number", exact=True).check()
        after = page.get_by_role("group", name="What changes")
        await expect(after).to_contain_text("person.phone_number")
        await _press(page, "Save")
        await expect(after).to_have_count(0)
        [changed] = await _qr_links(house)
        assert "person.phone_number" in changed["phone_variable"]

        await _press(page, "Delete")
        dialog = page.get_by_role("dialog")
        await dialog.get_by_role("button", name="Delete").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "Custom QR codes"
        )
        assert await _qr_links(house) == []


async def test_a_poster_is_downloaded_as_an_svg(house: House, browser: Browser) -> None:
    """Link Type None gives one picture for everybody, for print."""
    poster = await house.write(
        "create_qr_link", {"name": "Poster", "link_type": "none"}
    )
    async with at(house, browser, f"qr-codes/code/{poster['slug']}") as visit:
        async with visit.page.expect_download() as coming:
            await visit.page.get_by_role("link", name="as SVG").click()
        saved = await coming.value
        assert saved.suggested_filename == "Poster.svg"
        assert b"<svg" in (await saved.path()).read_bytes()
    await house.write("delete_qr_link", {"slug": poster["slug"]})


async def test_a_form_is_linked_and_then_deleted_in_klaviyo(
    house: House, browser: Browser
) -> None:
    """Its choices come from Klaviyo; once gone there, the screen says what to do."""
    forms = house.stage.klaviyo.forms
    forms.add("Welcome popup", form_id="Welcome", definition=popup_form())
    async with at(house, browser, "integration/forms/new") as visit:
        page = visit.page
        await page.get_by_role("combobox", name="Target Form").click()
        await page.get_by_role("option", name="Welcome popup").click()
        await page.get_by_label("Landing page").fill("shop.test/landing")
        await _press(page, "Save")
        await expect(page.get_by_text("beginning with https://")).to_be_visible()
        await page.get_by_label("Landing page").fill("https://shop.test/landing")
        await _press(page, "Save")

        url = page.get_by_label("Success Screen Button URL", exact=True)
        await expect(url).to_be_visible()
        saved = (await house.read("show_form_linkage"))["form_linkages"][0]
        assert {key: saved[key] for key in WELCOME} == WELCOME
        await expect(url).to_have_text(saved["button_url"])

        forms.remove("Welcome")
        await page.reload()
        gone = page.get_by_role("alert").filter(has_text="not in Klaviyo any more")
        await expect(gone).to_contain_text("Remove this linkage")


async def test_an_import_is_previewed_started_and_stopped(
    house: House, browser: Browser
) -> None:
    """The preview counts before anything is stored; the run then links for real."""
    klaviyo, profile = house.stage.klaviyo, house.profile_id(HANA)
    klaviyo.segments.add("Old tool", segment_id="SegOld")
    klaviyo.segments.put("SegOld", profile)
    klaviyo.edit_profile(profile, {}, _holding(HANA.line_user_id))
    async with at(house, browser, "integration/import") as visit:
        page = visit.page
        await page.get_by_role("combobox", name="Source Segment").click()
        await page.get_by_role("option", name="Old tool").click()
        await page.get_by_role("combobox", name="LINE User ID Property").click()
        await page.get_by_role("option", name="line_uid").click()
        await _press(page, "Preview")
        await expect(page.get_by_text("the whole segment")).to_be_visible()
        assert (await house.read("show_import"))["setting"] is None
        assert await visit.axe() == []
        await _press(page, "Start the import")

        await expect(page.get_by_text("line_uid")).to_be_visible()

        async def done() -> bool:
            runs = (await house.read("show_import"))["runs"]
            return any(run["state"] == "done" for run in runs)

        await eventually(done)
        await expect(page.get_by_text("Done", exact=True).first).to_be_visible()
        await _press(page, "Stop the import")
        dialog = page.get_by_role("dialog")
        await dialog.get_by_role("button", name="Stop the import").click()
        await expect(page.get_by_text("No import is set up.")).to_be_visible()
        assert (await house.read("show_import"))["setting"] is None


async def test_auto_link_is_switched_off_and_the_switch_undone(
    house: House, browser: Browser
) -> None:
    """The switch shows how it stands, also after Undo."""
    async with at(house, browser, "integration") as visit:
        page = visit.page
        switch = page.get_by_role("switch", name="Auto-link by email or phone number")
        await expect(switch).to_be_checked()
        await switch.click()
        await expect(switch).not_to_be_checked()
        await page.get_by_role("button", name="Undo").click()
        await expect(switch).to_be_checked()


async def test_a_viewer_looks_and_changes_nothing(
    house: House, browser: Browser
) -> None:
    """No write is offered, why is said, and a phone shows all of it."""
    qr_link = await house.write("create_qr_link", EMAIL)
    path = f"qr-codes/code/{qr_link['slug']}"
    async with at(house, browser, path, Role.VIEWER, viewport=PHONE) as visit:
        page = visit.page
        await expect(page.get_by_text("You can look, but not change")).to_be_visible()
        await expect(page.get_by_label("Name")).to_be_disabled()
        await expect(page.get_by_role("button", name="Save")).to_have_count(0)
        wide = "document.documentElement.scrollWidth - window.innerWidth"
        assert await page.evaluate(wide) <= 0


async def test_what_was_typed_stays_while_klaviyo_throttles(
    house: House, browser: Browser
) -> None:
    """Saving fails with what to do, and the fields keep everything."""
    klaviyo = house.stage.klaviyo
    klaviyo.forms.add("Late", form_id="Late", definition=popup_form())
    async with at(house, browser, "integration/forms/new") as visit:
        page = visit.page
        await page.get_by_role("combobox", name="Target Form").click()
        await page.get_by_role("option", name="Late").click()
        await page.get_by_label("Landing page").fill("https://shop.test/late")
        klaviyo.faults.add(Fault(effect=Throttle(30), on="GET /api/forms"))
        await _press(page, "Save")
        told = page.get_by_role("alert").filter(has_text="asks us to slow down")
        await expect(told).to_be_visible(timeout=15_000)
        await expect(page.get_by_label("Landing page")).to_have_value(
            "https://shop.test/late"
        )
        klaviyo.faults.clear()

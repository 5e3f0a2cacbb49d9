"""From the Klaviyo form to the link: the whole program, with a browser before it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from marketing_agent.sandbox.klaviyo.form_building import popup_form
from tests.browser.chromium import unavailable
from tests.browser.embed_station import LABEL, SCRIPT
from tests.browser.visit import visiting
from tests.house import HANA, KENTA, open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

    from marketing_agent.sandbox.seed import Persona
    from tests.browser.visit import Device, Visit
    from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

FORM = "PopUp1"


async def set_up(house: House) -> None:
    """Set Form ID linkage up as a merchant does: here, on the page and in Klaviyo."""
    klaviyo, shop = house.stage.klaviyo, house.stage.shop
    klaviyo.forms.add("Welcome", form_id=FORM, definition=popup_form())
    saved = await house.write(
        "configure_form_linkage",
        {
            "form_id": FORM,
            "cta_label": LABEL,
            "landing_page": f"{house.stage.shop_url}/landing",
        },
    )
    definition = popup_form(button_label="Next", button_url=saved["button_url"])
    klaviyo.forms.edit(FORM, definition)
    shop.landing = replace(shop.landing, embed_code=saved["embed_code"], forms=(FORM,))


@asynccontextmanager
async def submitted(
    house: House, browser: Browser, device: Device, person: Persona
) -> AsyncIterator[Visit]:
    """Let somebody visit the landing page and submit the form."""
    async with visiting(browser, device, house.stage.shop_url) as visit:
        await visit.open(button="link")
        await visit.fill(FORM, email=person.email)
        await visit.fill(FORM, phone=person.phone)
        yield visit


async def test_a_form_links_on_a_phone_and_from_a_computer(
    browser: Browser, database_url: str
) -> None:
    """The link button leads through LINE to a link; so does the scanned QR code."""
    if not SCRIPT.exists():
        unavailable("the embed script is not built: npm run build in dashboard/")
    async with open_house(database_url) as house:
        await set_up(house)
        async with submitted(house, browser, "phone", HANA) as phone:
            await all_the_way(phone, HANA)
        async with submitted(house, browser, "computer", KENTA) as computer:
            await scanned(house, computer, KENTA)

        for person in (HANA, KENTA):
            info = await house.linked(person)
            assert info["method"] == "form_linkage"
            assert info["profile_id"] == house.profile_id(person)
            assert house.line_property(person) == person.line_user_id


async def all_the_way(phone: Visit, person: Persona) -> None:
    """Tap the link button, then through our page and LINE's screens."""
    await phone.link().tap()
    await phone.shot("whole-way-landing")
    await phone.page.get_by_test_id("log-in").tap()
    await phone.page.get_by_role("button", name=person.line_name).tap()
    await phone.page.get_by_test_id("line-allow").tap()
    await phone.page.get_by_test_id("line-add-friend").tap()
    await phone.page.wait_for_url("**/link/done*")
    await phone.shot("whole-way-done")


async def scanned(house: House, computer: Visit, person: Persona) -> None:
    """Scan the QR code with a phone; the computer says when it is done."""
    await expect(computer.qr_code).to_be_visible()
    await computer.shot("whole-way-qr")
    url = await computer.panel.locator("a").get_attribute("href")

    await house.join(person, url=url)

    await expect(computer.panel).to_have_attribute("data-state", "done")
    await computer.shot("whole-way-computer-done")

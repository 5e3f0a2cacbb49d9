"""A shop with Klaviyo's forms and our embed script, in a real browser.

One browser and one set of servers per run; each test starts with empty records.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest_asyncio

from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.klaviyo.form_building import popup_form
from marketing_agent.sandbox.shop import Landing, ShopWorld, shop_app
from marketing_agent.wiring.serving import bound, serving_all
from tests.browser.chromium import chromium, unavailable
from tests.browser.embed_station import LABEL, SCRIPT, SLUG, EmbedStation
from tests.browser.visit import Device, Visit, visiting

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

POPUP = "PopUp1"


@dataclass(slots=True)
class Site:
    """The shop, Klaviyo's forms on it, and the service behind the embed script."""

    browser: Browser
    station: EmbedStation
    shop: ShopWorld
    shop_url: str
    klaviyo_url: str
    klaviyo: KlaviyoWorld

    def reset(self) -> None:
        """Put everything back to one popup form whose button carries our URL."""
        for form in self.klaviyo.forms.all():
            self.klaviyo.forms.remove(form.id)
        self.station.reset({POPUP: SLUG}, {self.shop_url})
        self.add_form(POPUP)
        self.shop.landing = Landing(
            embed_code=self.station.code,
            company_id=self.klaviyo.account.public_id,
            klaviyo_url=self.klaviyo_url,
            forms=(POPUP,),
        )

    def add_form(
        self, form_id: str, *, url: str = "", label: str = LABEL, **shape: Any
    ) -> None:
        """Make a form, or make it anew; `shape` as in `popup_form`."""
        url = url or self.station.button_url(form_id)
        definition = popup_form(button_label=label, button_url=url, **shape)
        self.klaviyo.forms.add(form_id, form_id=form_id, definition=definition)

    def relabel_steps(self, form_id: str, label: str) -> None:
        """Change what is on the buttons of a form's steps."""
        definition = copy.deepcopy(self.klaviyo.forms.get(form_id).definition)
        for step in definition["versions"][0]["steps"][:-1]:
            step["columns"][0]["rows"][-1]["blocks"][0]["properties"]["label"] = label
        self.klaviyo.forms.edit(form_id, definition)

    def one_button_per_device(self, form_id: str) -> None:
        """Put a button for computers before the one of the Success screen."""
        definition = copy.deepcopy(self.klaviyo.forms.get(form_id).definition)
        rows = definition["versions"][0]["steps"][-1]["columns"][0]["rows"]
        own = rows[-1]["blocks"][0]
        other = copy.deepcopy(own)
        own["properties"]["display_device"] = ["mobile"]
        other["properties"] |= {"display_device": ["desktop"], "label": "For computers"}
        rows.insert(-1, {"blocks": [other]})
        self.klaviyo.forms.edit(form_id, definition)

    def pasted(self, **changes: Any) -> None:
        """Change what the merchant has put on the landing pages."""
        self.shop.landing = replace(self.shop.landing, **changes)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Give the machine's browser."""
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def standing_site(browser: Browser) -> AsyncIterator[Site]:
    """Serve everything, once per run."""
    if not SCRIPT.exists():
        unavailable("the embed script is not built: npm run build in dashboard/")
    station, klaviyo = EmbedStation(), KlaviyoWorld()
    shop = ShopWorld(customers=list)
    apps = (station.app(), klaviyo_app(klaviyo), shop_app(shop))
    listening = [(app, bound("127.0.0.1", 0)) for app in apps]
    async with serving_all(listening) as urls:
        station.base = urls[0]
        yield Site(browser, station, shop, urls[2], urls[1], klaviyo)


@pytest_asyncio.fixture(loop_scope="session")
async def site(standing_site: Site) -> Site:
    """Give the site as it is before anything happened."""
    standing_site.reset()
    return standing_site


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def tabs(standing_site: Site) -> AsyncIterator[dict[Device, Visit]]:
    """Open a tab on each device, once: a new one takes a third of a second."""
    browser, shop = standing_site.browser, standing_site.shop_url
    async with (
        visiting(browser, "phone", shop) as phone,
        visiting(browser, "computer", shop) as computer,
    ):
        yield {"phone": phone, "computer": computer}


@pytest_asyncio.fixture(loop_scope="session")
async def phone(site: Site, tabs: dict[Device, Visit]) -> Visit:
    """Give a visitor with an iPhone."""
    del site
    await tabs["phone"].leave()
    return tabs["phone"]


@pytest_asyncio.fixture(loop_scope="session")
async def computer(site: Site, tabs: dict[Device, Visit]) -> Visit:
    """Give a visitor at a computer."""
    del site
    await tabs["computer"].leave()
    return tabs["computer"]


@pytest_asyncio.fixture(loop_scope="session")
async def timed_phone(site: Site) -> AsyncIterator[Visit]:
    """Give a visitor with an iPhone whose time is in our hands."""
    async with visiting(site.browser, "phone", site.shop_url) as visit:
        await visit.page.clock.install()
        yield visit


@pytest_asyncio.fixture(loop_scope="session")
async def timed_computer(site: Site) -> AsyncIterator[Visit]:
    """Give a visitor at a computer whose time is in our hands."""
    async with visiting(site.browser, "computer", site.shop_url) as visit:
        await visit.page.clock.install()
        yield visit

"""The demo's stage in a real browser: from the sentence to a linked customer."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import expect

from marketing_agent.sandbox.seed import PERSONAS, VISITORS
from marketing_agent.settings import Settings
from marketing_agent.wiring.chat_client import open_chat
from marketing_agent.wiring.demo import running_demo
from marketing_agent.wiring.stage_page.progress import STEPS
from marketing_agent.wiring.story.merchant import Merchant
from marketing_agent.wiring.story.scene import Scene
from tests.browser.dashboard_visit import AXE, need_axe, need_dashboard

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, FrameLocator, Locator, Page

    from marketing_agent.wiring.demo import Demo

pytestmark = pytest.mark.asyncio(loop_scope="session")

HANA, RIKO = PERSONAS[0], VISITORS[0]
COMPUTER: Final = {"width": 1440, "height": 900}
TABLET: Final = {"width": 1024, "height": 768}
PHONE: Final = {"width": 320, "height": 720}
_PATIENCE_MS: Final = 15_000
_SIDEWAYS: Final = """() => {
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth - clientWidth;
}"""


@dataclass(frozen=True, slots=True)
class Stage:
    """The stage in a tab, what it asked for, and what it complained about."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def inbox(self) -> FrameLocator:
        """The emails of the person in hand."""
        return self.page.frame_locator("#inbox")

    @property
    def phone(self) -> FrameLocator:
        """The phone of the person in hand."""
        return self.page.frame_locator("#phone")

    def step(self, name: str) -> Locator:
        """One step of the story."""
        return self.page.get_by_test_id(f"step-{name}")

    async def ticked(self, *names: str) -> None:
        """See exactly these steps ticked off."""
        for name in STEPS:
            shown = self.step(name).get_by_text("done", exact=True)
            if name in names:
                await expect(shown).to_be_visible()
            else:
                await expect(shown).to_be_hidden()

    async def log_in_with_line(self) -> None:
        """Go through LINE on the phone, and add the account."""
        await self.phone.get_by_test_id("log-in").click()
        await self.phone.get_by_test_id("line-allow").click()
        await self.phone.get_by_test_id("line-add-friend").click()


@pytest_asyncio.fixture(loop_scope="session")
async def demo(browser: Browser) -> AsyncIterator[Demo]:
    """Give a demo with its page."""
    del browser
    need_dashboard()
    async with running_demo(Settings.model_construct(), page_port=0) as started:
        yield started


@asynccontextmanager
async def standing(
    browser: Browser, demo: Demo, size: Any, locale: str = "en-US"
) -> AsyncIterator[Stage]:
    """Open the stage in a browser of its own; it has to end without a complaint."""
    context = await browser.new_context(viewport=size, locale=locale)
    context.set_default_timeout(_PATIENCE_MS)
    stage = Stage(await context.new_page())
    stage.page.on("request", lambda request: stage.asked.append(request.url))
    stage.page.on(
        "console", lambda told: stage.complaints.append(f"{told.text} {told.location}")
    )
    stage.page.on("pageerror", lambda error: stage.complaints.append(str(error)))
    await stage.page.goto(str(demo.page_url))
    yield stage
    await context.close()
    assert stage.complaints == []
    hosts = {urlsplit(each).hostname for each in stage.asked} - {None}
    assert hosts == {"localhost"}


@asynccontextmanager
async def scene_of(demo: Demo) -> AsyncIterator[Scene]:
    """Give the merchant's way over the API."""
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        yield Scene(demo.cast, http, lambda _who, _what: None)


async def sets_up(demo: Demo) -> None:
    """The merchant says the sentence, answers, and approves the card."""
    async with scene_of(demo) as scene, open_chat(demo.url, demo.token) as chat:
        await Merchant(scene, chat).sets_up()


async def test_from_the_sentence_to_a_linked_customer(
    browser: Browser, demo: Demo
) -> None:
    """Each step ticks itself off when it has happened, and none before."""
    async with standing(browser, demo, COMPUTER) as stage:
        await expect(stage.step("asked")).to_have_attribute("aria-current", "step")
        await expect(stage.inbox.get_by_test_id("inbox-empty")).to_be_visible()
        await stage.ticked()

        await sets_up(demo)
        await stage.ticked("asked", "approved")
        await stage.inbox.get_by_test_id("mail").click()
        await stage.ticked("asked", "approved", "opened")
        await stage.inbox.get_by_test_id("scan").click()
        await stage.ticked("asked", "approved", "opened", "scanned")
        await stage.log_in_with_line()

        await stage.ticked(*STEPS)
        await expect(stage.page.get_by_test_id("finished")).to_contain_text("Hana")
        await expect(stage.page.get_by_test_id("person-hana")).to_contain_text("linked")


async def test_the_dashboard_beside_it_is_signed_in(
    browser: Browser, demo: Demo
) -> None:
    """Without a step of the visitor's, and no script can read what signs it in."""
    async with standing(browser, demo, COMPUTER) as stage:
        dashboard = stage.page.frame_locator("iframe[name=dashboard]")

        await expect(dashboard.get_by_role("heading", level=1)).to_be_visible()
        await expect(dashboard.get_by_text("demo owner")).to_be_visible()
        assert "session" not in await stage.page.evaluate("document.cookie")


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["phone", "tablet"])
async def test_where_not_all_fits_inbox_and_phone_take_turns(
    browser: Browser, demo: Demo, size: dict[str, int]
) -> None:
    """Down to 320 px nothing scrolls sideways, and scanning turns to the phone."""
    await sets_up(demo)
    async with standing(browser, demo, size, "ja-JP") as stage:
        await stage.page.get_by_role("button", name="受信トレイ").click()
        await stage.inbox.get_by_test_id("mail").click()
        await stage.inbox.get_by_test_id("scan").click()
        await expect(stage.page.locator("#phone")).to_be_visible()
        await expect(stage.page.locator("#inbox")).to_be_hidden()
        await stage.log_in_with_line()

        await expect(stage.page.get_by_test_id("finished")).to_be_visible()
        for frame in stage.page.frames:
            assert await frame.evaluate(_SIDEWAYS) <= 0, frame.url


async def test_a_visitor_links_from_the_form_of_the_shop_s_page(
    browser: Browser, demo: Demo
) -> None:
    """The desk pastes code and button URL; the phone's Success screen leads to LINE."""
    async with scene_of(demo) as scene:
        form = (await scene.read("list_forms", {}))["forms"][0]["form_id"]
        page = f"{demo.stage.shop_url}/landing"
        setting = {"form_id": form, "cta_label": "Link with LINE", "landing_page": page}
        await scene.write("configure_form_linkage", setting)
    async with standing(browser, demo, COMPUTER) as stage:
        await expect(stage.inbox.get_by_test_id("inbox-empty")).to_be_visible()
        await stage.page.get_by_test_id("person-riko").click()
        await stage.phone.get_by_test_id("landing").click()
        await stage.phone.locator("input[type=email]").fill(RIKO.email)
        await stage.phone.get_by_role("button", name="Continue").click()
        await stage.phone.locator("input[type=tel]").fill(RIKO.phone)
        await stage.phone.get_by_role("button", name="Continue").click()
        await stage.phone.locator("a[data-line-link]").click()
        await stage.log_in_with_line()

        await expect(stage.page.get_by_test_id("person-riko")).to_contain_text("linked")


async def test_axe_finds_nothing_serious_on_the_stage(
    browser: Browser, demo: Demo
) -> None:
    """On the page and in its own frames, wide and narrow, before and after the mail."""
    need_axe()
    await sets_up(demo)
    for size in (COMPUTER, PHONE):
        async with standing(browser, demo, size) as stage:
            await stage.page.evaluate(AXE.read_text("utf-8"))
            report = "async () => (await axe.run({iframes: false})).violations"
            found = await stage.page.evaluate(report)
            for frame in stage.page.frames:
                if frame.url.startswith(
                    (f"{demo.page_url}/inbox", f"{demo.page_url}/ph")
                ):
                    await frame.evaluate(AXE.read_text("utf-8"))
                    found += await frame.evaluate(report)
        serious = [it for it in found if it["impact"] in {"serious", "critical"}]
        assert serious == []

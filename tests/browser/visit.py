"""A visitor of the shop's landing pages, in a real browser."""

from __future__ import annotations

import asyncio
import os
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from urllib.parse import urlencode

from playwright.async_api import expect

from tests.browser.embed_station import LABEL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, BrowserContext, Locator, Page, Request

    from tests.browser.embed_station import EmbedStation

Device: TypeAlias = Literal["phone", "computer"]
PATIENCE_MS = 5_000
SHOTS = os.environ.get("EMBED_SHOTS")
"""A folder for screenshots; none are made without."""

_PHONE: dict[str, Any] = {
    "user_agent": (
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
    ),
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2 if SHOTS else 1,
    "is_mobile": True,
    "has_touch": True,
}
_COMPUTER: dict[str, Any] = {"viewport": {"width": 1100, "height": 800}}


_DISPATCH = """([formId, events]) => events.forEach(([type, metaData]) =>
  window.dispatchEvent(
    new CustomEvent("klaviyoForms", {detail: {type, formId, metaData}})))"""


@dataclass(slots=True)
class Visit:
    """One browser tab, with what it complained about."""

    device: Device
    context: BrowserContext
    page: Page
    shop: str
    complaints: list[str] = field(default_factory=list)
    under_way: set[Request] = field(default_factory=set)

    async def leave(self) -> None:
        """Leave the page, and forget what was there."""
        await self.page.goto("about:blank")
        await self.page.unroute_all()
        self.complaints.clear()
        self.under_way.clear()

    async def open(self, path: str = "/landing", **switches: str) -> None:
        """Go to a landing page; `switches` are those of Klaviyo's script."""
        query = urlencode({"delay": "0", **switches})
        await self.page.goto(f"{self.shop}{path}{'&' if '?' in path else '?'}{query}")

    async def dispatch(self, form_id: str, *events: tuple[str, dict[str, str]]) -> None:
        """Let Klaviyo's forms have dispatched these events: type and metaData."""
        await self.page.evaluate(_DISPATCH, [form_id, events])

    def form(self, form_id: str) -> Locator:
        """What is rendered of a form."""
        return self.page.get_by_test_id(f"klaviyo-form-{form_id}")

    async def fill(self, form_id: str, button: str = "Continue", **values: str) -> None:
        """Fill in a step (email=, phone=) and press its button."""
        form = self.form(form_id)
        types = {"email": "email", "phone": "tel"}
        for name, value in values.items():
            await form.locator(f"input[type={types[name]}]").fill(value)
        await self.press(form.get_by_role("button", name=button, exact=True))

    async def press(self, button: Locator) -> None:
        """Tap on a phone, click at a computer."""
        await (button.tap() if self.device == "phone" else button.click())

    def link(self, label: str = LABEL) -> Locator:
        """The LINE link button."""
        return self.page.locator("a[data-line-link]").filter(has_text=label)

    @property
    def panel(self) -> Locator:
        """The QR code and its text."""
        return self.page.locator("div[data-line-link]")

    @property
    def qr_code(self) -> Locator:
        """The QR code itself."""
        return self.panel.get_by_role("img")

    @property
    def news(self) -> Locator:
        """What is said about how far the customer is."""
        return self.panel.get_by_role("status")

    def own_button(self, label: str = LABEL) -> Locator:
        """The merchant's button on the Success screen, turned or not."""
        return self.page.locator(".go2719180232").filter(has_text=label)

    async def open_again(self) -> None:
        """Close the popup and open it once more."""
        await self.page.get_by_label("Close dialog").click()
        await self.page.get_by_role("button", name="Sign up").click()

    async def tickets_asked(self, station: EmbedStation, times: int) -> None:
        """Wait until this many tickets have been asked for, and answered."""
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while len(station.asked) < times:  # noqa: ASYNC110 - another program asks
                await asyncio.sleep(0.01)
        await self.settled()

    async def let_pass(self, seconds: float) -> None:
        """Let time pass at once, and everything that is due in it happen."""
        await self.page.clock.run_for(int(seconds * 1000))

    async def skip(self, seconds: int) -> None:
        """Let time pass as when a lid was closed: what was due happens once."""
        await self.page.clock.fast_forward(seconds * 1000)

    async def polled(self, station: EmbedStation) -> None:
        """Let two seconds pass: the state is asked for."""
        before = station.looked
        async with asyncio.timeout(PATIENCE_MS / 1000):
            await self.let_pass(2)
            while station.looked == before:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)

    async def settled(self) -> None:
        """Wait until the page has taken in what it was answered."""
        async with asyncio.timeout(PATIENCE_MS / 1000):
            while self.under_way:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
        for _ in range(3):
            await self.page.evaluate("() => Promise.resolve()")

    async def left_alone(self, label: str = LABEL) -> None:
        """See the merchant's button as it was."""
        await expect(self.own_button(label)).to_be_visible()
        await expect(self.page.locator("[data-line-link]")).to_have_count(0)

    async def shot(self, name: str) -> None:
        """Take a screenshot, where somebody wants them."""
        if SHOTS:
            await self.page.screenshot(path=Path(SHOTS) / f"{name}.png")


@asynccontextmanager
async def visiting(browser: Browser, device: Device, shop: str) -> AsyncIterator[Visit]:
    """Open a tab on a phone or a computer, until the block ends."""
    context = await browser.new_context(
        **(_PHONE if device == "phone" else _COMPUTER), locale="en-US"
    )
    context.set_default_timeout(PATIENCE_MS)
    visit = Visit(device, context, await context.new_page(), shop)
    listen(visit)
    yield visit
    await context.close()


def listen(visit: Visit) -> None:
    """Note what is under way, and what the page complains about."""

    def begun(request: Request) -> None:
        visit.under_way.add(request)

    def ended(request: Request) -> None:
        visit.under_way.discard(request)

    visit.page.on("request", begun)
    visit.page.on("requestfinished", ended)
    visit.page.on("requestfailed", ended)
    visit.page.on("console", lambda said: visit.complaints.append(said.text))
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))

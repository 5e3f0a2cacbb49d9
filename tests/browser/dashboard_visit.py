"""A person at the dashboard, in a browser's tab that hears every complaint."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import marketing_agent
from marketing_agent.core.callers import Role
from marketing_agent.services.invitations import invite
from tests.browser.chromium import unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import (
        Browser,
        BrowserContext,
        ConsoleMessage,
        Page,
        Request,
    )

    from tests.house import House

BUILT: Final = Path(marketing_agent.__file__).parent / "_pages/dashboard/index.html"
AXE: Final = (
    Path(__file__).parents[2] / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"
)
COMPUTER: Final = {"width": 1360, "height": 860}
PHONE: Final = {"width": 320, "height": 640}
_SERIOUS: Final = frozenset(("serious", "critical"))
_STILL: Final = """async () => {
  const ending = document.getAnimations().filter(
    (each) => Number.isFinite(each.effect?.getComputedTiming().endTime ?? Infinity));
  await Promise.allSettled(ending.map((each) => each.finished));
}"""
"""What fades in has less contrast until it is there."""
_REPORT: Final = "async () => (await axe.run()).violations"


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab, what it complained about, and what it asked of other hosts."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)

    async def open(self, path: str = "/dashboard/") -> None:
        """Go to an address of the program."""
        await self.page.goto(f"{self.origin}{path}")

    async def axe(self) -> list[str]:
        """What axe finds serious on this screen, as it is now."""
        if not await self.page.evaluate("typeof axe !== 'undefined'"):
            # By the debugger, as the policy lets no page add a script.
            await self.page.evaluate(AXE.read_text("utf-8"))
        await self.page.evaluate(_STILL)
        found: list[dict[str, Any]] = await self.page.evaluate(_REPORT)
        return [
            f"{self.page.url} {each['id']}: {each['nodes'][0]['html'][:200]}"
            for each in found
            if each["impact"] in _SERIOUS
        ]


def need_dashboard() -> None:
    """Skip where it is not built; on CI that is a failure."""
    if not BUILT.exists():
        unavailable("the dashboard is not built: npm run build in dashboard/")


def need_axe() -> None:
    """Skip where npm's development packages are not installed; not on CI."""
    if not AXE.exists():
        unavailable("axe-core is not installed: npm ci in dashboard/")


async def invitation(house: House, name: str = "Mei", role: Role = Role.OWNER) -> str:
    """The one-time link that an operator sends."""
    return await invite(
        house.program.ground,
        merchant_id=house.merchant_id,
        name=name,
        role=role,
        life=timedelta(hours=1),
    )


@asynccontextmanager
async def tab(
    browser: Browser, house: House, *, language: str = "en", **shape: Any
) -> AsyncIterator[Tab]:
    """Open a tab in a browser of its own, where nobody is signed in."""
    shape = {"viewport": COMPUTER, "locale": language} | shape
    context = await browser.new_context(**shape)
    try:
        yield await listened(context, house)
    finally:
        await context.close()


async def listened(context: BrowserContext, house: House) -> Tab:
    """One more tab in this browser."""
    opened = Tab(await context.new_page(), str(house.http.base_url).rstrip("/"))
    complain = opened.complaints.append

    def heard(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complain(f"{message.text} at {message.location}")

    def asked(request: Request) -> None:
        if not request.url.startswith((opened.origin, "data:", "blob:")):
            complain(f"asked {request.url}")

    opened.page.on("console", heard)
    opened.page.on("request", asked)
    opened.page.on("pageerror", lambda error: complain(str(error)))
    return opened


async def sign_in(tab: Tab, house: House, **who: Any) -> None:
    """Open one's link and press the button."""
    await tab.page.goto(await invitation(house, **who))
    await tab.page.get_by_test_id("sign-in").click()
    await tab.page.wait_for_url("**/dashboard/**")

"""The customer's own pages in a real browser: on a phone, on a computer, in an app."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pytest
import pytest_asyncio
from playwright.async_api import expect

from marketing_agent.core.signals import LineUserId
from marketing_agent.services import tickets
from marketing_agent.services.tickets import Visitor
from marketing_agent.storage import friends
from marketing_agent.wiring.serving import bound, serving_all
from tests.api.customer.stage import Stage, staged

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

pytestmark = pytest.mark.asyncio(loop_scope="session")

IN_AN_APP: Final = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Mobile/15E148 Instagram 383.1.0.48.79"
)
PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 320, "height": 640},
    "is_mobile": True,
    "has_touch": True,
}
COMPUTER: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 800}}
VISITOR: Final = LineUserId("U" + "7" * 32)
_SHIFTS: Final = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
_LOOK: Final = """(button) => {
  const style = getComputedStyle(button);
  const text = document.createRange();
  text.selectNodeContents(button);
  const tops = new Set([...text.getClientRects()].map((each) => Math.round(each.top)));
  return {
    background: style.backgroundColor,
    color: style.color,
    weight: style.fontWeight,
    lines: tops.size,
    fits: button.scrollWidth <= button.clientWidth,
  };
}"""


@dataclass(frozen=True, slots=True)
class Tab:
    """A browser's tab, what it asked for, and what it complained about."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Served:
    """The pages on a real port, and one ticket's."""

    stage: Stage
    browser: Browser
    path: str

    @property
    def ticket(self) -> str:
        """The sealed text in the address."""
        return self.path.partition("t=")[2]

    @asynccontextmanager
    async def tab(self, **device: Any) -> AsyncIterator[Tab]:
        """Open a browser of its own; it has to end without a complaint."""
        url = self.stage.ground.public_url
        context = await self.browser.new_context(base_url=url, **device)
        tab = Tab(await context.new_page())
        tab.page.on("request", lambda request: tab.asked.append(request.url))
        tab.page.on("console", lambda told: tab.complaints.append(told.text))
        tab.page.on("pageerror", lambda error: tab.complaints.append(str(error)))
        yield tab
        await context.close()
        assert tab.complaints == []
        assert all(asked.startswith((url, "data:")) for asked in tab.asked)


@pytest_asyncio.fixture(loop_scope="session")
async def served(database_url: str, browser: Browser) -> AsyncIterator[Served]:
    """Serve a shop with one opened link."""
    socket = bound("127.0.0.1", 0)
    url = f"http://localhost:{socket.getsockname()[1]}"
    async with (
        staged(database_url, public_url=url) as stage,
        serving_all([(stage.app, socket)]),
    ):
        yield Served(stage, browser, await stage.landing_path())


@pytest.mark.parametrize("device", [PHONE, COMPUTER], ids=["phone", "computer"])
async def test_the_landing_page_fits_and_stays_where_it_is(
    served: Served, device: dict[str, Any]
) -> None:
    """Nothing is wider than the screen, nothing moves, nothing is from elsewhere."""
    on_a_computer = "is_mobile" not in device
    for language in ("en", "ja", "zh-TW", "th"):
        async with served.tab(**device, locale=language) as tab:
            await tab.page.add_init_script(_SHIFTS)
            await tab.page.goto(served.path)

            assert await tab.page.evaluate("window.shifted") == 0
            width = await tab.page.evaluate("document.documentElement.scrollWidth")
            assert width == device["viewport"]["width"]
            assert await tab.page.locator("#scan").is_visible() is on_a_computer
            assert any("/link/qr.svg" in url for url in tab.asked) is on_a_computer


@pytest.mark.parametrize("is_friend", [False, True], ids=["add friend", "done"])
async def test_the_last_pages_fit_and_stay_where_they_are(
    served: Served, *, is_friend: bool
) -> None:
    """In each language at 320 px nothing moves, and nothing is from elsewhere."""
    path = await _visitors_page(served, is_friend=is_friend)
    for language in ("en", "ja", "zh-TW", "th"):
        async with served.tab(**PHONE, locale=language) as tab:
            await tab.page.add_init_script(_SHIFTS)
            await tab.page.goto(path)

            assert await tab.page.evaluate("window.shifted") == 0
            width = await tab.page.evaluate("document.documentElement.scrollWidth")
            assert width == PHONE["viewport"]["width"]


async def test_line_s_buttons_follow_line_s_rules(served: Served) -> None:
    """In each language its green, white bold text, and one line that fits at 320 px."""
    pages = {"log-in": served.path, "add-friend": await _visitors_page(served)}
    for language in ("en", "ja", "zh-TW", "th"):
        async with served.tab(**PHONE, locale=language) as tab:
            for name, path in pages.items():
                await tab.page.goto(path)
                look = await tab.page.get_by_test_id(name).evaluate(_LOOK)
                assert look == {
                    "background": "rgb(6, 199, 85)",
                    "color": "rgb(255, 255, 255)",
                    "weight": "700",
                    "lines": 1,
                    "fits": True,
                }, f"{name} in {language}"


async def test_a_computer_follows_the_phone_to_the_end(served: Served) -> None:
    """Scanned when a phone shows the page, done with the friend; then it is quiet."""
    async with served.tab(**COMPUTER) as computer, served.tab(**PHONE) as phone:
        await computer.page.clock.install()
        await computer.page.goto(served.path)
        state = computer.page.locator("#state")
        await expect(state).to_have_text("Waiting for your phone …")

        async with phone.page.expect_response("**/link/opened"):
            await phone.page.goto(f"{served.path}&scan=1")
        await computer.page.clock.run_for(2_000)
        await expect(state).to_have_text(
            "Now go on with your phone. This page follows."
        )

        await _befriended(served)
        await computer.page.clock.run_for(2_000)
        await expect(state).to_have_text("All done. You can close this page.")
        asked = len(computer.asked)
        await computer.page.clock.run_for(60_000)
        assert len(computer.asked) == asked


async def _befriended(served: Served) -> None:
    """A phone comes through LINE with this ticket, as a new friend."""
    async with served.stage.phone() as phone:
        landing = await phone.open(f"{served.stage.ground.public_url}{served.path}")
        done = await phone.log_in(await phone.tap(landing, "log-in"))
    assert done.title == "All done"


async def test_a_computer_stops_asking_after_a_quarter_of_an_hour(
    served: Served,
) -> None:
    """It says so, and a reload goes on."""
    async with served.tab(**COMPUTER) as tab:
        await tab.page.clock.install()
        await tab.page.goto(served.path)
        await tab.page.clock.fast_forward(15 * 60 * 1000 + 2_000)
        await expect(tab.page.locator("#state")).to_contain_text("stopped waiting")
        asked = len(tab.asked)
        await tab.page.clock.run_for(60_000)
        assert len(tab.asked) == asked


async def test_a_server_in_trouble_is_told_and_asked_again(served: Served) -> None:
    """After three odd answers it is a technical error; the next good one counts."""
    async with served.tab(**COMPUTER) as tab:
        await tab.page.clock.install()
        await tab.page.goto(served.path)
        await tab.page.route(
            "**/link/state*", lambda route: route.fulfill(body="a proxy's page")
        )
        for _ in range(3):
            async with tab.page.expect_response("**/link/state*"):
                await tab.page.clock.run_for(2_000)
        state = tab.page.locator("#state")
        await expect(state).to_contain_text("Technical error")

        await tab.page.unroute("**/link/state*")
        await tab.page.clock.run_for(2_000)
        await expect(state).to_have_text("Waiting for your phone …")


async def test_without_scripts_the_qr_code_still_stands(served: Served) -> None:
    """Nothing is promised that only a script could keep."""
    async with served.tab(**COMPUTER, java_script_enabled=False) as tab:
        await tab.page.goto(served.path)

        await expect(tab.page.get_by_role("img")).to_be_visible()
        await expect(tab.page.locator("#state")).to_be_empty()
        assert await tab.page.get_by_test_id("log-in").is_visible()


async def test_the_page_is_used_by_keyboard_alone(served: Served) -> None:
    """On a computer first the policy is reached, then LINE's button."""
    async with served.tab(**COMPUTER) as tab:
        await tab.page.goto(served.path)
        reached = []
        for _ in range(2):
            await tab.page.keyboard.press("Tab")
            reached.append(
                await tab.page.evaluate("document.activeElement.dataset.testid")
            )

        assert reached == ["privacy-policy", "log-in"]


async def test_inside_an_app_the_address_is_copied_with_a_tap(served: Served) -> None:
    """The button says that it is done, and the clipboard holds the clean address."""
    device = {**PHONE, "user_agent": IN_AN_APP, "permissions": ["clipboard-read"]}
    async with served.tab(**device) as tab:
        await tab.page.goto(served.path)
        await tab.page.get_by_role("button", name="Copy the address").tap()

        await expect(tab.page.locator("#copied")).to_have_text("Copied")
        address = await tab.page.get_by_test_id("address").input_value()
        assert address == f"{served.stage.ground.public_url}{served.path}"
        copied = await tab.page.evaluate("navigator.clipboard.readText()")
        assert copied == address


async def test_the_last_page_moves_on_by_itself(served: Served) -> None:
    """The follow arrives while the customer looks at it: it says done."""
    async with served.tab(**PHONE) as tab:
        await tab.page.clock.install()
        await tab.page.goto(await _visitors_page(served))
        await expect(tab.page.get_by_role("status")).to_be_visible()
        await _adds_the_account(served)
        await tab.page.clock.run_for(3_000)

        await expect(tab.page.get_by_role("heading", level=1)).to_have_text("All done")


async def _visitors_page(served: Served, *, is_friend: bool = False) -> str:
    """Where a customer is who has logged in, as a friend or not yet."""
    stage, now = served.stage, served.stage.clock()
    visitor = Visitor(
        merchant_id=stage.merchant_id,
        line_user=VISITOR,
        claim=tickets.open_ticket(stage.ground.vault, served.ticket, now).claim,
        expires_at=now + tickets.VISITOR_LIFE,
    )
    if is_friend:
        await _adds_the_account(served)
    return f"/link/done?v={tickets.seal_visitor(stage.ground.vault, visitor)}"


async def _adds_the_account(served: Served) -> None:
    stage, now = served.stage, served.stage.clock()
    async with stage.ground.database.transaction() as tx:
        await friends.follow_changed(
            tx, stage.merchant_id, VISITOR, following=True, at=now, now=now
        )

"""The Marketing Agent in the dashboard, from the opening sentence on."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from marketing_agent.core.callers import Role
from tests.browser.dashboard_visit import (
    PHONE,
    invitation,
    listened,
    need_axe,
    need_dashboard,
    sign_in,
    tab,
)
from tests.house import EMAIL, HANA, open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Locator, Request

    from tests.browser.dashboard_visit import Tab
    from tests.ground import Ground
    from tests.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

OPENING = "Please help me set up the Klaviyo integration"
WIDTH = "document.documentElement.scrollWidth - window.innerWidth"
_SLOW_S = 3.0


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def house(ground: Ground) -> AsyncIterator[House]:
    """Give a running program in which the built-in planner answers."""
    need_dashboard()
    async with ground.database() as url, open_house(url, model=None) as opened:
        yield opened


@dataclass(frozen=True, slots=True)
class Chat:
    """The conversation on the screen."""

    visit: Tab

    @property
    def log(self) -> Locator:
        """What was said and done."""
        return self.visit.page.get_by_role("log")

    @property
    def field(self) -> Locator:
        """Where a message is written."""
        return self.visit.page.locator("textarea:not([aria-hidden])")

    @property
    def card(self) -> Locator:
        """What waits for a yes or no."""
        return self.visit.page.locator(".chat-card")

    async def begin(self) -> None:
        """Open the page with an empty conversation."""
        await self.visit.open("/dashboard/agent")
        await expect(self.field).to_be_visible()

    async def say(self, text: str) -> None:
        """Write it, press Enter, and wait for the answer."""
        await self.field.fill(text)
        await self.field.press("Enter")
        await self.answered()

    async def reply(self, text: str) -> None:
        """Press one of the suggested replies."""
        await self.visit.page.get_by_role("button", name=text, exact=True).click()
        await self.answered()

    async def press(self, name: str) -> None:
        """Press a button of the open card, and wait for what comes of it."""
        await self.card.get_by_role("button", name=name).click()
        await self.answered()

    async def answered(self) -> None:
        """Wait until the agent has said everything."""
        await expect(self.field).to_have_value("")
        await expect(self.log).to_have_attribute("aria-busy", "false", timeout=15_000)
        await expect(self.log).not_to_be_empty()


@asynccontextmanager
async def chatting(
    browser: Browser, house: House, *, role: Role = Role.OWNER, **shape: object
) -> AsyncIterator[Chat]:
    """Sign in and open the agent's page; nothing may complain on the way."""
    async with tab(browser, house, **shape) as visit:
        await sign_in(visit, house, role=role)
        chat = Chat(visit)
        await chat.begin()
        yield chat
        assert visit.complaints == []


async def _names(house: House) -> list[str]:
    return [each["name"] for each in (await house.read("show_qr_links"))["qr_links"]]


async def test_from_the_opening_sentence_to_a_linked_customer(
    house: House, browser: Browser
) -> None:
    """Three replies and one approval in the browser, and a customer is linked."""
    need_axe()
    async with chatting(browser, house) as chat:
        await chat.reply(OPENING)
        await chat.reply("Yes")
        await chat.reply("Custom QR code")
        await expect(chat.card).to_contain_text("{{ email }}")
        assert await chat.visit.axe() == []
        await chat.press("Approve")
        await expect(chat.log.get_by_role("img", name="QR code")).to_have_count(1)
        assert await chat.visit.axe() == []
        snippet = chat.log.locator("pre").filter(has_text="<a href").first
        house.stage.shop.send("Hello LINE", f"<p>{await snippet.inner_text()}</p>")
        await house.join(HANA)
        await house.linked_once(HANA)
        await chat.say("How many friends are linked?")
        await expect(chat.log).to_contain_text("1 of 1 friends")


async def test_a_card_is_edited_before_it_is_approved(
    house: House, browser: Browser
) -> None:
    """What was typed on the card is what is made; the agent does not ask again."""
    async with chatting(browser, house) as chat:
        await chat.say("Create a custom QR code named Spring that matches by email")
        await chat.card.get_by_role("button", name="Edit").click()
        await chat.card.get_by_label("Name").fill("Spring 2027")
        await chat.press("Approve")
        await expect(chat.card).to_have_count(0)
        assert "Spring 2027" in await _names(house)


async def test_a_change_shows_before_and_after_and_is_undone(
    house: House, browser: Browser
) -> None:
    """The card has both values; Undo in the conversation brings the old one back."""
    await house.write("create_qr_link", EMAIL | {"name": "Autumn"})
    async with chatting(browser, house) as chat:
        await chat.say('Rename the custom QR code "Autumn" to "Winter"')
        await expect(chat.card.locator("s")).to_have_text("Autumn")
        await expect(chat.card).to_contain_text("Winter")
        await chat.press("Approve")
        assert "Winter" in await _names(house)
        await chat.log.get_by_role("button", name="Undo").click()
        await expect(chat.visit.page.get_by_text("Undone.")).to_be_visible()
        await expect(chat.log.get_by_role("button", name="Undo")).to_have_count(0)
        assert "Autumn" in await _names(house)


async def test_a_cancelled_card_changes_nothing(house: House, browser: Browser) -> None:
    """No is an answer: the agent says so, and there is no such code."""
    async with chatting(browser, house) as chat:
        await chat.say("Create a custom QR code named Unwanted that matches by email")
        await chat.press("Cancel")
        await expect(chat.card).to_have_count(0)
        await expect(chat.log).to_contain_text("cancelled by you")
        assert "Unwanted" not in await _names(house)


async def test_a_reload_in_mid_run_loses_nothing(
    house: House, browser: Browser
) -> None:
    """The run goes on without the page, which hears the rest of it."""
    house.stage.klaviyo.faults.slow(_SLOW_S, times=1)
    async with chatting(browser, house) as chat:
        await chat.field.fill("Is everything connected?")
        await chat.field.press("Enter")
        await expect(chat.log).to_have_attribute("aria-busy", "true")
        await chat.visit.page.reload()
        await expect(chat.log).to_contain_text("Is everything connected?")
        await expect(chat.log).to_contain_text("Klaviyo account", timeout=15_000)
        await expect(chat.log).to_have_attribute("aria-busy", "false")


async def test_a_run_is_stopped(house: House, browser: Browser) -> None:
    """Stop ends it at once, and the conversation goes on."""
    house.stage.klaviyo.faults.slow(_SLOW_S * 5, times=1)
    async with chatting(browser, house) as chat:
        await chat.field.fill("Is everything connected?")
        await chat.field.press("Enter")
        await chat.visit.page.get_by_role("button", name="Stop").click()
        await chat.answered()
        house.stage.klaviyo.faults.clear()
        await chat.say("How many friends are linked?")
        await expect(chat.log).to_contain_text("friends")


async def test_two_tabs_show_one_conversation(house: House, browser: Browser) -> None:
    """A card asked in one is there in the other, and answered there is gone here."""
    async with chatting(browser, house) as chat:
        await chat.say("Create a custom QR code named Shared that matches by email")
        other = Chat(await listened(chat.visit.page.context, house))
        await other.begin()
        await expect(other.card).to_be_visible()
        await other.press("Approve")
        await chat.visit.page.bring_to_front()
        await expect(chat.card).to_have_count(0, timeout=15_000)
        await expect(chat.log).to_contain_text("is saved")
        assert other.visit.complaints == []
        assert (await _names(house)).count("Shared") == 1


async def test_open_cards_are_there_after_a_reload(
    house: House, browser: Browser
) -> None:
    """Also beside another screen, with what was being written."""
    async with chatting(browser, house) as chat:
        await chat.say("Create a custom QR code named Kept that matches by email")
        await chat.field.fill("not sent yet")
        await chat.visit.open("/dashboard/overview")
        await expect(chat.card).to_be_visible()
        await expect(chat.field).to_have_value("not sent yet")


async def test_an_ended_sign_in_keeps_the_message(
    house: House, browser: Browser
) -> None:
    """One signs in over the chat, and sends the same words."""
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        chat = Chat(visit)
        await chat.begin()
        await visit.page.context.clear_cookies()
        await chat.field.fill("How many friends are linked?")
        await chat.field.press("Enter")
        again = visit.page.get_by_role("dialog", name="Your sign-in has ended")
        await again.get_by_label("One-time link").fill(await invitation(house))
        await again.get_by_role("button", name="Sign in").click()
        await expect(again).to_be_hidden()
        await expect(chat.field).to_have_value("How many friends are linked?")
        await chat.field.press("Enter")
        await chat.answered()
        await expect(chat.log).to_contain_text("friends")


async def test_a_lost_connection_goes_on_where_it_was(
    house: House, browser: Browser
) -> None:
    """The answer that came meanwhile is heard once the connection is back."""
    house.stage.klaviyo.faults.slow(_SLOW_S, times=1)
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        chat = Chat(visit)
        await chat.begin()
        await chat.field.fill("Is everything connected?")
        await chat.field.press("Enter")
        await expect(chat.log).to_have_attribute("aria-busy", "true")
        await visit.page.context.set_offline(True)
        await visit.page.wait_for_timeout(_SLOW_S * 1000)
        await visit.page.context.set_offline(False)
        await expect(chat.log).to_contain_text("Klaviyo account", timeout=15_000)


async def test_a_viewer_asks_and_approves_nothing(
    house: House, browser: Browser
) -> None:
    """Answers come; a change is not even proposed."""
    async with chatting(browser, house, role=Role.VIEWER) as chat:
        await chat.say("How many friends are linked?")
        await expect(chat.log).to_contain_text("friends")
        await expect(chat.card).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "opening", "signal", "name", "approve"),
    [
        (
            "ja",
            "メルマガ用のカスタムQRコードを作成して",
            "メールアドレス",
            "春の便り",
            "承認",
        ),
        (
            "th",
            "สร้างคิวอาร์โค้ดแบบกำหนดเองสำหรับจดหมายข่าว",
            "อีเมล",
            "จดหมายข่าวฤดูร้อน",
            "อนุมัติ",
        ),
    ],
)
async def test_it_speaks_the_merchants_language(
    house: House,
    browser: Browser,
    language: str,
    opening: str,
    signal: str,
    name: str,
    approve: str,
) -> None:
    """On a phone too: asked, approved and shown without a word of English labels."""
    need_axe()
    shape = {"language": language, "viewport": PHONE, "has_touch": True}
    async with chatting(browser, house, **shape) as chat:
        await chat.reply(opening)
        await chat.reply(signal)
        await chat.say(name)
        await expect(chat.card).to_be_visible()
        assert await chat.visit.page.evaluate(WIDTH) <= 0
        assert await chat.visit.axe() == []
        await chat.press(approve)
        await expect(chat.log.get_by_role("img")).to_have_count(1)
        assert await chat.visit.axe() == []


async def test_help_is_cited(house: House, browser: Browser) -> None:
    """The source under an answer opens its section of the help."""
    async with chatting(browser, house) as chat:
        await chat.say("What is auto-link?")
        sources = chat.log.get_by_role("group", name="From the help:")
        await sources.get_by_role("link").first.click()
        await expect(chat.visit.page).to_have_url(re.compile("/help/"))


async def test_conversations_are_listed_opened_and_deleted(
    house: House, browser: Browser
) -> None:
    """A new one is empty, the old one comes back, and a deleted one is gone."""
    async with chatting(browser, house) as chat:
        page = chat.visit.page
        await chat.say("How many friends are linked?")
        await page.get_by_role("button", name="New conversation").click()
        await expect(chat.log).not_to_contain_text("How many")
        await page.get_by_role("button", name="Conversations").click()
        await page.get_by_role("menuitem", name="How many friends").first.click()
        await expect(chat.log).to_contain_text("How many friends are linked?")
        await page.get_by_role("button", name="Conversations").click()
        await page.get_by_role("menuitem", name="Delete this").click()
        dialog = page.get_by_role("dialog", name="Delete this conversation?")
        await dialog.get_by_role("button", name="Delete").click()
        await expect(dialog).to_be_hidden()
        await expect(chat.log).not_to_contain_text("How many")


async def test_the_first_load_of_the_chat_is_light(
    house: House, browser: Browser
) -> None:
    """Everything that a first visit of the chat is sent comes to under 350 kB."""
    async with tab(browser, house) as visit:
        await sign_in(visit, house)
        signed_in = await visit.page.context.storage_state()
    async with tab(browser, house, storage_state=signed_in) as visit:
        sizes: list[int] = []

        async def weigh(request: Request) -> None:
            sizes.append((await request.sizes())["responseBodySize"])

        visit.page.on("requestfinished", weigh)
        await Chat(visit).begin()
        await expect(visit.page.get_by_role("button", name=OPENING)).to_be_visible()
        await visit.page.wait_for_load_state("networkidle")
        assert 100_000 < sum(sizes) < 350_000

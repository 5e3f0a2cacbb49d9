"""Where the script cannot help, the merchant's page is as if it were not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.conftest import POPUP

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.browser.visit import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

MEI = "mei@mail.test"
ODD_EVENTS = """() => {
  const details = [
    undefined, null, 7, "submit", [], {},
    {type: "submit"}, {type: 7, formId: "PopUp1"}, {type: "submit", formId: {}},
    {type: "submit", formId: "PopUp1", metaData: null},
    {type: "submit", formId: "PopUp1", metaData: {$email: 7, phone: ["x"]}},
    {type: "constructor", formId: "PopUp1", metaData: {$email: "x@mail.test"}},
    {type: "submit", formId: "x".repeat(1000), metaData: {}},
  ];
  for (const detail of details) {
    window.dispatchEvent(new CustomEvent("klaviyoForms", {detail}));
  }
  window.dispatchEvent(new Event("klaviyoForms"));
}"""


async def submit(site: Site, visit: Visit) -> None:
    """Submit a form of one step, with time in our hands."""
    site.add_form(POPUP, steps=[("email",)])
    await visit.open()
    await visit.let_pass(0.1)
    await visit.fill(POPUP, email=MEI)
    await visit.tickets_asked(site.station, 1)


async def test_a_refusal_is_final(site: Site, timed_phone: Visit) -> None:
    """A foreign origin, say: not asked for again, and the merchant's button stays."""
    site.station.refusals = [(403, {})]
    await submit(site, timed_phone)
    await timed_phone.let_pass(120)

    await timed_phone.left_alone()
    assert len(site.station.asked) == 1


async def test_too_many_requests_are_waited_for(site: Site, timed_phone: Visit) -> None:
    """The service says how long: not asked before, asked once after."""
    site.station.refusals = [(429, {"retry-after": "20"})]
    await submit(site, timed_phone)
    await timed_phone.let_pass(18)
    assert len(site.station.asked) == 1
    await timed_phone.left_alone()

    await timed_phone.let_pass(4)

    await expect(timed_phone.link()).to_be_visible()
    assert len(site.station.asked) == 2


async def test_without_a_network_and_then_with_one(
    site: Site, timed_phone: Visit
) -> None:
    """Offline the button stays; online again it turns at once, without a wait."""
    site.add_form(POPUP, steps=[("email",)])
    await timed_phone.open()
    await expect(timed_phone.form(POPUP)).to_be_visible()
    await timed_phone.context.set_offline(True)
    await timed_phone.fill(POPUP, email=MEI)
    for pause in (1, 4):
        await timed_phone.settled()
        await timed_phone.let_pass(pause)
    await timed_phone.settled()
    await timed_phone.left_alone()

    await timed_phone.context.set_offline(False)

    await expect(timed_phone.link()).to_be_visible()


async def test_a_service_that_stays_away(site: Site, timed_phone: Visit) -> None:
    """After a few tries it is given up; nothing is asked for for ever."""
    site.station.refusals = [(503, {})] * 99
    await submit(site, timed_phone)
    for times, pause in enumerate((1, 4, 15, 60), start=2):
        await timed_phone.let_pass(pause)
        await timed_phone.tickets_asked(site.station, times)
    await timed_phone.let_pass(600)

    await timed_phone.left_alone()
    assert len(site.station.asked) == 5


async def test_a_foreign_address_in_the_answer_is_no_link(
    site: Site, phone: Visit
) -> None:
    """Whatever answers in our place cannot put its own link on the page."""
    await phone.page.route(
        "**/tickets",
        lambda route: route.fulfill(
            status=201,
            headers={"access-control-allow-origin": "*"},
            json={"url": "javascript:alert(1)", "ticket": "t", "qr": {}},
        ),
    )
    site.add_form(POPUP, steps=[("email",)])
    await phone.open()
    async with phone.page.expect_response("**/tickets"):
        await phone.fill(POPUP, email=MEI)

    await phone.settled()
    await phone.left_alone()


async def test_odd_events_break_nothing(site: Site, phone: Visit) -> None:
    """Anything may be dispatched on a page: no error, no request, and it works on."""
    site.add_form(POPUP, steps=[("email",)])
    await phone.open()
    await expect(phone.form(POPUP)).to_be_visible()
    await phone.page.evaluate(ODD_EVENTS)
    assert site.station.asked == []

    await phone.fill(POPUP, email=MEI)

    await expect(phone.link()).to_be_visible()
    assert phone.complaints == []


async def test_a_strict_content_security_policy(site: Site, computer: Visit) -> None:
    """Only the two scripts' hosts are allowed, and no inline style: it all works."""
    site.add_form(POPUP, steps=[("email",)])
    await computer.open("/landing/strict")
    await computer.fill(POPUP, email=MEI)

    await expect(computer.qr_code).to_be_visible()
    await expect(computer.panel).to_have_css("background-color", "rgb(255, 255, 255)")
    await computer.shot("computer-strict")
    assert computer.complaints == []


async def test_nothing_personal_stays_behind(phone: Visit) -> None:
    """No cookie, no storage, no word in the console, no address with a value in it."""
    addresses: list[str] = []
    phone.page.on("request", lambda request: addresses.append(request.url))
    await phone.open()
    await phone.fill(POPUP, email=MEI)
    await phone.fill(POPUP, phone="+819000000001")
    await expect(phone.link()).to_be_visible()

    assert await phone.context.cookies() == []
    stored = "() => localStorage.length + sessionStorage.length"
    assert await phone.page.evaluate(stored) == 0
    assert phone.complaints == []
    assert not [each for each in addresses if "mei" in each or "0001" in each]


async def test_signs_of_life(site: Site, phone: Visit) -> None:
    """One when the page has loaded, with the forms there; one per form seen later."""
    site.add_form(POPUP, steps=[("email",)], version_type="embed")
    site.station.forms |= {"Other1": "slugother"}
    site.add_form("Other1", steps=[("email",)])
    await phone.open("/landing/inline")
    await expect(phone.form("Other1")).to_be_visible()
    await phone.page.keyboard.press("Tab")
    await phone.fill("Other1", email=MEI)
    await expect(phone.link()).to_be_visible()

    assert site.station.alive == [[POPUP], ["Other1"]]

"""The Success screen's button turns into a link button or a QR code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.conftest import POPUP
from tests.browser.embed_station import LABEL, modules

if TYPE_CHECKING:
    from playwright.async_api import Locator

    from tests.browser.conftest import Site
    from tests.browser.visit import Device, Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

EMAIL, PHONE = "mei@mail.test", "090-0000-0001"
DRAWN = """async (svg, side) => {
  const source = new XMLSerializer().serializeToString(svg);
  const picture = new Image();
  picture.src = "data:image/svg+xml," + encodeURIComponent(source);
  await picture.decode();
  const canvas = document.createElement("canvas");
  const all = side + 8;
  canvas.width = canvas.height = all * 4;
  const pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0, all * 4, all * 4);
  const red = (x, y) => pen.getImageData(x * 4 + 2, y * 4 + 2, 1, 1).data[0];
  const places = [...Array(all).keys()];
  return places.map((y) => places.map((x) => (red(x, y) < 128 ? 1 : 0)));
}"""


async def test_a_link_button_on_a_smartphone(site: Site, phone: Visit) -> None:
    """Two steps, one ticket of both values, and a real link where the button was."""
    await phone.open()
    await phone.fill(POPUP, email=EMAIL)
    await phone.shot("phone-before")
    await phone.fill(POPUP, phone=PHONE)

    link = phone.link()
    await expect(link).to_be_visible()
    await phone.shot("phone-after")

    assert await link.get_attribute("href") == site.station.ticket_url(1)
    assert site.station.asked == [
        {"form": POPUP, "email": EMAIL, "phone": "+819000000001"}
    ]
    await expect(link).to_have_css("background-color", "rgb(6, 199, 85)")
    await expect(link).to_have_css("color", "rgb(255, 255, 255)")
    await expect(phone.own_button()).to_be_hidden()
    await link.tap()
    await expect(phone.page).to_have_title("Link")


async def test_a_qr_code_on_a_computer(site: Site, computer: Visit) -> None:
    """What is drawn is the code of the answer, with a margin, a name, and words."""
    await computer.open()
    await computer.fill(POPUP, email=EMAIL)
    await computer.shot("computer-before")
    await computer.fill(POPUP, phone=PHONE)

    await expect(computer.qr_code).to_be_visible()
    await computer.shot("computer-after")
    wanted = modules(site.station.ticket_url(1))
    assert await drawn(computer.qr_code, len(wanted)) == with_margin(wanted)
    await expect(computer.panel).to_contain_text("Scan the code with your phone.")
    await expect(computer.news).to_have_text("Waiting for your phone")
    await expect(computer.qr_code).to_have_accessible_name("QR code to link with LINE")
    await expect(computer.own_button()).to_be_hidden()


async def drawn(code: Locator, side: int) -> list[list[int]]:
    """What a camera would see of a code: 1 where a module is dark."""
    return list(await code.evaluate(DRAWN, side))


def with_margin(code: list[list[int]]) -> list[list[int]]:
    """The code with four light modules around it."""
    width = len(code) + 8
    inner = [[0] * 4 + row + [0] * 4 for row in code]
    margin = [[0] * width for _ in range(4)]
    return margin + inner + margin


@pytest.mark.parametrize("device", ["phone", "computer"])
async def test_without_the_script_the_button_leads_to_help(
    device: Device, site: Site, phone: Visit, computer: Visit
) -> None:
    """The merchant has forgotten the embed code: the button's own URL opens."""
    visit = phone if device == "phone" else computer
    site.pasted(embed_code="")
    await visit.open()
    await visit.fill(POPUP, email=EMAIL)
    await visit.fill(POPUP, phone=PHONE)
    await visit.left_alone()
    await visit.shot(f"{device}-without-script")

    await visit.press(visit.own_button())

    await expect(visit.page).to_have_title("How to link")


@pytest.mark.parametrize("button", ["link", "role"])
async def test_our_url_is_enough(button: str, site: Site, phone: Visit) -> None:
    """The merchant's own words are on the button; the events spell `email`, not `$`."""
    words = "Continue on LINE"
    site.add_form(POPUP, label=words, steps=[("email", "phone")])
    await phone.open(button=button, keys="plain")
    await phone.fill(POPUP, email=EMAIL, phone=PHONE)

    await expect(phone.link()).to_be_visible()
    await expect(phone.own_button(words)).to_be_hidden()
    assert site.station.asked == [
        {"form": POPUP, "email": EMAIL, "phone": "+819000000001"}
    ]


async def test_labels_are_compared_as_people_read_them(
    site: Site, phone: Visit
) -> None:
    """Our URL is nowhere in the page: width, case and spaces make no difference."""
    full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in "LINE")
    written = f"  Link  WITH {full_width} "
    site.add_form(POPUP, label=written, steps=[("email",)])
    await phone.open(button="handler")
    await phone.fill(POPUP, email=EMAIL)

    await expect(phone.link()).to_be_visible()


async def test_a_button_for_each_device(site: Site, phone: Visit) -> None:
    """Klaviyo hides the one for computers: the one that is seen turns."""
    site.add_form(POPUP, steps=[("email",)])
    site.one_button_per_device(POPUP)
    await phone.open(button="link")
    await phone.fill(POPUP, email=EMAIL)

    await expect(phone.link()).to_have_count(1)
    await expect(phone.own_button("For computers")).to_be_hidden()
    await expect(phone.own_button(LABEL)).to_be_hidden()


async def test_a_button_that_is_not_ours_stays(site: Site, phone: Visit) -> None:
    """Neither our URL nor the CTA label is on it: it may be anything."""
    site.add_form(
        POPUP, label="Go shopping", url=f"{site.shop_url}/", steps=[("email",)]
    )
    await phone.open()
    await phone.fill(POPUP, email=EMAIL)
    await expect(phone.own_button("Go shopping")).to_be_visible()

    await phone.tickets_asked(site.station, 1)

    await phone.left_alone("Go shopping")


async def test_the_button_of_a_step_is_never_taken(site: Site, phone: Visit) -> None:
    """A step's own button has the CTA label: it still sends the step."""
    site.add_form(POPUP)
    site.relabel_steps(POPUP, LABEL)
    await phone.open(conversion="first")
    await phone.fill(POPUP, LABEL, email=EMAIL)
    await phone.tickets_asked(site.station, 1)
    await expect(phone.form(POPUP).locator("input[type=tel]")).to_be_visible()
    await phone.left_alone()

    await phone.fill(POPUP, LABEL, phone=PHONE)

    await expect(phone.link()).to_be_visible()
    assert [asked.get("phone") for asked in site.station.asked] == [
        None,
        "+819000000001",
    ]

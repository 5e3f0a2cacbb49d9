"""The QR code follows the customer on their phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.conftest import POPUP

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.browser.visit import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def show_code(site: Site, timed_computer: Visit) -> None:
    """Bring a visitor to the QR code, with time in our hands."""
    site.add_form(POPUP, steps=[("email",)])
    await timed_computer.open()
    await timed_computer.let_pass(0.1)
    await timed_computer.fill(POPUP, email="mei@mail.test")
    await expect(timed_computer.qr_code).to_be_visible()


async def test_it_follows_to_the_end(site: Site, timed_computer: Visit) -> None:
    """Waiting, scanned, done; then it is quiet, and nothing is left to scan."""
    await show_code(site, timed_computer)
    await expect(timed_computer.news).to_have_text("Waiting for your phone")

    site.station.state = "scanned"
    await timed_computer.let_pass(2)
    await expect(timed_computer.news).to_have_text("Go on with your phone")
    await timed_computer.shot("computer-scanned")

    site.station.state = "done"
    await timed_computer.let_pass(2)
    await expect(timed_computer.news).to_have_text("You are linked with LINE")
    await expect(timed_computer.qr_code).to_have_count(0)
    await timed_computer.shot("computer-done")
    looked = site.station.looked
    await timed_computer.let_pass(60)
    assert site.station.looked == looked


@pytest.mark.parametrize(
    ("state", "said"),
    [("expired", "This code is too old"), (404, "That did not work")],
)
async def test_what_cannot_be_scanned_gives_the_button_back(
    state: str | int, said: str, site: Site, timed_computer: Visit
) -> None:
    """The code goes, and the merchant's button leads on."""
    await show_code(site, timed_computer)

    site.station.state = state
    await timed_computer.let_pass(2)

    await expect(timed_computer.news).to_have_text(said)
    await expect(timed_computer.qr_code).to_have_count(0)
    await expect(timed_computer.own_button()).to_be_visible()
    await timed_computer.shot(f"computer-{state}")


async def test_bad_weather_is_waited_for(site: Site, timed_computer: Visit) -> None:
    """An error of a moment changes nothing that the customer sees."""
    await show_code(site, timed_computer)
    site.station.state = 503
    await timed_computer.let_pass(2)
    await expect(timed_computer.news).to_have_text("Waiting for your phone")
    site.station.state = "scanned"

    await timed_computer.let_pass(4)

    await expect(timed_computer.news).to_have_text("Go on with your phone")


async def test_it_is_followed_for_a_quarter_of_an_hour(
    site: Site, timed_computer: Visit
) -> None:
    """Then the code stays, and nobody asks any more."""
    await show_code(site, timed_computer)
    await timed_computer.skip(15 * 60)
    await timed_computer.let_pass(4)
    looked = site.station.looked

    await timed_computer.let_pass(60)

    assert site.station.looked == looked
    await expect(timed_computer.qr_code).to_be_visible()

"""Which submission a button belongs to: several forms, several people, other routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.conftest import POPUP

if TYPE_CHECKING:
    from tests.browser.conftest import Site
    from tests.browser.visit import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

ONE_STEP = [("email",)]
MEI, KEN = "mei@mail.test", "ken@mail.test"


async def test_two_forms_on_a_page_keep_to_themselves(site: Site, phone: Visit) -> None:
    """The second is submitted: its button turns, with its values; not the first's."""
    site.station.forms = {"FormAa": "slugaaaa", "FormBb": "slugbbbb"}
    for form in ("FormAa", "FormBb"):
        site.add_form(form, steps=ONE_STEP, version_type="embed")
    site.klaviyo.forms.remove(POPUP)
    site.pasted(forms=("FormAa", "FormBb"))
    await phone.open("/landing/inline", button="link")
    await phone.fill("FormBb", email=KEN)
    await expect(phone.form("FormBb").locator("a[data-line-link]")).to_be_visible()
    await expect(phone.link()).to_have_count(1)

    await phone.fill("FormAa", email=MEI)

    await expect(phone.link()).to_have_count(2)
    await phone.shot("phone-two-forms")
    assert site.station.asked == [
        {"form": "FormBb", "email": KEN},
        {"form": "FormAa", "email": MEI},
    ]


async def test_a_form_that_is_not_configured_is_left_alone(
    site: Site, phone: Visit
) -> None:
    """Nothing of it goes to the service but that it was seen."""
    site.add_form("Other1", url="https://elsewhere.test/", steps=ONE_STEP)
    site.klaviyo.forms.remove(POPUP)
    await phone.open()
    await phone.fill("Other1", email=MEI)

    await phone.left_alone()

    assert site.station.asked == []
    assert site.station.alive == [[], ["Other1"]]


async def test_the_conversion_may_come_before_the_last_step(
    site: Site, phone: Visit
) -> None:
    """`submit` at the first step, a phone at the second: the button carries both."""
    await phone.open(conversion="first")
    await phone.fill(POPUP, email=MEI)
    await phone.fill(POPUP, phone="+819000000001")

    await expect(phone.link()).to_have_attribute("href", site.station.ticket_url(2))
    assert site.station.asked[-1] == {
        "form": POPUP,
        "email": MEI,
        "phone": "+819000000001",
    }


@pytest.mark.parametrize(
    ("events", "asked"),
    [
        (
            [
                ("stepSubmit", {"$email": MEI, "$phone_number": "+819000000001"}),
                ("submit", {"email": "Mei@mail.test ", "phone": "090-0000-0001"}),
            ],
            {"email": "Mei@mail.test", "phone": "090-0000-0001"},
        ),
        (
            [
                ("stepSubmit", {"$email": MEI, "$phone_number": "+819000000001"}),
                ("submit", {"$email": KEN}),
            ],
            {"email": KEN},
        ),
        (
            [("submit", {}), ("stepSubmit", {"$phone_number": "+819000000001"})],
            {"phone": "+819000000001"},
        ),
    ],
    ids=["one person, spelled twice", "another person", "conversion first"],
)
async def test_whose_values_belong_together(
    events: list[tuple[str, dict[str, str]]],
    asked: dict[str, str],
    site: Site,
    phone: Visit,
) -> None:
    """Spelling makes nobody another person, another address does."""
    await phone.open()
    await expect(phone.form(POPUP)).to_be_visible()

    await phone.dispatch(POPUP, *events)

    await phone.tickets_asked(site.station, 1)
    assert site.station.asked == [{"form": POPUP, **asked}]


async def test_another_submission_takes_the_former_button_away(
    site: Site, phone: Visit
) -> None:
    """On the same screen too: until Ken's ticket is there, nobody taps Mei's."""
    site.add_form(POPUP, steps=ONE_STEP)
    await phone.open()
    await phone.fill(POPUP, email=MEI)
    await expect(phone.link()).to_be_visible()
    site.station.refusals = [(403, {})]

    await phone.dispatch(POPUP, ("submit", {"$email": KEN}))

    await phone.tickets_asked(site.station, 2)
    await phone.left_alone()


async def test_opened_again_and_submitted_by_somebody_else(
    site: Site, timed_phone: Visit
) -> None:
    """On a shared phone the second person's button carries nothing of the first."""
    await timed_phone.open()
    await timed_phone.fill(POPUP, email=MEI)
    await timed_phone.fill(POPUP, phone="+819000000001")
    await expect(timed_phone.link()).to_be_visible()

    await timed_phone.open_again()
    site.station.refusals = [(503, {})] * 9
    await timed_phone.fill(POPUP, email=KEN)
    await timed_phone.fill(POPUP, phone="+819000000002")
    await timed_phone.tickets_asked(site.station, 2)
    await timed_phone.left_alone()
    site.station.refusals = []
    await timed_phone.let_pass(1)

    await expect(timed_phone.link()).to_have_attribute(
        "href", site.station.ticket_url(3)
    )
    assert site.station.asked[-1] == {
        "form": POPUP,
        "email": KEN,
        "phone": "+819000000002",
    }


async def test_opened_again_by_the_same_person(site: Site, phone: Visit) -> None:
    """The same values need no second ticket: the button turns at once."""
    site.add_form(POPUP, steps=ONE_STEP)
    await phone.open()
    await phone.fill(POPUP, email=MEI)
    await expect(phone.link()).to_be_visible()

    await phone.open_again()
    await phone.fill(POPUP, email=MEI)

    await expect(phone.link()).to_have_attribute("href", site.station.ticket_url(1))
    assert len(site.station.asked) == 1


async def test_values_of_an_abandoned_submission_are_nobody_elses(
    site: Site, phone: Visit
) -> None:
    """Mei gives an address and leaves; Ken's submission does not carry it."""
    await phone.open()
    await phone.fill(POPUP, email=MEI)
    await phone.open_again()
    await phone.fill(POPUP, email=KEN)
    await phone.fill(POPUP, phone="+819000000002")

    await expect(phone.link()).to_be_visible()
    assert site.station.asked == [
        {"form": POPUP, "email": KEN, "phone": "+819000000002"}
    ]


async def test_a_single_page_app_takes_the_form_away_and_back(
    site: Site, timed_computer: Visit
) -> None:
    """Nothing is polled while the form is away; submitted again, it turns again."""
    site.add_form(POPUP, steps=ONE_STEP, version_type="embed")
    await timed_computer.open("/landing/app?view=news")
    await timed_computer.fill(POPUP, email=MEI)
    await expect(timed_computer.qr_code).to_be_visible()
    await timed_computer.polled(site.station)

    await timed_computer.page.get_by_role("link", name="Home").click()
    await expect(timed_computer.panel).to_have_count(0)
    looked = site.station.looked
    await timed_computer.let_pass(60)
    assert site.station.looked == looked

    await timed_computer.page.get_by_role("link", name="News").click()
    await timed_computer.fill(POPUP, email=MEI)
    await expect(timed_computer.qr_code).to_be_visible()
    await timed_computer.polled(site.station)
    assert len(site.station.asked) == 1


async def test_a_success_screen_rendered_anew_is_turned_anew(
    site: Site, phone: Visit
) -> None:
    """Klaviyo renders its screen once more: the new button turns, none is left over."""
    site.add_form(POPUP, steps=ONE_STEP)
    await phone.open(button="link")
    await phone.fill(POPUP, email=MEI)
    await expect(phone.link()).to_be_visible()

    await phone.form(POPUP).evaluate(
        """form => {
          const own = form.querySelector("a:not([data-line-link])").cloneNode(true);
          own.style.display = "block";
          form.replaceChildren(own);
        }"""
    )

    await expect(phone.link()).to_have_count(1)
    await expect(phone.own_button()).to_be_hidden()


async def test_a_script_loaded_twice_works_once(site: Site, phone: Visit) -> None:
    """Theme and tag manager both carry it: one sign of life, one ticket, one button."""
    site.add_form(POPUP, steps=ONE_STEP)
    site.pasted(embed_code=site.station.code * 2)
    await phone.open()
    await phone.fill(POPUP, email=MEI)

    await expect(phone.link()).to_have_count(1)
    assert len(site.station.asked) == 1
    assert sorted(site.station.alive) == [[], [POPUP]]

"""What can happen between the tap in the email and LINE's callback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from marketing_agent.services.customer_visit import emailed_qr_target
from marketing_agent.storage import tables
from tests.house import HANA, KENTA

if TYPE_CHECKING:
    from marketing_agent.sandbox.page import Page
    from marketing_agent.sandbox.phone import Phone
    from tests.house import House, Json


async def to_the_callback_in_another_browser(house: House, phone: Phone) -> Page:
    """Tap the email in a mail app; LINE comes back to a browser that has no cookies."""
    landing = await house.landing(phone, HANA)
    consent = await phone.tap(landing, "/oauth2/v2.1/authorize")
    phone.forget_cookies()
    return await phone.log_in(consent, add_friend=True)


def linking_url(qr_link: Json, **signals: str) -> str:
    """The linking URL with other values than the email would have."""
    base = qr_link["linking_url"].split("?")[0]
    return f"{base}?" + "&".join(f"{name}={value}" for name, value in signals.items())


async def delete(house: House, qr_link: Json) -> None:
    """Delete a custom QR code while customers still have its link."""
    async with house.program.ground.database.transaction() as tx:
        await tx.execute(
            update(tables.qr_links)
            .where(tables.qr_links.c.slug == qr_link["slug"])
            .values(deleted_at=house.clock())
        )


async def facts_stored(house: House) -> int:
    """How many facts there are."""
    async with house.program.ground.database.transaction() as tx:
        counted = await tx.scalar(select(func.count()).select_from(tables.facts))
        return int(counted or 0)


async def test_who_cancels_at_line_is_told_so_and_can_try_again(house: House) -> None:
    """A cancelled login leaves nothing behind; the same link then links."""
    await house.email_everyone()
    async with house.phone(HANA) as phone:
        landing = await house.landing(phone, HANA)
        consent = await phone.tap(landing, "/oauth2/v2.1/authorize")
        cancelled = await phone.log_in(consent, cancel=True)
        kept = await facts_stored(house)

        again = await phone.tap(cancelled, "try-again")
        done = await house.log_in(phone, again)
    await house.linked_once(HANA)

    assert (cancelled.status, cancelled.title) == (200, "You cancelled the login")
    assert kept == 0
    assert done.title == "All done"


async def test_opening_the_link_stores_nothing(house: House) -> None:
    """Mail scanners open links: neither page nor picture is an attempt."""
    await house.email_everyone()
    async with house.phone(HANA) as phone:
        landing = await house.landing(phone, HANA)
        picture = landing.url.replace("/link?", "/link/qr.svg?")
        assert (await phone.open(picture)).status == 200

    assert await facts_stored(house) == 0
    assert (await house.read("query_linkage_status"))["attempts"] == []


async def test_no_address_stays_in_the_url_of_a_page(house: House) -> None:
    """Behind the link in the email there are only sealed notes."""
    await house.email_everyone()
    async with house.phone(HANA) as phone:
        landing = await house.landing(phone, HANA)
        done = await house.log_in(phone, landing)

    visited = [landing.url, done.url, *(hop.url for hop in done.hops)]
    assert not any("hana" in url.lower() for url in visited)
    assert "h•••@m•••.test" in landing.text
    assert HANA.email not in landing.text


async def test_an_expired_ticket_says_so_and_the_email_still_works(
    house: House,
) -> None:
    """A page left open for a day links nobody; opening the email again does."""
    await house.email_everyone()
    async with house.phone(HANA) as phone:
        landing = await house.landing(phone, HANA)
        house.clock.move(hours=25)
        back = await house.log_in(phone, landing)
        reopened = await phone.open(landing.url)
    expired = "This page has expired"

    assert (back.status, back.title) == (410, expired)
    assert (reopened.status, reopened.title) == (410, expired)
    assert await facts_stored(house) == 0
    await house.join(HANA)
    await house.linked_once(HANA)


async def test_a_ticket_is_good_for_one_line_user(house: House) -> None:
    """A page that was passed on after its use tells the second person to start over."""
    await house.email_everyone()
    async with house.phone(HANA) as phone, house.phone(KENTA) as other:
        landing = await house.landing(phone, HANA)
        await house.log_in(phone, landing)
        await house.linked_once(HANA)
        passed_on = await house.log_in(other, await other.open(landing.url))

    assert (passed_on.status, passed_on.title) == (409, "This link was already used")
    await house.linked_once(HANA)


async def test_the_same_customer_may_use_a_ticket_again(house: House) -> None:
    """Going back and logging in once more is no second attempt."""
    await house.email_everyone()
    async with house.phone(HANA) as phone:
        landing = await house.landing(phone, HANA)
        await house.log_in(phone, landing)
        await house.linked_once(HANA)
        again = await house.log_in(phone, landing)
    await house.settled()

    assert again.title == "All done"
    assert len((await house.linked_once(HANA))["attempts"]) == 1


async def test_reloading_the_callback_harms_nothing(house: House) -> None:
    """LINE's code is good once: the reload says so politely, and the link stands."""
    await house.email_everyone()
    async with house.phone(HANA) as phone:
        done = await house.log_in(phone, await house.landing(phone, HANA))
        callback = next(h.url for h in done.hops if "/line/callback" in h.url)
        await house.linked_once(HANA)
        reloaded = await phone.open(callback)

    assert reloaded.status == 400
    assert reloaded.title == "LINE did not confirm the login"
    await house.linked_once(HANA)


async def test_the_second_reader_of_a_forwarded_email_is_held(house: House) -> None:
    """The first link stands, and the merchant sees that somebody else tried."""
    await house.email_everyone()
    async with house.phone(HANA) as phone:
        mail = await phone.open(
            f"{house.stage.shop_url}/inbox/{house.profile_id(HANA)}"
        )
        url = (await phone.tap(mail, "Hello LINE")).link("/l/").href
        await house.log_in(phone, await phone.open(url))
    await house.linked_once(HANA)

    done = await house.join(KENTA, url=url)
    info = await house.stands(KENTA, "conflict_held")
    await house.settled()

    assert done.title == "All done"
    assert (info["linked"], info["attempts"][0]["row"]) == (False, 31)
    await house.linked_once(HANA)


async def test_a_browser_that_lost_its_cookies_asks_before_it_links(
    house: House,
) -> None:
    """In-app browsers come back elsewhere: no claim before the customer's yes."""
    await house.email_everyone()
    async with house.phone(HANA) as phone:
        confirm = await to_the_callback_in_another_browser(house, phone)
        kept = await facts_stored(house)
        done = await phone.submit(confirm, "confirm")
    await house.linked_once(HANA)

    assert (confirm.title, done.title) == ("Is this you?", "All done")
    assert HANA.email not in confirm.text
    # LINE's webhook may have told of the follow by now; the claim is not there.
    assert kept <= 1


async def test_not_me_is_kept_and_never_links(house: House) -> None:
    """The merchant sees who declined; neither follow nor tick changes anything."""
    await house.email_everyone()
    async with house.phone(HANA) as phone:
        confirm = await to_the_callback_in_another_browser(house, phone)
        page = await phone.submit(confirm, "decline")
        changed_mind = await phone.submit(confirm, "confirm")
    await house.tick()
    info = await house.never_linked(HANA, "declined")

    assert page.title == "Nothing was linked"
    assert changed_mind.status < 500
    assert info["attempts"][0]["reason"] == 'The customer said "not me".'


async def test_a_qr_code_deleted_before_the_tap_says_so(house: House) -> None:
    """The link in an old email leads to a page in words."""
    qr_link = await house.email_everyone()
    await delete(house, qr_link)

    async with house.phone(HANA) as phone:
        page = await house.landing(phone, HANA)

    assert (page.status, page.title) == (404, "This link is no longer in use")


async def test_a_qr_code_deleted_during_the_login_links_nobody(house: House) -> None:
    """The customer gets through, and the merchant sees the reason."""
    qr_link = await house.email_everyone()
    async with house.phone(HANA) as phone:
        landing = await house.landing(phone, HANA)
        await delete(house, qr_link)
        done = await house.log_in(phone, landing)
    info = await house.never_linked(HANA, "setting_removed")

    assert done.title == "All done"
    assert info["attempts"][0]["row"] == 4


async def test_the_picture_in_the_email_leads_to_a_link_that_works(
    house: House,
) -> None:
    """What it encodes has no address in it, lives as long as the QR code, and links."""
    qr_link = await house.email_everyone()
    address = qr_link["image_url"].split("?")[0] + f"?email={HANA.email}"
    image = await house.http.get(address)
    target = await emailed_qr_target(
        house.program.ground, qr_link["slug"], {"email": HANA.email}
    )
    house.clock.move(days=40)

    await house.join(HANA, url=target)
    await house.linked_once(HANA)

    assert image.headers["content-type"] == "image/png"
    assert image.content.startswith(b"\x89PNG")
    assert "hana" not in target


@pytest.mark.parametrize(
    ("language", "landing_title", "done_title"),
    [
        ("ja", "Hana CoffeeとLINEアカウントを連携", "完了しました"),
        ("fr,ja;q=0.5", "Hana CoffeeとLINEアカウントを連携", "完了しました"),
        ("fr", "Link your LINE account with Hana Coffee", "All done"),
    ],
)
async def test_pages_speak_the_language_of_the_browser(
    house: House, language: str, landing_title: str, done_title: str
) -> None:
    """Japanese or English by Accept-Language, English where neither is wanted."""
    await house.email_everyone()
    async with house.phone(HANA, language) as phone:
        landing = await house.landing(phone, HANA)
        done = await house.log_in(phone, landing)

    assert (landing.title, done.title) == (landing_title, done_title)


async def test_a_repaired_address_still_finds_its_profile(house: House) -> None:
    """A plus that a mail program turned into a space is put back."""
    qr_link = await house.email_everyone()
    url = linking_url(qr_link, email=KENTA.email)

    await house.join(KENTA, url=url)

    await house.linked_once(KENTA)

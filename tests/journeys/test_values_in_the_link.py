"""What the linking URL carries when the merchant's email was not filled in well."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.sandbox.seed import PERSONAS
from tests.house import BOTH, EMAIL, HANA, KENTA

if TYPE_CHECKING:
    from tests.house import House

ONLY_PHONE = {"name": "By phone", "phone_variable": "{{ person.phone_number }}"}
PLUS = "%2B"


UNUSABLE = {
    "email=%7B%7B%20email%20%7D%7D": (
        "invalid_signal",
        "The merge variable was not filled in.",
    ),
    "email=": ("invalid_signal", "The email address is missing in the link."),
    "utm_source=klaviyo": (
        "invalid_signal",
        "The email address is missing in the link.",
    ),
    "email=hana.sato": (
        "invalid_signal",
        "The value in the link is not an email address.",
    ),
    "email=test@test.com": (
        "blocked_value",
        "This is a shared or test value, not a person.",
    ),
    "email=nobody@mail.test": (
        "waiting_profile",
        "No Klaviyo profile has this email address or phone number.",
    ),
}


async def test_a_value_that_cannot_link_is_the_merchants_matter(house: House) -> None:
    """The customer gets through and reads nothing of it; the merchant reads why."""
    qr_link = await house.write("create_qr_link", EMAIL)
    base = qr_link["linking_url"].split("?")[0]
    for person, (query, (code, reason)) in zip(PERSONAS, UNUSABLE.items(), strict=True):
        done = await house.join(person, url=f"{base}?{query}")
        info = await house.never_linked(person, code)

        assert (done.status, done.title) == (200, "All done")
        assert info["attempts"][0]["reason"] == reason
        assert info["attempts"][0]["next_step"]

    report = await house.read("query_linkage_status")
    assert sum(each["count"] for each in report["attempts"]) == len(UNUSABLE)


async def test_whatever_a_stranger_puts_into_the_url_gets_a_page(house: House) -> None:
    """Huge, broken, repeated or hostile values: never a 5xx, never echoed."""
    qr_link = await house.write("create_qr_link", EMAIL)
    base = qr_link["linking_url"].split("?")[0]
    queries = (
        "email=" + "a" * 60_000,
        "email=%00%FF%FE&phone=%00",
        "email=a@b.test&email=c@d.test&email=",
        "k=damaged",
        "k=",
        "email=%3Cscript%3Ealert(1)%3C/script%3E",
    )
    async with house.phone(HANA) as phone:
        for query in queries:
            page = await phone.open(f"{base}?{query}")
            image = await phone.open(f"{base}/qr.png?{query}")

            assert page.status < 500
            assert image.status < 500
            assert "<script>alert" not in page.text


async def test_a_phone_number_links_as_an_email_address_does(house: House) -> None:
    """A national number, as people write it, finds the profile."""
    qr_link = await house.write("create_qr_link", ONLY_PHONE)
    national = HANA.phone.replace("+81", "0")

    await house.join(
        HANA, url=f"{qr_link['linking_url'].split('?')[0]}?phone={national}"
    )
    info = await house.linked_once(HANA)

    assert info["matched_by"] == ["phone"]


async def test_both_signals_of_one_profile_link_and_say_so(house: House) -> None:
    """The email rendered by Klaviyo carries both, and both matched."""
    await house.email_everyone(BOTH)

    await house.join(KENTA)
    info = await house.linked_once(KENTA)

    assert info["matched_by"] == ["email", "phone"]


async def test_with_both_signals_asked_a_missing_one_links_nobody(house: House) -> None:
    """Nothing falls back to one signal, and the merchant reads which is missing."""
    qr_link = await house.write("create_qr_link", BOTH)
    base = qr_link["linking_url"].split("?")[0]

    await house.join(HANA, url=f"{base}?email={HANA.email}&phone=")
    info = await house.never_linked(HANA, "invalid_signal")

    reason = "The phone number is missing in the link."
    assert info["attempts"][0]["reason"] == reason


async def test_a_corrected_profile_is_linked_at_a_later_look(house: House) -> None:
    """A mismatch is looked at again: once the merchant repaired it, it links."""
    qr_link = await house.write("create_qr_link", BOTH)
    base = qr_link["linking_url"].split("?")[0]
    number = "+819000000077"
    await house.join(
        HANA, url=f"{base}?email={HANA.email}&phone={number.replace('+', PLUS)}"
    )
    await house.never_linked(HANA, "mismatch_refused")

    house.correct(HANA, phone_number=number)
    house.clock.move(hours=2)
    await house.tick()

    await house.linked_once(HANA)

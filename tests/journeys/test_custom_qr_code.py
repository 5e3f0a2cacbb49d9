"""From a merchant's tool call to a linked customer, with everything real."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.house import BOTH, HANA, KENTA, eventually

if TYPE_CHECKING:
    from tests.house import House


async def test_a_reader_of_the_email_becomes_a_linked_customer(house: House) -> None:
    """One tap in the email ends with link, property, event and audit, each once."""
    qr_link = await house.email_everyone()

    done = await house.join(HANA)
    info = await house.linked(HANA)

    assert done.status == 200
    assert info["profile_id"] == house.profile_id(HANA)
    assert (info["method"], info["matched_by"]) == ("qr_link", ["email"])
    assert house.line_property(HANA) == HANA.line_user_id
    assert [each["what"] for each in info["trail"]] == ["linked"]
    events = house.stage.klaviyo.events(house.profile_id(HANA))
    assert [each.metric.name for each in events] == ["Linked LINE Identity"]
    assert qr_link["linking_url"].endswith(
        "?email={{ email }}&id={{ person.KlaviyoID }}"
    )


async def test_both_signals_have_to_match_within_one_profile(house: House) -> None:
    """An email of one profile and a phone of another link nobody, with the reason."""
    qr_link = await house.write("create_qr_link", BOTH)
    url = qr_link["linking_url"].split("?")[0]

    async with house.phone(HANA) as phone:
        phone_number = KENTA.phone.replace("+", "%2B")
        landing = await phone.open(f"{url}?email={HANA.email}&phone={phone_number}")
        consent = await phone.tap(landing, "/oauth2/v2.1/authorize")
        await phone.log_in(consent, add_friend=True)
    info = await house.stands(HANA, "mismatch_refused")

    assert not info["linked"]
    assert info["attempts"][0]["row"] == 16
    assert house.line_property(HANA) is None


async def test_unlinking_takes_back_link_and_property(house: House) -> None:
    """After the merchant's unlink nothing is left but the history and the event."""
    await house.email_everyone()
    await house.join(HANA)
    await house.linked(HANA)

    await house.write("unlink_friend", {"line_user_id": HANA.line_user_id})
    info = await house.stands(HANA, "unlinked")

    async def property_gone() -> bool:
        return house.line_property(HANA) is None

    assert await eventually(property_gone)
    assert [each["what"] for each in info["trail"]] == ["linked", "unlinked"]

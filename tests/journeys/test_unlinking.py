"""Who may end a link, and what links again afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from tests.house import HANA, KENTA, eventually

if TYPE_CHECKING:
    from tests.house import House

OTHER_TOOL = "U" + "0123456789abcdef" * 2


async def property_is(house: House, wanted: object) -> None:
    """Wait until Hana's profile shows this LINE User ID."""

    async def look() -> bool:
        return house.line_property(HANA) == wanted

    await eventually(look)


async def linked_then_unlinked_by_the_customer(house: House) -> None:
    """Hana logs in, is linked, and takes it back on the last page."""
    async with house.phone(HANA) as phone:
        done = await house.log_in(phone, await house.landing(phone, HANA))
        await house.linked_once(HANA)
        unlinked = await phone.submit(done, "unlink")
    assert unlinked.title == "You have unlinked your LINE account"
    await house.stands(HANA, "unlinked")
    await property_is(house, None)


async def test_the_customers_own_unlink_takes_back_link_and_property(
    house: House,
) -> None:
    """The merchant reads who did it; the recorded event stays."""
    await house.email_everyone()

    await linked_then_unlinked_by_the_customer(house)
    info = await house.status(HANA)

    assert [each["what"] for each in info["trail"]] == ["linked", "unlinked"]
    assert info["attempts"][0]["reason"] == "Unlinked by the customer."
    assert house.events(HANA) == ["Linked LINE Identity"]


async def test_a_newer_login_links_again_after_the_customers_unlink(
    house: House,
) -> None:
    """The customer who changed their mind opens the email once more."""
    await house.email_everyone()
    await linked_then_unlinked_by_the_customer(house)

    await house.join(HANA)
    info = await house.linked(HANA)

    assert [each["what"] for each in info["trail"]] == ["linked", "unlinked", "linked"]
    assert house.line_property(HANA) == HANA.line_user_id


async def test_nothing_else_links_again_after_the_customers_unlink(
    house: House,
) -> None:
    """Neither block and unblock, nor an edit of the profile, nor time links again."""
    await house.email_everyone()
    await linked_then_unlinked_by_the_customer(house)

    await house.stage.line.block(HANA.line_user_id)
    house.clock.move(hours=2)
    await house.stage.line.unblock(HANA.line_user_id)
    edit = PropertyEdit(set_to={"LINE User ID": HANA.line_user_id})
    house.stage.klaviyo.edit_profile(house.profile_id(HANA), {}, edit)
    await house.tick()
    await house.settled()
    info = await house.status(HANA)

    assert not info["linked"]
    assert [each["what"] for each in info["trail"]] == ["linked", "unlinked"]


async def test_the_merchants_unlink_is_not_undone_by_a_new_login(house: House) -> None:
    """Only the merchant can link these two again, and is told so."""
    await house.email_everyone()
    await house.join(HANA)
    await house.linked_once(HANA)
    await house.write("unlink_friend", {"line_user_id": HANA.line_user_id})
    await property_is(house, None)

    await house.join(HANA)
    info = await house.stands(HANA, "suppressed_unlink")
    await house.settled()

    assert not info["linked"]
    newest = info["attempts"][0]
    assert newest["reason"] == "You unlinked these two. Only you can link them again."
    assert house.line_property(HANA) is None


async def test_after_an_unlink_another_customer_may_take_the_profile(
    house: House,
) -> None:
    """An unlink frees both ends for others."""
    qr_link = await house.email_everyone()
    await house.join(HANA)
    await house.linked_once(HANA)
    await house.write("unlink_friend", {"line_user_id": HANA.line_user_id})
    await property_is(house, None)

    url = qr_link["linking_url"].split("?")[0]
    await house.join(KENTA, url=f"{url}?email={HANA.email}")
    info = await house.linked(KENTA)

    assert info["profile_id"] == house.profile_id(HANA)
    assert house.line_property(HANA) == KENTA.line_user_id


async def test_another_tools_line_user_id_is_overwritten_and_given_back(
    house: House,
) -> None:
    """The property is ours while linked, and what it was before afterwards."""
    profile_id = house.profile_id(HANA)
    edit = PropertyEdit(set_to={"LINE User ID": OTHER_TOOL, "Coffees": 12})
    house.stage.klaviyo.edit_profile(profile_id, {}, edit)
    await house.email_everyone()
    await house.join(HANA)
    await house.linked_once(HANA)

    await house.write("unlink_friend", {"line_user_id": HANA.line_user_id})

    await property_is(house, OTHER_TOOL)
    assert house.stage.klaviyo.profile(profile_id).properties["Coffees"] == 12


async def test_unlinking_twice_says_that_there_is_nothing_to_unlink(
    house: House,
) -> None:
    """A second, newly approved unlink is a clear answer and changes nothing."""
    await house.email_everyone()
    await house.join(HANA)
    await house.linked_once(HANA)
    arguments = {"line_user_id": HANA.line_user_id}
    await house.write("unlink_friend", arguments)

    approval_id = await house.approve("unlink_friend", arguments)
    call = {"arguments": arguments, "approval_id": approval_id}
    again = await house.post("/api/v1/tools/unlink_friend", call)

    assert (again.status_code, again.json()["error"]) == (409, "NotLinked")

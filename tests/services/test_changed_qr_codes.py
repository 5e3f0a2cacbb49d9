"""A custom QR code that is changed while customers are on their way through it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from marketing_agent.sandbox.phone import Phone
from tests.desk import EMAIL, HOUSE
from tests.services.undo_story import HANA, make, undo

if TYPE_CHECKING:
    from tests.desk import Desk, Json

PHONE: Final = {"phone_variable": "{{ person.phone_number }}"}
BOTH: Final = EMAIL | PHONE
ONLY_PHONE: Final = {"name": "Newsletter", **PHONE}
NOTHING: Final = {"name": "Newsletter", "link_type": "none"}
_SIGNALS: Final = f"email={HANA.email}&phone={HANA.phone}".replace("+", "%2B")


async def _hana_half_way(desk: Desk, contents: Json, *changes: Json | str) -> Json:
    """She opens the link, the merchant writes, then she logs in; gives her status.

    A change is new contents, or the name of another write.
    """
    desk.klaviyo.add_profile(email=HANA.email, phone_number=None)
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id)
    slug = (await desk.write("create_qr_link", contents))["slug"]
    async with Phone(HANA.line_user_id, language="en", transport=desk.network) as phone:
        landing = await phone.open(f"{HOUSE}/l/{slug}?{_SIGNALS}")
        for change in changes:
            await _change(desk, slug, change)
        await phone.log_in(await phone.tap(landing, "log-in"), add_friend=True)
    await desk.line.webhooks_settled()
    await desk.work()
    desk.clock.move(hours=1)
    await desk.work()
    return await desk.block("query_linkage_status", {"line_user_id": HANA.line_user_id})


async def _change(desk: Desk, slug: str, change: Json | str) -> None:
    match change:
        case "delete":
            await make(desk, "delete_qr_link", {"slug": slug})
        case "undo":
            newest = (await desk.block("show_changes"))["changes"][0]
            await undo(desk, newest["id"])
        case dict():
            await make(desk, "update_qr_link", change | {"slug": slug})


@pytest.mark.parametrize(
    ("contents", "changes", "code", "row"),
    [
        (EMAIL, (), "linked", 28),
        (EMAIL, (EMAIL | {"name": "Summer"},), "linked", 28),
        (EMAIL, (BOTH,), "invalid_signal", 7),
        (EMAIL, (ONLY_PHONE,), "invalid_signal", 7),
        (EMAIL, (NOTHING,), "setting_removed", 4),
        (EMAIL, ("delete",), "setting_removed", 4),
        (EMAIL, ("delete", "undo"), "linked", 28),
        (EMAIL, (BOTH, "undo"), "linked", 28),
        (BOTH, (), "mismatch_refused", 17),
        (BOTH, (EMAIL,), "mismatch_refused", 17),
        (BOTH, (EMAIL, "undo"), "mismatch_refused", 17),
    ],
)
async def test_nobody_is_linked_by_less_than_was_or_is_asked_for(
    desk: Desk, contents: Json, changes: tuple[Json | str, ...], code: str, row: int
) -> None:
    """Hana's profile has her email alone, and her link carried what it was asked."""
    info = await _hana_half_way(desk, contents, *changes)

    assert (info["attempts"][0]["code"], info["attempts"][0]["row"]) == (code, row)
    assert info["linked"] is (code == "linked")


async def test_an_email_sent_before_is_judged_by_what_is_asked_when_it_is_opened(
    desk: Desk,
) -> None:
    """With the old merge variable alone nobody is linked; with more, the rest is left.

    The slug stays, so that no email that was sent leads nowhere.
    """
    desk.klaviyo.add_profile(email=HANA.email)
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id)
    status = {"line_user_id": HANA.line_user_id}
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    await make(desk, "update_qr_link", BOTH | {"slug": slug})
    await desk.join(HANA.line_user_id, f"{HOUSE}/l/{slug}?email={HANA.email}")
    await desk.work()
    missing = (await desk.block("query_linkage_status", status))["attempts"][0]
    assert missing["reason"] == "The phone number is missing in the link."

    desk.clock.move(minutes=1)
    await make(desk, "update_qr_link", EMAIL | {"slug": slug})
    await desk.join(HANA.line_user_id, f"{HOUSE}/l/{slug}?{_SIGNALS}")
    await desk.work()
    linked = await desk.block("query_linkage_status", status)
    assert (linked["linked"], linked["matched_by"]) == (True, ["email"])


async def test_a_deleted_code_has_a_page_of_its_own_until_it_is_back(
    desk: Desk,
) -> None:
    """Link, image and landing answer "gone" and then work again; links stay."""
    desk.klaviyo.add_profile(email=HANA.email)
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id)
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    url = f"{HOUSE}/l/{slug}?email={HANA.email}"
    await desk.join(HANA.line_user_id, url)
    await desk.work()
    deleted = await make(desk, "delete_qr_link", {"slug": slug})

    async def opened() -> tuple[int, str]:
        async with Phone(None, language="en", transport=desk.network) as phone:
            page = await phone.open(url)
        return page.status, page.title

    assert await opened() == (404, "This link is no longer in use")
    status = {"line_user_id": HANA.line_user_id}
    assert (await desk.block("query_linkage_status", status))["linked"]
    await undo(desk, deleted)
    assert (await opened())[0] == 200

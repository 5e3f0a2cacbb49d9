"""Two merchants of one program have the same customers and never touch each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.house import EMAIL, HANA, eventually
from tests.journeys.two_shops import two_houses

if TYPE_CHECKING:
    from tests.house import House, Json


async def linking_url(house: House) -> str:
    """A linking URL of this merchant for Hana."""
    qr_link = await house.write("create_qr_link", EMAIL)
    return f"{qr_link['linking_url'].split('?')[0]}?email={HANA.email}"


async def report(house: House) -> Json:
    """Friends, links and attempts of this merchant."""
    return await house.read("query_linkage_status")


async def test_a_customer_of_two_shops_is_linked_in_each_by_its_own_email(
    database_url: str,
) -> None:
    """Link, unlink and everything told to Klaviyo stay with the merchant concerned."""
    async with two_houses(database_url) as (coffee, tea):
        await coffee.join(HANA, url=await linking_url(coffee))
        await coffee.linked_once(HANA)
        only_coffee = await report(tea)
        told_to_tea = (tea.line_property(HANA), tea.events(HANA))

        await tea.join(HANA, url=await linking_url(tea))
        await tea.linked_once(HANA)
        await coffee.write("unlink_friend", {"line_user_id": HANA.line_user_id})
        await eventually(lambda: gone(coffee))
        await tea.linked_once(HANA)

    assert only_coffee["friends"] == only_coffee["linked"] == 0
    assert only_coffee["attempts"] == []
    assert told_to_tea == (None, [])


async def gone(house: House) -> bool:
    """Whether Hana's profile at this shop has no LINE User ID any more."""
    return house.line_property(HANA) is None


async def test_a_merchant_can_neither_see_nor_use_what_is_anothers(
    database_url: str,
) -> None:
    """Custom QR codes, friends and approvals of another merchant do not exist."""
    async with two_houses(database_url) as (coffee, tea):
        qr_link = await coffee.email_everyone()
        await coffee.join(HANA)
        await coffee.linked_once(HANA)
        friend = {"line_user_id": HANA.line_user_id}
        approval_id = await coffee.approve("unlink_friend", friend)

        shown = await tea.read("show_qr_links")
        slug = {"arguments": {"slug": qr_link["slug"]}}
        one = await tea.post("/api/v1/tools/show_qr_links", slug)
        asked = await tea.post(
            "/api/v1/tools/query_linkage_status", {"arguments": friend}
        )
        call = {"arguments": friend, "approval_id": approval_id}
        stolen = await tea.post("/api/v1/tools/unlink_friend", call)
        await coffee.linked_once(HANA)

    assert shown["qr_links"] == []
    assert (one.status_code, asked.status_code) == (404, 404)
    assert (stolen.status_code, stolen.json()["error"]) == (403, "ApprovalNeeded")


async def test_a_webhook_for_one_merchant_says_nothing_about_another(
    database_url: str,
) -> None:
    """A delivery signed for one account and sent to the other's address is refused."""
    async with two_houses(database_url) as (coffee, tea):
        await coffee.stage.line.follow(HANA.line_user_id)
        await coffee.settled()
        [delivery] = coffee.stage.line.webhooks.deliveries
        forged = await coffee.http.post(
            str(tea.stage.line.webhooks.endpoint),
            content=delivery.body,
            headers={"x-line-signature": delivery.signature},
        )
        friends = (await report(coffee))["friends"], (await report(tea))["friends"]

    assert forged.status_code == 401
    assert friends == (1, 0)

"""Changing and deleting custom QR codes by typed tool calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
from sqlalchemy import update

from marketing_agent.storage.tables import changes
from tests.desk import EMAIL, HOUSE
from tests.services.undo_story import OTHER, make, try_write

if TYPE_CHECKING:
    from tests.desk import Desk, Json

WRITES: Final = ("create_qr_link", "update_qr_link", "delete_qr_link")


def _call(tool: str, slug: str) -> Json:
    """A write of each kind, of this QR code or a new one."""
    whole: dict[str, Json] = {
        "create_qr_link": EMAIL,
        "update_qr_link": OTHER | {"slug": slug},
        "delete_qr_link": {"slug": slug},
    }
    return whole[tool]


async def test_an_update_replaces_everything_but_the_slug(desk: Desk) -> None:
    """The new card is told and shown, and the merchant is asked to paste it again."""
    card = await desk.write("create_qr_link", EMAIL)

    answer = await try_write(desk, "update_qr_link", OTHER | {"slug": card["slug"]})

    query = f"phone={OTHER['phone_variable']}&id={{{{ person.KlaviyoID }}}}"
    url = f"{HOUSE}/l/{card['slug']}?{query}"
    told = answer.json()
    assert told["text"] == (
        'The custom QR code "Summer" is changed. '
        f"Paste it into the Klaviyo email again: {url}"
    )
    assert told["block"]["linking_url"] == url
    assert told["block"]["email_variable"] is None
    assert (await desk.block("show_qr_links"))["qr_links"] == [told["block"]]


async def test_a_new_name_needs_no_new_email(desk: Desk) -> None:
    """The linking URL is the same, so nothing is said about pasting."""
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    renamed = EMAIL | {"name": "Summer", "slug": slug}

    answer = await try_write(desk, "update_qr_link", renamed)

    assert answer.json()["text"] == 'The custom QR code "Summer" is changed.'


async def test_a_deletion_says_what_becomes_of_links(desk: Desk) -> None:
    """The code is not shown any more."""
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]

    answer = await try_write(desk, "delete_qr_link", {"slug": slug})

    assert answer.json()["text"] == (
        'The custom QR code "Newsletter" is deleted. Whoever opens its link is told '
        "that it is no longer in use; customers who are linked stay linked."
    )
    assert answer.json()["block"] == {"slug": slug, "name": "Newsletter"}
    assert await desk.block("show_qr_links") == {"qr_links": []}


@pytest.mark.parametrize("tool", ["update_qr_link", "delete_qr_link"])
async def test_what_is_not_there_cannot_be_written(desk: Desk, tool: str) -> None:
    """Deleted, never made, or the neighbour's: it is not found, nothing is stored."""
    deleted = (await desk.write("create_qr_link", EMAIL))["slug"]
    await make(desk, "delete_qr_link", {"slug": deleted})
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    for who, named in (
        (desk.caller(), deleted),
        (desk.caller(), "none"),
        (neighbour, slug),
    ):
        approved = await desk.ask_approval(tool, _call(tool, named), who)
        approval = approved.json()["approval_id"]
        before = await desk.counts()
        answer = await desk.call(
            tool, _call(tool, named), approval=approval, caller=who
        )
        assert (answer.status_code, answer.json()["error"]) == (404, "NotFound")
        assert await desk.counts() == before
    assert len((await desk.block("show_qr_links"))["qr_links"]) == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"slug": "../../etc"}, "slug: String should match pattern"),
        ({"email_variable": "hana.sato@mail.test"}, "no Klaviyo merge variable"),
        ({"email_variable": None}, "needs a merge variable"),
        ({"name": " "}, "1 to 100 characters"),
        ({"link_type": "none"}, "leave the merge variables out"),
    ],
)
async def test_an_update_is_checked_like_a_new_one(
    desk: Desk, wrong: dict[str, Any], says: str
) -> None:
    """Before anybody approves it, and without repeating what was sent."""
    answer = await desk.ask_approval("update_qr_link", EMAIL | {"slug": "a"} | wrong)

    assert answer.status_code == 422
    assert says in answer.json()["message"]
    assert "hana" not in answer.text


@pytest.mark.parametrize("tool", WRITES)
async def test_a_repeated_call_is_answered_alike_whatever_happened_since(
    desk: Desk, tool: str
) -> None:
    """The answer comes from what was stored then, also when the code is gone."""
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    approval = await desk.approve(tool, _call(tool, slug))
    first = await desk.call(tool, _call(tool, slug), approval=approval)
    slug = first.json()["block"]["slug"]
    if tool != "delete_qr_link":
        await make(desk, "update_qr_link", EMAIL | {"slug": slug, "name": "Later"})
        assert await _again(desk, tool, approval, first.json())
        await make(desk, "delete_qr_link", {"slug": slug})
    assert await _again(desk, tool, approval, first.json())


async def _again(desk: Desk, tool: str, approval: str, first: Json) -> bool:
    arguments = _call(tool, first["block"]["slug"])
    answer = await desk.call(tool, arguments, approval=approval)
    return bool(answer.json() == first)


async def test_a_creation_of_the_first_version_can_still_be_told(desk: Desk) -> None:
    """Its result is the slug alone; the code is drawn as it stands, deleted or not."""
    approval = await desk.approve("create_qr_link", EMAIL)
    first = await desk.call("create_qr_link", EMAIL, approval=approval)
    slug = first.json()["block"]["slug"]
    async with desk.ground.database.transaction() as tx:
        await tx.execute(update(changes).values(result={"slug": slug}))
    await make(desk, "delete_qr_link", {"slug": slug})

    again = await desk.call("create_qr_link", EMAIL, approval=approval)

    assert again.json() == first.json()
    (_, created) = (await desk.block("show_changes"))["changes"]
    assert created["what"] == 'Created custom QR code "Newsletter"'

"""What was changed, in words, and undoing it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pytest

from marketing_agent.sandbox.seed import PERSONAS
from marketing_agent.services.undo import AlreadyUndone, NewerChange
from tests.desk import EMAIL
from tests.services.undo_story import UNLINK_HANA, make, two_customers, undo

if TYPE_CHECKING:
    from tests.desk import Desk

HANA: Final = PERSONAS[0]
CAN: Final = "It can be undone."


async def test_the_story_of_a_day(desk: Desk) -> None:
    """Each kind of change in words, who and when, and what can be undone now."""
    assert (await desk.call("show_changes")).json()["text"] == (
        "Nothing was changed yet."
    )
    created = await make(desk, "create_qr_link", EMAIL)
    slug = (await desk.block("show_qr_links"))["qr_links"][0]["slug"]
    summer = EMAIL | {"slug": slug, "name": "Summer"}
    renamed = await make(desk, "update_qr_link", summer)
    changed = await make(
        desk, "update_qr_link", summer | {"email_variable": "{{ person.email }}"}
    )
    deleted = await make(desk, "delete_qr_link", {"slug": slug})
    undone = await undo(desk, deleted)

    said = (await desk.call("show_changes")).json()["text"].splitlines()

    newer = NewerChange(newer=changed).message
    gone = AlreadyUndone(change=deleted, by=undone).message
    told = {
        undone: f'Undid change {deleted}: restored custom QR code "Summer". {CAN}',
        deleted: f'Deleted custom QR code "Summer". {gone}',
        changed: f'Changed custom QR code "Summer". {CAN}',
        renamed: f'Changed custom QR code "Summer", before "Newsletter". {newer}',
        created: f'Created custom QR code "Newsletter". {newer}',
    }
    when = "2026-11-23 09:00 UTC, Mei of the shop"
    assert said == [f"- Change {n}, {when}: {words}" for n, words in told.items()]


async def test_friends_are_told_by_their_ids(desk: Desk) -> None:
    """Who was unlinked from what, and linked again."""
    await two_customers(desk)
    profile = (await desk.block("query_linkage_status", UNLINK_HANA))["profile_id"]
    unlinked = await make(desk, "unlink_friend", UNLINK_HANA)
    relinked = await undo(desk, unlinked)
    await undo(desk, relinked)

    told = [each["what"] for each in (await desk.block("show_changes"))["changes"]]

    friend = HANA.line_user_id
    assert told[:3] == [
        f"Undid change {relinked}: unlinked friend {friend} from profile {profile}",
        f"Undid change {unlinked}: linked friend {friend} to profile {profile}",
        f"Unlinked friend {friend} from profile {profile}",
    ]


async def test_an_undo_says_what_it_did(desk: Desk) -> None:
    """In a sentence for the merchant, and in a block."""
    change = await make(desk, "create_qr_link", EMAIL)
    approval = await desk.approve("undo_change", {"change_id": change})

    done = await desk.call("undo_change", {"change_id": change}, approval=approval)

    what = f'Undid change {change}: deleted custom QR code "Newsletter"'
    assert done.json() == {
        "text": f"{what}. Its link no longer works.",
        "block": {"undone": change, "what": what},
        "change_id": done.json()["change_id"],
    }


async def test_the_newest_are_shown_and_as_many_as_asked_for(desk: Desk) -> None:
    """Twenty unless another number is asked for; never more than fifty."""
    numbers = [await make(desk, "create_qr_link", EMAIL) for _ in range(22)]

    for limit in (None, 1, 21):
        arguments = {} if limit is None else {"limit": limit}
        shown = (await desk.block("show_changes", arguments))["changes"]
        assert [each["id"] for each in shown] == numbers[::-1][: limit or 20]
        assert all(each["can_be_undone"] for each in shown)
    for limit in (0, 51):
        refused = await desk.call("show_changes", {"limit": limit})
        assert refused.status_code == 422


async def test_what_is_in_the_way_is_named_though_it_is_not_shown(desk: Desk) -> None:
    """A short list says of its changes what the long one says."""
    await make(desk, "create_qr_link", EMAIL)
    slug = (await desk.block("show_qr_links"))["qr_links"][0]["slug"]
    for name in ("Spring", "Summer"):
        await make(desk, "update_qr_link", EMAIL | {"slug": slug, "name": name})

    everything = (await desk.block("show_changes"))["changes"]
    for limit in (1, 2, 3):
        shown = (await desk.block("show_changes", {"limit": limit}))["changes"]
        assert shown == everything[:limit]


async def test_no_address_is_shown_whoever_approved_and_whatever_it_is_called(
    desk: Desk,
) -> None:
    """People sign in by email, and put numbers into names."""
    by_email = replace(desk.caller(), subject="mei.chen@mail.test")
    call = EMAIL | {"name": f"For {HANA.email} or {HANA.phone} or 090-1234-5678"}
    approved = await desk.ask_approval("create_qr_link", call, by_email)
    approval = approved.json()["approval_id"]
    await desk.call("create_qr_link", call, approval=approval, caller=by_email)
    change = (await desk.block("show_changes"))["changes"][0]["id"]
    first = (await desk.call("show_changes")).text
    undone = {"change_id": change}
    approval = await desk.approve("undo_change", undone)
    said = (await desk.call("undo_change", undone, approval=approval)).text

    everything = first + said + (await desk.call("show_changes")).text

    assert "m•••@m•••.test" in first
    for telling in ("mei.chen", HANA.email, HANA.phone[3:], "1234", "5678"):
        assert telling not in everything
    assert not re.search(r"[\w.+-]+@\w[\w-]*\.\w", everything)


@pytest.mark.parametrize("number", [0, -1, 2**63, "seven", None, 1.5])
async def test_what_is_no_number_of_a_change_is_refused(
    desk: Desk, number: object
) -> None:
    """Before anybody is asked to approve it."""
    answer = await desk.ask_approval("undo_change", {"change_id": number})

    assert (answer.status_code, answer.json()["error"]) == (422, "BadArguments")

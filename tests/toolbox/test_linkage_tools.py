"""Who is linked, in the words of the tools, and unlinking a friend."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from marketing_agent.core.facts import Claim
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.sandbox.seed import PERSONAS
from marketing_agent.services.ground import Work
from marketing_agent.services.line_events import drain_inbox
from marketing_agent.services.profile_watch import read_profiles
from marketing_agent.storage import facts
from tests.desk import EMAIL

if TYPE_CHECKING:
    from tests.desk import Desk, Json

HANA, KENTA = PERSONAS[:2]


async def _joined(desk: Desk, *, add_friend: bool = True) -> Json:
    """Hana is a profile and opens the link of a new custom QR code."""
    desk.klaviyo.add_profile(email=HANA.email)
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id)
    card = await desk.write("create_qr_link", EMAIL)
    url = str(card["linking_url"]).replace("{{ email }}", HANA.email)
    await desk.join(HANA.line_user_id, url, add_friend=add_friend)
    await desk.work()
    return await desk.block("query_linkage_status", {"line_user_id": HANA.line_user_id})


async def _text(desk: Desk, line_user: str | None = None) -> str:
    arguments = {} if line_user is None else {"line_user_id": line_user}
    answer = await desk.call("query_linkage_status", arguments)
    return str(answer.json()["text"])


async def test_the_story_of_a_link(desk: Desk) -> None:
    """Nothing, linked, unlinked: what the merchant reads at each step."""
    assert await _text(desk) == "0 of 0 friends are linked."

    info = await _joined(desk)
    profile = info["profile_id"]
    assert await _text(desk) == (
        "1 of 1 friends are linked (qr_link: 1).\n"
        "- 1 x linked (qr_link): Linked: the email address matched.\n"
        '- qr_link "Newsletter": 0 opened, 1 logged in, 1 friends, 1 linked'
    )
    assert await _text(desk, HANA.line_user_id) == (
        f"Linked to profile {profile} by qr_link (email)."
    )

    approval = await desk.approve("unlink_friend", {"line_user_id": HANA.line_user_id})
    done = await desk.call(
        "unlink_friend", {"line_user_id": HANA.line_user_id}, approval=approval
    )
    assert done.json() == {
        "text": f"Unlinked from profile {profile}. The LINE User ID is removed from "
        "the profile; the event recorded in Klaviyo stays.",
        "block": {"line_user_id": HANA.line_user_id, "profile_id": profile},
        "change_id": done.json()["change_id"],
    }
    assert (await _text(desk)).startswith(
        "0 of 1 friends are linked.\n- 1 x unlinked (qr_link): Unlinked by you.\n"
    )


async def test_sync_info_has_what_the_friends_page_shows(desk: Desk) -> None:
    """Profile, its address in Klaviyo, method, signal, times, attempts and history."""
    info = await _joined(desk)

    profile = info["profile_id"]
    assert info["view_in_klaviyo"] == f"https://klaviyo.test/profile/{profile}"
    assert (info["linked"], info["following"]) == (True, True)
    assert (info["method"], info["matched_by"]) == ("qr_link", ["email"])
    assert info["evidence"] == "One signal matched."
    assert (info["labels"], info["why_not"], info["tags"]) == ([], None, [])
    assert info["last_synced"] is not None
    assert info["sync_pending"] is False
    assert [each["row"] for each in info["attempts"]] == [28]
    assert [(each["what"], each["profile_id"]) for each in info["trail"]] == [
        ("linked", profile)
    ]


async def test_an_attempt_that_ran_out_of_time_is_shown_as_expired(desk: Desk) -> None:
    """After 30 days the friend's page and the counts say the same."""
    waiting = await _joined(desk, add_friend=False)
    assert waiting["attempts"][0]["code"] == "waiting_friend"

    desk.clock.move(days=30, seconds=1)
    info = await desk.block("query_linkage_status", {"line_user_id": HANA.line_user_id})
    counted = await desk.block("query_linkage_status")

    shown, count = info["attempts"][0], counted["attempts"][0]
    assert (shown["code"], shown["row"]) == ("expired", 5)
    assert (count["code"], count["count"]) == ("expired", 1)
    assert shown["reason"] == count["reason"] == "The customer did not finish in time."


async def test_a_link_does_not_expire(desk: Desk) -> None:
    """What was linked in time stays linked, however old the attempt is."""
    await _joined(desk)
    desk.clock.move(days=400)

    info = await desk.block("query_linkage_status", {"line_user_id": HANA.line_user_id})
    assert (info["linked"], info["attempts"][0]["code"]) == (True, "linked")


async def test_a_spelling_of_the_same_line_user_finds_the_friend(desk: Desk) -> None:
    """Spaces and letters of the wrong case are put right, as everywhere."""
    await _joined(desk)
    odd = f"  u{HANA.line_user_id[1:].upper()} "

    assert (await _text(desk, odd)).startswith("Linked to profile")


async def test_a_stranger_is_no_friend(desk: Desk) -> None:
    """A LINE user whom this merchant never met is not found, nor by the neighbour."""
    await _joined(desk)
    stranger = await desk.call(
        "query_linkage_status", {"line_user_id": KENTA.line_user_id}
    )
    neighbour = await desk.call(
        "query_linkage_status",
        {"line_user_id": HANA.line_user_id},
        caller=desk.caller(merchant_id=desk.neighbour_id),
    )
    assert (stranger.status_code, neighbour.status_code) == (404, 404)


async def test_who_is_not_linked_cannot_be_unlinked(desk: Desk) -> None:
    """A clear conflict, nothing written, and the approval stays unused."""
    call = {"line_user_id": HANA.line_user_id}
    approval = await desk.approve("unlink_friend", call)
    before = await desk.counts()

    answer = await desk.call("unlink_friend", call, approval=approval)

    assert (answer.status_code, answer.json()["error"]) == (409, "NotLinked")
    assert await desk.counts() == before
    await _joined(desk)
    again = await desk.call("unlink_friend", call, approval=approval)
    assert again.status_code == 200


async def test_the_neighbour_cannot_unlink_our_friend(desk: Desk) -> None:
    """With an approval of their own shop, our link does not exist for them."""
    await _joined(desk)
    call = {"line_user_id": HANA.line_user_id}
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    approved = await desk.ask_approval("unlink_friend", call, neighbour)
    approval = approved.json()["approval_id"]

    answer = await desk.call("unlink_friend", call, approval=approval, caller=neighbour)

    assert answer.status_code == 409
    assert (await _text(desk, HANA.line_user_id)).startswith("Linked to profile")


async def test_unlinking_twice_with_one_yes_tells_klaviyo_once(desk: Desk) -> None:
    """The property is taken back once, and the worker is woken once."""
    await _joined(desk)
    desk.wakes.heard.clear()
    call = {"line_user_id": HANA.line_user_id}
    approval = await desk.approve("unlink_friend", call)

    first = await desk.call("unlink_friend", call, approval=approval)
    again = await desk.call("unlink_friend", call, approval=approval)

    assert first.json() == again.json()
    assert desk.wakes.heard == [Work.DRAIN_OUTBOX]


async def test_a_friend_who_is_not_linked_is_told_why(desk: Desk) -> None:
    """The attempt that lacks least speaks, with its next step; not the newest one."""
    info = await _joined(desk, add_friend=False)
    card = (await desk.block("show_qr_links"))["qr_links"][0]
    desk.clock.move(minutes=5)
    other = f"https://links.test/l/{card['slug']}?email=nobody@mail.test"
    await desk.join(HANA.line_user_id, other, add_friend=False)
    await desk.work()

    info = await desk.block("query_linkage_status", {"line_user_id": HANA.line_user_id})

    assert [each["code"] for each in info["attempts"]] == [
        "waiting_profile",
        "waiting_friend",
    ]
    assert info["why_not"]["code"] == "waiting_friend"
    assert await _text(desk, HANA.line_user_id) == (
        "Not linked: Waiting for the customer to add the LINE account as a friend. "
        "Nothing to do. It links as soon as they add the account."
    )


async def test_labels_say_what_has_become_of_a_link(desk: Desk) -> None:
    """Rows 41, 45 and 46: the friend left, another contact, edited outside."""
    info = await _joined(desk)
    profile = info["profile_id"]
    desk.clock.move(minutes=5)
    edit = PropertyEdit(set_to={"LINE User ID": KENTA.line_user_id})
    desk.klaviyo.edit_profile(profile, {"email": "new.address@mail.test"}, edit)
    await read_profiles(desk.ground, desk.merchant_id)
    await desk.line.block(HANA.line_user_id)
    await desk.line.webhooks_settled()
    await drain_inbox(desk.ground, desk.merchant_id)

    seen = await desk.block("query_linkage_status", {"line_user_id": HANA.line_user_id})
    assert [each["code"] for each in seen["labels"]] == [
        "friend_left",
        "contact_changed",
        "property_differs",
    ]
    assert (seen["linked"], seen["following"]) == (True, False)


async def test_labels_say_that_klaviyo_has_not_heard_yet(desk: Desk) -> None:
    """Rows 3 and 47: the integration is off, and the link waits to be written."""
    await _joined(desk)
    await desk.write("set_integration", {"on": False})
    one = {"line_user_id": HANA.line_user_id}
    approval = await desk.approve("unlink_friend", one)
    change = (await desk.call("unlink_friend", one, approval=approval)).json()
    await desk.write("undo_change", {"change_id": change["change_id"]})

    seen = await desk.block("query_linkage_status", one)

    assert [each["code"] for each in seen["labels"]] == ["paused", "sync_pending"]
    assert seen["sync_pending"] is True
    assert seen["method"] == "pin"


async def test_many_unlinked_friends_bring_a_hint_at_each_missing_method(
    desk: Desk,
) -> None:
    """What is set up is not suggested, and the reason counts real people."""
    await _joined(desk)
    assert (await desk.block("query_linkage_status"))["hints"] == []
    for person in PERSONAS[1:4]:
        desk.line.add_user(person.line_name, user_id=person.line_user_id)
        await desk.line.follow(person.line_user_id)
    await desk.line.webhooks_settled()
    await desk.work()

    report = await desk.block("query_linkage_status")
    assert (report["friends"], report["linked"]) == (4, 1)
    assert [each["method"] for each in report["hints"]] == ["form_linkage", "import"]

    (card,) = (await desk.block("show_qr_links"))["qr_links"]
    await desk.write("delete_qr_link", {"slug": card["slug"]})
    hints = (await desk.block("query_linkage_status"))["hints"]
    assert hints[0]["method"] == "qr_link"
    assert hints[0]["why"].startswith("Nothing has asked 3 of 3 unlinked friends")


async def test_attempts_sum_up_to_the_claims_that_are_stored(desk: Desk) -> None:
    """I7: every stored claim has one outcome, with a reason, and is counted once."""
    await _joined(desk)
    card = (await desk.block("show_qr_links"))["qr_links"][0]
    for number, person in enumerate(PERSONAS[1:5]):
        desk.line.add_user(person.line_name, user_id=person.line_user_id)
        email = (HANA.email, "nobody@mail.test", "{{ email }}", "")[number]
        url = f"https://links.test/l/{card['slug']}?email={quote(email)}"
        await desk.join(person.line_user_id, url)
    await desk.work()

    report = await desk.block("query_linkage_status")
    async with desk.ground.database.transaction() as tx:
        stored = await facts.all_facts(tx, desk.merchant_id)
    claims = [fact for fact in stored if isinstance(fact, Claim)]
    assert len(claims) == 5
    assert sum(each["count"] for each in report["attempts"]) == len(claims)
    assert all(each["reason"] for each in report["attempts"])
    unlinked = [e for e in report["attempts"] if e["code"] != "linked"]
    assert all(each["next_step"] for each in unlinked)

"""The data sync: which properties a linked friend's profile carries, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.facts import Decider, FactKey, Unlink
from marketing_agent.sandbox.line.faults import Fault, FaultKind
from marketing_agent.services import connections, erasure, linking
from marketing_agent.services.ground import Work
from marketing_agent.services.tick import tick
from marketing_agent.storage import friends, merchants
from marketing_agent.storage.friends import Consent
from tests.desk import connect, open_desk
from tests.services.sync_story import (
    HANA,
    KENTA,
    OURS,
    auto_linked,
    follow,
    give,
    leave,
    line_properties,
    line_user,
    overwrite,
    waiting,
    work_on,
)

if TYPE_CHECKING:
    from marketing_agent.sandbox.klaviyo.faults import When
    from tests.desk import Desk

PATCHES = "PATCH /api/profiles"


async def test_a_newly_linked_friend_is_told_whole(desk: Desk) -> None:
    """User ID, name and follow status; nothing of a consent that nobody knows."""
    profile = await auto_linked(desk, HANA)

    assert line_properties(desk, profile) == {
        "LINE User ID": HANA.line_user_id,
        "LINE Display Name": HANA.line_name,
        "LINE Follow Status": "friend",
    }


async def test_leaving_and_coming_back_change_the_status(desk: Desk) -> None:
    """The link stays through both."""
    profile = await auto_linked(desk, HANA)
    await leave(desk, HANA)
    await work_on(desk)
    assert line_properties(desk, profile)["LINE Follow Status"] == "blocked"

    await follow(desk, HANA)
    await work_on(desk)

    assert line_properties(desk, profile)["LINE Follow Status"] == "friend"


async def test_only_what_changed_is_written(desk: Desk) -> None:
    """Marked again and again without news, nothing is asked of Klaviyo."""
    await auto_linked(desk, HANA)
    await give(desk, HANA, phone=HANA.phone)
    await work_on(desk)
    desk.klaviyo.calls.clear()
    for number in range(3):
        await give(desk, HANA, phone=f"+8190000000{20 + number}")
        await work_on(desk)

    assert desk.klaviyo.calls.all() == ()


async def test_a_consent_that_is_known_is_told(desk: Desk) -> None:
    """With its time and where it came from; it never follows from linking."""
    profile = await auto_linked(desk, HANA)
    at = desk.clock()
    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        consent = Consent(given=False, at=at, source="csv")
        await friends.keep_consent(tx, desk.merchant_id, line_user(HANA), consent, at)
    await work_on(desk)

    shown = line_properties(desk, profile)
    assert shown["LINE Consent"] is False
    assert shown["LINE Consent Updated At"] == at.isoformat()
    assert shown["LINE Consent Source"] == "csv"


async def test_what_others_wrote_into_our_names_is_put_right_and_given_back(
    desk: Desk,
) -> None:
    """Their LINE User ID, written over ours, comes back with an unlink."""
    profile = await auto_linked(desk, HANA)
    overwrite(desk, profile, OURS, "U" + "9" * 32)
    await leave(desk, HANA)
    await work_on(desk)
    assert line_properties(desk, profile)[OURS] == HANA.line_user_id

    await desk.write("unlink_friend", {"line_user_id": HANA.line_user_id})
    await work_on(desk)

    assert line_properties(desk, profile) == {OURS: "U" + "9" * 32}


async def test_an_unlink_takes_all_of_ours_off_again(desk: Desk) -> None:
    """By the merchant or by the customer; other properties stay."""
    profile = await auto_linked(desk, HANA, Favourite="matcha")
    await _unlinks_herself(desk)
    await work_on(desk)

    assert desk.klaviyo.profile(profile).properties == {"Favourite": "matcha"}


async def _unlinks_herself(desk: Desk) -> None:
    now = desk.clock()
    fact = Unlink(
        key=FactKey("no"),
        at=now,
        stored=now,
        line_user=line_user(HANA),
        by=Decider.CUSTOMER,
    )
    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        await linking.settle(tx, desk.merchant_id, [fact], now)


async def test_an_erased_person_leaves_nothing_that_was_held_either(
    desk: Desk,
) -> None:
    """The same LINE User ID, there before us, is no reason to leave it."""
    profile = await auto_linked(desk, HANA, **{OURS: HANA.line_user_id, "Tea": 1})
    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        await erasure.erase_in(desk.ground, tx, desk.merchant_id, line_user(HANA))
    await work_on(desk)

    assert desk.klaviyo.profile(profile).properties == {"Tea": 1}


async def test_a_value_that_was_there_before_us_stays_after_an_unlink(
    desk: Desk,
) -> None:
    """The merchant's own property is not ours to remove."""
    profile = await auto_linked(desk, HANA, **{OURS: HANA.line_user_id})
    await desk.write("unlink_friend", {"line_user_id": HANA.line_user_id})
    await work_on(desk)

    assert line_properties(desk, profile) == {OURS: HANA.line_user_id}


async def test_a_second_line_account_has_names_of_its_own(desk: Desk) -> None:
    """Its number is given when it is first connected, and stays."""
    await connections.connect_klaviyo(
        desk.ground, desk.neighbour_id, desk.klaviyo.private_key
    )
    await connections.connect_klaviyo(
        desk.ground, desk.merchant_id, desk.klaviyo.private_key
    )
    async with desk.ground.database.transaction() as tx:
        numbers = [
            account.number
            for each in (desk.merchant_id, desk.neighbour_id)
            if (account := await merchants.klaviyo_account(tx, each)) is not None
        ]
    assert numbers == [1, 2]


async def test_the_second_accounts_properties_end_in_its_number(
    database_url: str,
) -> None:
    """Written, and taken off again, beside those of the first."""
    async with open_desk(database_url, connected=False) as empty:
        await connections.connect_klaviyo(
            empty.ground, empty.neighbour_id, empty.klaviyo.private_key
        )
        await connect(empty.ground, empty.klaviyo, empty.merchant_id)
        first = {OURS: "U" + "1" * 32, "LINE Follow Status": "friend"}
        profile = await auto_linked(empty, HANA, **first)
        assert line_properties(empty, profile) == first | {
            "LINE User ID 2": HANA.line_user_id,
            "LINE Display Name 2": HANA.line_name,
            "LINE Follow Status 2": "friend",
        }
        await empty.write("unlink_friend", {"line_user_id": HANA.line_user_id})
        await work_on(empty)
        assert line_properties(empty, profile) == first


async def test_a_name_that_line_cannot_tell_now_is_asked_for_later(desk: Desk) -> None:
    """Everything else is told meanwhile."""
    desk.line.faults.add(
        Fault(path="/v2/bot/profile", kind=FaultKind.STATUS, times=None)
    )
    profile = await auto_linked(desk, HANA)
    assert line_properties(desk, profile) == {
        "LINE User ID": HANA.line_user_id,
        "LINE Follow Status": "friend",
    }

    desk.line.faults.clear()
    desk.clock.move(minutes=20)
    await work_on(desk)

    assert line_properties(desk, profile)["LINE Display Name"] == HANA.line_name


async def test_a_changed_name_is_told(desk: Desk) -> None:
    """Whoever logs in again under a new name has it in Klaviyo soon."""
    profile = await auto_linked(desk, HANA)
    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        sealed = desk.ground.vault.seal(b"Hana B.", purpose="name of a friend")
        await friends.meet(
            tx, desk.merchant_id, line_user(HANA), desk.clock(), name_sealed=sealed
        )
    await work_on(desk)

    assert line_properties(desk, profile)["LINE Display Name"] == "Hana B."


async def test_the_tick_finds_friends_that_nobody_was_woken_for(desk: Desk) -> None:
    """Not without a Klaviyo account, which the neighbour has none of."""
    await follow(desk, HANA)
    await desk.work()
    desk.wakes.heard.clear()
    await tick(desk.ground)
    assert Work.SYNC_FRIENDS not in desk.wakes.heard

    await give(desk, HANA, email=HANA.email)
    async with desk.ground.database.merchant_transaction(desk.neighbour_id) as tx:
        await friends.follow_changed(
            tx,
            desk.neighbour_id,
            line_user(KENTA),
            following=True,
            at=desk.clock(),
            now=desk.clock(),
        )
    desk.wakes.heard.clear()
    await tick(desk.ground)

    assert desk.wakes.heard.count(Work.SYNC_FRIENDS) == 1


@pytest.mark.parametrize("lost", ["before", "after"])
async def test_a_write_whose_answer_is_lost_is_made_once_more(
    desk: Desk, lost: When
) -> None:
    """Klaviyo heard it or not: what it shows decides whether it hears it again."""
    profile = desk.klaviyo.add_profile(email=HANA.email)
    desk.klaviyo.faults.answer(503, on=PATCHES, when=lost, times=1)
    await follow(desk, HANA)
    await give(desk, HANA, email=HANA.email)
    await desk.work()
    desk.clock.move(minutes=2)
    await work_on(desk)

    assert line_properties(desk, profile)[OURS] == HANA.line_user_id
    assert await waiting(desk) == 0

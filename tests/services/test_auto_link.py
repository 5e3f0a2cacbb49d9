"""Auto-link by email or phone number, as part of the data sync."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.errors import UnusableSignal
from marketing_agent.core.facts import Method
from marketing_agent.core.friend_signals import SignalSource
from marketing_agent.core.resolve import resolve
from marketing_agent.core.signals import SignalKind
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.services.ground import Work
from marketing_agent.storage import blocked_values, facts
from tests.services.derived_tables import check_waiting_claims
from tests.services.sync_story import (
    HANA,
    KENTA,
    OURS,
    auto_linked,
    find_link,
    follow,
    give,
    leave,
    line_properties,
    link_of,
    rows,
    work_on,
)
from tests.services.undo_story import make, undo

if TYPE_CHECKING:
    from tests.desk import Desk

OTHER = "another.address@mail.test"


async def test_a_matching_email_links_and_writes_the_line_user_id(desk: Desk) -> None:
    """The sentence of the product's text, with method and signal to be seen."""
    profile = await auto_linked(desk, HANA)

    link = await link_of(desk, HANA)
    assert (link.method, link.matched_by) == (Method.AUTO_LINK, {SignalKind.EMAIL})
    assert line_properties(desk, profile)[OURS] == HANA.line_user_id
    events = desk.klaviyo.events(profile)
    assert [each.metric.name for each in events] == ["Linked LINE Identity"]


async def test_a_matching_phone_number_links_too(desk: Desk) -> None:
    """Either signal is enough, in whatever way it is written."""
    profile = desk.klaviyo.add_profile(phone_number=HANA.phone)
    await follow(desk, HANA)
    await give(desk, HANA, email=OTHER, phone=HANA.phone)
    await work_on(desk)

    link = await link_of(desk, HANA)
    assert (link.profile, link.matched_by) == (profile, {SignalKind.PHONE})


async def test_for_the_unlinked_the_sync_only_looks(desk: Desk) -> None:
    """No profile is created, and none is written to, however often it looks."""
    desk.klaviyo.add_profile(email=KENTA.email)
    await follow(desk, HANA)
    await give(desk, HANA, email=HANA.email, phone=HANA.phone)
    await work_on(desk, times=6)

    methods = {call.method for call in desk.klaviyo.calls.all("")}
    assert (methods, len(desk.klaviyo.profiles())) == ({"GET"}, 1)
    assert await rows(desk, HANA) == [19]


@pytest.mark.parametrize("order", list(permutations(("follow", "signal", "profile"))))
async def test_the_order_of_what_happens_does_not_matter(
    desk: Desk, order: tuple[str, ...]
) -> None:
    """Friend, value and profile may come in any order, with work between them."""
    profiles: list[str] = []
    for step in order:
        match step:
            case "follow":
                await follow(desk, HANA)
            case "signal":
                await give(desk, HANA, email=HANA.email)
            case _:
                profiles.append(desk.klaviyo.add_profile(email=HANA.email))
        await work_on(desk)
    desk.clock.move(hours=1)
    await work_on(desk)

    assert (await link_of(desk, HANA)).profile == profiles[0]
    properties = line_properties(desk, profiles[0])
    assert properties == {
        OURS: HANA.line_user_id,
        "LINE Display Name": HANA.line_name,
        "LINE Follow Status": "friend",
    }
    assert await rows(desk, HANA) == [28]
    async with desk.ground.database.transaction() as tx:
        whole = resolve(await facts.all_facts(tx, desk.merchant_id))
        await check_waiting_claims(tx, desk.merchant_id, whole)


async def test_two_signals_on_two_profiles_link_nobody(desk: Desk) -> None:
    """Held for the merchant to see, and at once: no form is still being indexed."""
    desk.klaviyo.add_profile(email=HANA.email)
    desk.klaviyo.add_profile(phone_number=HANA.phone)
    await follow(desk, HANA)
    await give(desk, HANA, email=HANA.email, phone=HANA.phone)
    await desk.work()

    assert await find_link(desk, HANA) is None
    assert await rows(desk, HANA) == [16]


async def test_a_profile_with_another_number_is_a_contradiction(desk: Desk) -> None:
    """A missing value would be none; a different one holds."""
    desk.klaviyo.add_profile(email=HANA.email, phone_number=KENTA.phone)
    await follow(desk, HANA)
    await give(desk, HANA, email=HANA.email, phone=HANA.phone)
    await desk.work()

    assert await find_link(desk, HANA) is None
    assert await rows(desk, HANA) == [17]


async def test_a_new_value_ends_the_claim_of_the_old_one(desk: Desk) -> None:
    """Row 38; the new one is looked for, and a value that comes back is a new claim."""
    await follow(desk, HANA)
    for email in (OTHER, HANA.email, OTHER):
        desk.clock.move(minutes=1)
        await give(desk, HANA, email=email)
        await desk.work()
    assert await rows(desk, HANA) == [38, 38, 12]

    mine = desk.klaviyo.add_profile(email=HANA.email)
    other = desk.klaviyo.add_profile(email=OTHER)
    desk.clock.move(hours=1)
    await work_on(desk)

    assert (await link_of(desk, HANA)).profile == other
    assert line_properties(desk, mine) == {}


async def test_a_value_that_is_taken_away_ends_its_claim(desk: Desk) -> None:
    """Nothing is left to look for."""
    await follow(desk, HANA)
    await give(desk, HANA, email=HANA.email)
    await desk.work()
    desk.clock.move(minutes=1)
    await give(desk, HANA, email="")
    desk.klaviyo.add_profile(email=HANA.email)
    desk.clock.move(hours=1)
    await work_on(desk)

    assert await rows(desk, HANA) == [38]
    assert await find_link(desk, HANA) is None


async def test_the_same_value_again_is_no_news(desk: Desk) -> None:
    """Neither a second attempt nor another call to Klaviyo."""
    await follow(desk, HANA)
    await give(desk, HANA, email=HANA.email)
    await desk.work()
    desk.clock.move(seconds=1)
    assert not await give(desk, HANA, email=f" {HANA.email.upper()} ")
    await desk.work()

    assert len(await rows(desk, HANA)) == 1


async def test_an_older_word_that_arrives_late_changes_nothing(desk: Desk) -> None:
    """Of each signal the latest counts, and of the other one nothing was said."""
    await follow(desk, HANA)
    await give(desk, HANA, email=HANA.email)
    desk.clock.move(minutes=-5)
    assert not await give(desk, HANA, email=OTHER)
    assert await give(desk, HANA, phone=HANA.phone)


async def test_a_changed_email_after_linking_undoes_nothing(desk: Desk) -> None:
    """Neither the friend's nor the profile's; and no second claim is made."""
    profile = await auto_linked(desk, HANA)
    desk.klaviyo.edit_profile(profile, {"email": OTHER}, PropertyEdit())
    await give(desk, HANA, email="third@mail.test")
    await work_on(desk)

    assert (await link_of(desk, HANA)).profile == profile
    assert line_properties(desk, profile)[OURS] == HANA.line_user_id
    assert await rows(desk, HANA) == [28]


async def test_undo_leaves_the_profile_as_it_was(desk: Desk) -> None:
    """What was there before is back, nothing of ours is left, and no claim relinks."""
    held = {OURS: "U" + "0123456789abcdef" * 2, "LINE Display Name": "from before"}
    profile = await auto_linked(desk, HANA, **held)
    linked = line_properties(desk, profile)
    assert linked[OURS] == HANA.line_user_id
    assert linked["LINE Display Name"] == HANA.line_name

    change = await make(desk, "unlink_friend", {"line_user_id": HANA.line_user_id})
    await work_on(desk)
    assert line_properties(desk, profile) == held
    desk.clock.move(days=1)
    await give(desk, HANA, email=HANA.email, phone=HANA.phone)
    await work_on(desk)
    assert await find_link(desk, HANA) is None

    await undo(desk, change)
    await work_on(desk)
    assert line_properties(desk, profile) == linked


async def test_a_failed_write_back_is_made_up_for(desk: Desk) -> None:
    """The link stands at once; Klaviyo hears of it when it is well again."""
    profile = desk.klaviyo.add_profile(email=HANA.email)
    desk.klaviyo.faults.answer(503, on="PATCH /api/profiles")
    await follow(desk, HANA)
    await give(desk, HANA, email=HANA.email)
    await work_on(desk)
    assert (await link_of(desk, HANA)).profile == profile
    assert line_properties(desk, profile) == {}

    desk.klaviyo.faults.clear()
    desk.clock.move(hours=1)
    await work_on(desk)

    assert line_properties(desk, profile)[OURS] == HANA.line_user_id


async def test_who_has_left_is_looked_for_when_they_are_back(desk: Desk) -> None:
    """A claim of somebody who is no friend would wait for nothing but them."""
    profile = desk.klaviyo.add_profile(email=HANA.email)
    await follow(desk, HANA)
    await leave(desk, HANA)
    await give(desk, HANA, email=HANA.email)
    await work_on(desk)
    assert await rows(desk, HANA) == []

    await follow(desk, HANA)
    await work_on(desk)

    assert (await link_of(desk, HANA)).profile == profile


async def test_off_nothing_is_looked_for_and_nothing_is_lost(desk: Desk) -> None:
    """What waited and what came meanwhile links when it is on again."""
    await follow(desk, HANA)
    await give(desk, HANA, email=HANA.email)
    await desk.work()
    await make(desk, "set_auto_link", {"on": False})
    await follow(desk, KENTA)
    await give(desk, KENTA, email=KENTA.email)
    for person in (HANA, KENTA):
        desk.klaviyo.add_profile(email=person.email)
    desk.klaviyo.calls.clear()
    desk.clock.move(hours=2)
    await work_on(desk)
    assert desk.klaviyo.calls.all("GET /api/profiles") == ()
    assert (await rows(desk, HANA), await rows(desk, KENTA)) == ([12], [])

    desk.wakes.heard.clear()
    await make(desk, "set_auto_link", {"on": True})
    assert set(desk.wakes.heard) == {Work.SYNC_FRIENDS, Work.LOOK_AT_CLAIMS}
    await work_on(desk)

    for person in (HANA, KENTA):
        assert (await link_of(desk, person)).method is Method.AUTO_LINK


async def test_off_the_other_methods_go_on(desk: Desk) -> None:
    """Only claims of auto-link wait."""
    await make(desk, "set_auto_link", {"on": False})
    desk.klaviyo.add_profile(email=HANA.email)
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id)
    card = await desk.write(
        "create_qr_link", {"name": "Newsletter", "email_variable": "{{ email }}"}
    )
    url = f"https://links.test/l/{card['slug']}?email={HANA.email}"
    await desk.join(HANA.line_user_id, url)
    await desk.work()

    assert (await link_of(desk, HANA)).method is Method.QR_LINK


async def test_paused_everything_waits_and_is_caught_up(desk: Desk) -> None:
    """Webhooks are acknowledged, nobody is linked, nothing is asked or written."""
    profile = desk.klaviyo.add_profile(email=HANA.email)
    await make(desk, "set_integration", {"on": False})
    desk.klaviyo.calls.clear()
    await follow(desk, HANA)
    await give(desk, HANA, email=HANA.email)
    await work_on(desk)
    assert [each.status for each in desk.line.webhooks.deliveries] == [200]
    assert (await rows(desk, HANA), desk.klaviyo.calls.all()) == ([], ())

    await make(desk, "set_integration", {"on": True})
    await work_on(desk)

    assert (await link_of(desk, HANA)).profile == profile
    assert line_properties(desk, profile)[OURS] == HANA.line_user_id


async def test_paused_after_the_link_the_write_waits(desk: Desk) -> None:
    """What was decided stands; Klaviyo hears of it when the merchant goes on."""
    profile = await auto_linked(desk, HANA)
    await make(desk, "set_integration", {"on": False})
    await make(desk, "unlink_friend", {"line_user_id": HANA.line_user_id})
    await work_on(desk)
    assert line_properties(desk, profile)[OURS] == HANA.line_user_id

    await make(desk, "set_integration", {"on": True})
    await work_on(desk)

    assert line_properties(desk, profile) == {}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"email": "hana at mail"}, "it is not an email address"),
        ({"email": "test@test.com"}, "it is a shared or test value, not a person's"),
        ({"phone": "12"}, "it is not the phone number of a person"),
        ({"phone": "000-0000-0000"}, "it is a shared or test value, not a person's"),
        ({"email": "{{ email }}"}, "it is a merge variable that was not filled in"),
    ],
)
async def test_what_somebody_enters_wrongly_is_refused_with_the_reason(
    desk: Desk, values: dict[str, str], reason: str
) -> None:
    """Without the value, and with nothing stored of the other one either."""
    with pytest.raises(UnusableSignal) as refusal:
        await give(desk, HANA, **({"email": HANA.email} | values))

    assert reason in refusal.value.message
    assert not any(value in refusal.value.message for value in values.values())
    assert not await give(desk, HANA, source=SignalSource.LINE_LOGIN, **values)


async def test_a_value_that_was_blocked_since_links_nobody(desk: Desk) -> None:
    """Row 9; the other value still does, when there is one."""
    desk.klaviyo.add_profile(email=HANA.email)
    await give(desk, HANA, email=HANA.email)
    await give(desk, KENTA, email=HANA.email, phone=KENTA.phone)
    profile = desk.klaviyo.add_profile(phone_number=KENTA.phone)
    vault = desk.ground.vault
    value = vault.hash_signal(desk.merchant_id, SignalKind.EMAIL, HANA.email)
    async with desk.ground.database.transaction() as tx:
        await blocked_values.add(tx, desk.merchant_id, value, b"sealed", desk.clock())
    for person in (HANA, KENTA):
        await follow(desk, person)
    await work_on(desk)

    assert (await rows(desk, HANA), await find_link(desk, HANA)) == ([9], None)
    assert (await link_of(desk, KENTA)).profile == profile


async def test_two_friends_with_one_address_are_not_both_linked(desk: Desk) -> None:
    """The first one stays, the second is held for the merchant."""
    profile = await auto_linked(desk, HANA)
    await follow(desk, KENTA)
    await give(desk, KENTA, email=HANA.email)
    await work_on(desk)

    assert (await link_of(desk, HANA)).profile == profile
    assert await find_link(desk, KENTA) is None
    assert await rows(desk, KENTA) == [31]

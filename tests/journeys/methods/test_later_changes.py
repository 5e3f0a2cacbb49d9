"""What changes after a link, and what is told twice, changes no link."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.services.profile_watch import read_profiles
from tests.journeys.methods.seen import (
    OURS,
    check_that_facts_say_so,
    codes,
    labels,
    line_user_id,
    seen,
    trail,
)
from tests.journeys.methods.ways import deliver_again, enter

if TYPE_CHECKING:
    from tests.journeys.methods.ways import Way


async def test_a_changed_address_keeps_the_link_and_is_shown(way: Way) -> None:
    """Even where somebody else's profile carries the old one by now (row 45).

    Who was found by their address is shown with it. The same way gone again leads to
    the other profile and is held; a friend's own address is not even looked for.
    """
    customer = await way.link()
    klaviyo, old = way.desk.klaviyo, customer.person.email
    moved = {"email": "moved.house@mail.test"}
    klaviyo.edit_profile(customer.profile, moved, PropertyEdit())
    other = klaviyo.add_profile(email=old)
    way.desk.clock.move(hours=24)
    await read_profiles(way.desk.ground, way.desk.merchant_id)
    await way.work()

    info = await way.info(customer)
    assert (info["linked"], info["profile_id"]) == (True, customer.profile)
    assert labels(info) == (["contact_changed"] if way.by_email else [])

    await enter(way.desk, customer.person.line_user_id, old)
    await way.again(replace(customer, profile=other))
    await way.work()

    info = await way.info(customer)
    assert (info["profile_id"], trail(info)) == (customer.profile, ["linked"])
    held = [] if way.method == "auto_link" else ["conflict_held"]
    assert codes(info) == [*held, "linked"]
    assert line_user_id(way, customer) == customer.person.line_user_id
    assert OURS not in klaviyo.profile(other).properties
    await check_that_facts_say_so(way.desk)


async def test_what_is_told_twice_changes_nothing(way: Way) -> None:
    """Webhooks of LINE and of the flow, tickets, logins, values and runs."""
    customer = await way.link()
    before = await seen(way, customer)

    for _ in range(2):
        await deliver_again(way.desk)
        await way.repeat(customer)
        await way.work(1)

    assert await seen(way, customer) == before
    await check_that_facts_say_so(way.desk)

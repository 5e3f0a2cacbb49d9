"""Who unlinks decides what links again, whichever method it was and is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.journeys.methods.seen import (
    check_that_facts_say_so,
    codes,
    line_user_id,
    trail,
)
from tests.journeys.methods.ways import unlink_as_customer
from tests.services.undo_story import make, undo

if TYPE_CHECKING:
    from tests.journeys.methods.ways import Way


async def test_after_the_merchants_unlink_only_its_undo_links_again(way: Way) -> None:
    """The same method, gone through anew, is told why; the undo brings all back."""
    customer = await way.link()
    friend = {"line_user_id": customer.person.line_user_id}
    change = await make(way.desk, "unlink_friend", friend)
    await way.work()
    assert line_user_id(way, customer) is None

    await way.again(customer)
    await way.work()
    info = await way.info(customer)
    assert (info["linked"], trail(info)) == (False, ["linked", "unlinked"])
    newest, *_, oldest = codes(info)
    assert (newest, oldest) == ("suppressed_unlink", "unlinked")
    assert info["attempts"][0]["reason"].startswith("You unlinked these two.")
    assert line_user_id(way, customer) is None

    await undo(way.desk, change)
    await way.work()
    info = await way.info(customer)
    assert (info["linked"], info["method"]) == (True, "pin")
    assert trail(info) == ["linked", "unlinked", "linked"]
    assert line_user_id(way, customer) == customer.person.line_user_id
    await check_that_facts_say_so(way.desk)


async def test_after_the_customers_own_unlink_only_their_login_links_again(
    way: Way,
) -> None:
    """A newer login is a new wish; a stored id or an address on file is none."""
    customer = await way.link()
    way.desk.clock.move(minutes=1)
    await unlink_as_customer(way, customer)
    await way.work()
    assert (await way.info(customer))["attempts"][-1]["code"] == "unlinked"
    assert line_user_id(way, customer) is None

    await way.again(customer)
    await way.work()

    info = await way.info(customer)
    assert info["linked"] is way.logs_in
    mine = customer.person.line_user_id if way.logs_in else None
    assert line_user_id(way, customer) == mine
    assert codes(info)[0] == ("linked" if way.logs_in else "suppressed_unlink")
    await check_that_facts_say_so(way.desk)

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


async def test_an_unlink_holds_until_whoever_made_it_wants_otherwise(way: Way) -> None:
    """The merchant's is lifted by its undo alone; the customer's own by a newer login.

    Gone through anew, the method says why not. A login is a new wish of the customer,
    a stored id or an address on file is none.
    """
    of_merchant, of_customer = await way.link(), await way.link()
    friend = {"line_user_id": of_merchant.person.line_user_id}
    change = await make(way.desk, "unlink_friend", friend)
    way.desk.clock.move(minutes=1)
    await unlink_as_customer(way, of_customer)
    await way.work()
    for customer in (of_merchant, of_customer):
        info = await way.info(customer)
        assert (codes(info)[-1], trail(info)) == ("unlinked", ["linked", "unlinked"])
        assert line_user_id(way, customer) is None

    for customer in (of_merchant, of_customer):
        await way.again(customer)
    await way.work()
    info = await way.info(of_merchant)
    assert (info["linked"], codes(info)[0]) == (False, "suppressed_unlink")
    assert info["attempts"][0]["reason"].startswith("You unlinked these two.")
    assert line_user_id(way, of_merchant) is None
    info = await way.info(of_customer)
    assert info["linked"] is way.logs_in
    assert codes(info)[0] == ("linked" if way.logs_in else "suppressed_unlink")
    mine = of_customer.person.line_user_id if way.logs_in else None
    assert line_user_id(way, of_customer) == mine

    await undo(way.desk, change)
    await way.work()
    info = await way.info(of_merchant)
    assert (info["method"], trail(info)) == ("pin", ["linked", "unlinked", "linked"])
    assert line_user_id(way, of_merchant) == of_merchant.person.line_user_id
    await check_that_facts_say_so(way.desk)

"""Several methods for one customer at once: the first links, the others agree."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Final

from tests.journeys.methods.four_methods import (
    PROPERTY,
    SEGMENT,
    AutoLink,
    Import,
    QrLink,
)
from tests.journeys.methods.seen import (
    check_that_facts_say_so,
    codes,
    events,
    line_user_id,
    trail,
)
from tests.journeys.methods.ways import set_property

if TYPE_CHECKING:
    from tests.desk import Desk

OF_ONE_METHOD: Final = {
    "qr_link": ("login",),
    "import": ("written", "joined"),
    "auto_link": ("given",),
}
"""The parts that only this method has."""


async def test_methods_that_agree_link_once_whichever_is_first(desk: Desk) -> None:
    """QR code, import and auto-link name one profile: one link, one event, no doubt."""
    qr, imports, auto = ways = QrLink(desk), Import(desk), AutoLink(desk)
    for way in ways:
        await way.set_up()
    orders = list(permutations(ways))
    customers = [await auto.meet() for _ in orders]
    for customer in customers:
        await auto.take(customer, "found")
        await auto.take(customer, "follow")
        await qr.begin(customer)
    await imports.work()
    for place in range(len(ways)):
        for customer, order in zip(customers, orders, strict=True):
            for part in OF_ONE_METHOD[order[place].method]:
                await order[place].take(customer, part)
        await imports.work()

    for customer, order in zip(customers, orders, strict=True):
        info = await auto.info(customer)
        assert (info["method"], trail(info)) == (order[0].method, ["linked"])
        assert codes(info)[-1] == "linked"
        assert set(codes(info)[:-1]) <= {"already_linked"}
        assert events(auto, customer) == ["Linked LINE Identity"]
        assert line_user_id(auto, customer) == customer.person.line_user_id
    await check_that_facts_say_so(desk)


async def test_methods_that_contradict_each_other_never_move_the_link(
    desk: Desk,
) -> None:
    """The stored id stands on one profile, the login leads to another: the first stays.

    The other one is held for the merchant, who is told of it once.
    """
    qr, imports = QrLink(desk), Import(desk)
    for way in (qr, imports):
        await way.set_up()
    for first, second in ((qr, imports), (imports, qr)):
        customer = await qr.meet()
        await qr.take(customer, "found")
        await qr.take(customer, "follow")
        foreign = desk.klaviyo.add_profile()
        for way in (first, second):
            if way is qr:
                await qr.take(customer, "login")
            else:
                set_property(desk, foreign, PROPERTY, customer.person.line_user_id)
                desk.klaviyo.segments.put(SEGMENT, foreign)
            await imports.work()

        info = await qr.info(customer)
        linked = customer.profile if first is qr else foreign
        assert (info["profile_id"], trail(info)) == (linked, ["linked"])
        assert codes(info) == ["conflict_held", "linked"]
    waiting = await desk.block("query_linkage_status")
    assert waiting["reviews_waiting"] == 2
    await check_that_facts_say_so(desk)

"""The parts of a claim may come in any order; all orders end alike, by every method."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from tests.journeys.methods.seen import (
    OURS,
    check_that_facts_say_so,
    seen,
)

if TYPE_CHECKING:
    from tests.journeys.methods.ways import Way


async def test_every_order_of_the_parts_ends_alike(way: Way) -> None:
    """One link, outcome, audit row, property and event: the same for all customers.

    They come side by side, each in an order of their own, and workers are at work
    after each part.
    """
    orders = {
        name: each for each in permutations(way.parts) if (name := "-".join(each))
    }
    customers = {name: await way.meet() for name in orders}
    for place in range(len(way.parts)):
        for name, order in orders.items():
            await way.take(customers[name], order[place])
        await way.work()
    way.desk.clock.move(minutes=30)
    await way.work()

    ends = {name: await seen(way, each) for name, each in customers.items()}
    first, *others = ends
    for other in others:
        assert ends[other] == ends[first], (other, first)
    end = ends[first]
    assert end["info"]["linked"]
    assert end["info"]["method"] == way.method
    assert [each["what"] for each in end["info"]["trail"]] == ["linked"]
    assert [each["code"] for each in end["info"]["attempts"]] == ["linked"]
    assert (end["info"]["sync_pending"], end["info"]["labels"]) == (False, [])
    assert end["properties"][OURS] == "<line user>"
    assert [name for name, _ in end["events"]] == ["Linked LINE Identity"]
    await check_that_facts_say_so(way.desk)

"""A write-back that fails: the link stands, is shown as pending, and is made up for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.sandbox.klaviyo.faults import Answer, Fault, Throttle
from marketing_agent.storage import unwritten
from tests.journeys.methods.four_methods import QrLink
from tests.journeys.methods.seen import events, labels, line_user_id, trail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.sandbox.klaviyo.faults import Effect
    from tests.desk import Desk
    from tests.journeys.methods.ways import Customer, Way

PASSING: Final = (Answer(503), Throttle(retry_after=0))
REFUSALS: Final = (Answer(400), Answer(404))


async def _linked_in_vain(way: Way, effects: Sequence[Effect]) -> list[Customer]:
    """Link customers whose profiles Klaviyo does not let us write to."""
    customers = [await way.meet() for _ in effects]
    for customer, effect in zip(customers, effects, strict=True):
        on = f"PATCH /api/profiles/{customer.profile}"
        way.desk.klaviyo.faults.add(Fault(effect=effect, on=on))
    for part in way.parts:
        for customer in customers:
            await way.take(customer, part)
    await way.work()
    for customer in customers:
        assert (await way.info(customer))["linked"]
        assert line_user_id(way, customer) is None
    return customers


async def _check_written(way: Way, customer: Customer) -> None:
    """The property, one event, one link, and nothing more to tell."""
    info = await way.info(customer)
    assert (trail(info), info["sync_pending"]) == (["linked"], False)
    assert line_user_id(way, customer) == customer.person.line_user_id
    assert events(way, customer) == ["Linked LINE Identity"]


async def test_a_link_outlives_every_failure_to_write_it(way: Way) -> None:
    """Klaviyo down or throttling: pending (row 47), and made up for by itself.

    What it refuses for good is a dead letter with its reason, until there is news of
    the friend: that tells everything.
    """
    refused = await _linked_in_vain(way, REFUSALS)
    assert await _reasons_to_give_up(way) == len(REFUSALS)
    pending = await _linked_in_vain(way, PASSING)
    for customer in pending:
        assert labels(await way.info(customer)) == ["sync_pending"]

    way.desk.klaviyo.faults.clear()
    for customer in refused:
        await way.desk.line.block(customer.person.line_user_id)
    await way.desk.line.webhooks_settled()
    way.desk.clock.move(hours=2)
    await way.work()

    for customer in (*refused, *pending):
        await _check_written(way, customer)


async def _reasons_to_give_up(way: Way) -> int:
    long_ago = way.desk.clock.now.replace(year=2000)
    async with way.desk.ground.database.transaction() as tx:
        found = await unwritten.by_reason(tx, way.desk.merchant_id, dead_after=long_ago)
    return len([each for each in found if each.dead])


async def test_a_dead_letter_is_shown_at_the_friend(desk: Desk) -> None:
    """Who is linked but not written to Klaviyo is not shown as synced (row 47)."""
    way = QrLink(desk)
    await way.set_up()
    (customer,) = await _linked_in_vain(way, REFUSALS[:1])

    info = await way.info(customer)

    assert labels(info) == ["sync_pending"]

"""A write-back that fails: the link stands, is shown as pending, and is made up for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.sandbox.klaviyo.faults import Answer, Fault, Throttle
from marketing_agent.storage import unwritten
from tests.journeys.methods.seen import events, labels, line_user_id, trail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from marketing_agent.sandbox.klaviyo.faults import Effect
    from tests.journeys.methods.ways import Customer, Way

PASSING: Final = (Answer(503), Throttle(retry_after=0))
FINAL: Final = (Answer(400), Answer(404))


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
    return customers


async def _is_well_again(way: Way) -> None:
    way.desk.klaviyo.faults.clear()
    way.desk.clock.move(hours=2)
    await way.work()


async def _check_written(way: Way, customer: Customer) -> None:
    """The property, one event, and one link."""
    assert trail(await way.info(customer)) == ["linked"]
    assert line_user_id(way, customer) == customer.person.line_user_id
    assert events(way, customer) == ["Linked LINE Identity"]


async def test_what_passes_is_waited_out(way: Way) -> None:
    """Klaviyo down or throttling: pending (row 47), then property and event, once."""
    customers = await _linked_in_vain(way, PASSING)
    for customer in customers:
        pending = await way.info(customer)
        assert (pending["linked"], labels(pending)) == (True, ["sync_pending"])
        assert line_user_id(way, customer) is None

    await _is_well_again(way)

    for customer in customers:
        assert labels(await way.info(customer)) == []
        await _check_written(way, customer)


async def test_what_klaviyo_refuses_for_good_is_a_dead_letter(way: Way) -> None:
    """The link stays and the reasons are kept; the friend's next news tells all."""
    customers = await _linked_in_vain(way, FINAL)
    for customer in customers:
        assert (await way.info(customer))["linked"]
        assert line_user_id(way, customer) is None
    assert await _reasons_to_give_up(way) == len(FINAL)

    for customer in customers:
        await way.desk.line.block(customer.person.line_user_id)
    await way.desk.line.webhooks_settled()
    await _is_well_again(way)

    for customer in customers:
        await _check_written(way, customer)


async def _reasons_to_give_up(way: Way) -> int:
    long_ago = way.desk.clock.now.replace(year=2000)
    async with way.desk.ground.database.transaction() as tx:
        found = await unwritten.by_reason(tx, way.desk.merchant_id, dead_after=long_ago)
    return len([each for each in found if each.dead])

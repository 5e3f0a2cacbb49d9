"""A write-back that fails: the link stands, is shown as pending, and is made up for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.sandbox.klaviyo.faults import Answer, Fault, Throttle
from marketing_agent.storage import unwritten
from tests.journeys.methods.seen import events, labels, line_user_id, trail

if TYPE_CHECKING:
    from marketing_agent.sandbox.klaviyo.faults import Effect
    from tests.journeys.methods.ways import Customer, Way

PASSING: Final = (Answer(503), Throttle(retry_after=0))
FINAL: Final = (Answer(400), Answer(404))


async def _linked_in_vain(way: Way, effect: Effect) -> Customer:
    """Link somebody whose profile Klaviyo does not let us write to."""
    customer = await way.meet()
    on = f"PATCH /api/profiles/{customer.profile}"
    way.desk.klaviyo.faults.add(Fault(effect=effect, on=on))
    for part in way.parts:
        await way.take(customer, part)
    await way.work()
    return customer


async def test_what_passes_is_waited_out(way: Way) -> None:
    """Klaviyo down or throttling: pending (row 47), then property and event, once."""
    for effect in PASSING:
        customer = await _linked_in_vain(way, effect)
        pending = await way.info(customer)
        assert (pending["linked"], labels(pending)) == (True, ["sync_pending"])
        assert line_user_id(way, customer) is None

        way.desk.klaviyo.faults.clear()
        way.desk.clock.move(hours=2)
        await way.work()

        info = await way.info(customer)
        assert (trail(info), labels(info)) == (["linked"], [])
        assert line_user_id(way, customer) == customer.person.line_user_id
        assert events(way, customer) == ["Linked LINE Identity"]


async def test_what_klaviyo_refuses_for_good_is_a_dead_letter(way: Way) -> None:
    """The link stays and the reason is kept; the next news of the friend tells all."""
    for place, effect in enumerate(FINAL, start=1):
        customer = await _linked_in_vain(way, effect)
        info = await way.info(customer)
        assert (info["linked"], trail(info)) == (True, ["linked"])
        assert line_user_id(way, customer) is None
        assert await _reasons(way) == place

        way.desk.klaviyo.faults.clear()
        way.desk.clock.move(hours=2)
        await way.desk.line.block(customer.person.line_user_id)
        await way.desk.line.webhooks_settled()
        await way.work()

        assert line_user_id(way, customer) == customer.person.line_user_id
        assert events(way, customer) == ["Linked LINE Identity"]


async def _reasons(way: Way) -> int:
    """How many reasons there are why something was given up for good."""
    before = way.desk.clock.now.replace(year=2000)
    async with way.desk.ground.database.transaction() as tx:
        found = await unwritten.by_reason(
            tx, way.desk.merchant_id, dead_after=before
        )
    return len([each for each in found if each.dead])

"""LINE's events as they came: each once, in order, until they are handled."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from marketing_agent.storage import inbox
from tests.storage.world import LATER, NOW, new_merchant

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.storage.database import Database


async def test_an_event_is_stored_once(tx: AsyncConnection, merchant_id: int) -> None:
    """A redelivery beside a new event adds the new one alone."""
    assert await inbox.add(tx, merchant_id, {}, NOW) == 0
    assert await inbox.add(tx, merchant_id, {"01A": {"n": 1}}, NOW) == 1
    again: dict[str, dict[str, Any]] = {"01A": {"n": 2}, "01B": {"名": ["é", None]}}
    assert await inbox.add(tx, merchant_id, again, LATER) == 1

    found = await inbox.waiting(tx, merchant_id)

    assert [(each.event_id, each.payload) for each in found] == [
        ("01A", {"n": 1}),
        ("01B", {"名": ["é", None]}),
    ]


async def test_events_wait_in_the_order_of_their_arrival(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """A later delivery comes after an earlier one, whatever its ids are."""
    await inbox.add(tx, merchant_id, {"01Z": {}}, NOW)
    await inbox.add(tx, merchant_id, {"01B": {}, "01A": {}}, LATER)

    found = await inbox.waiting(tx, merchant_id)

    assert [each.event_id for each in found] == ["01Z", "01A", "01B"]
    assert len(await inbox.waiting(tx, merchant_id, limit=2)) == 2


async def test_a_handled_event_waits_no_more_and_stays_known(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """A redelivery after the drain is still a repeat."""
    await inbox.add(tx, merchant_id, {"01A": {}, "01B": {}}, NOW)
    first, second = await inbox.waiting(tx, merchant_id)
    assert await inbox.merchants_with_waiting(tx) == [merchant_id]

    await inbox.handled(tx, merchant_id, [first.id], NOW)
    assert await inbox.waiting(tx, merchant_id) == [second]
    await inbox.handled(tx, merchant_id, [second.id], NOW)

    assert await inbox.add(tx, merchant_id, {"01A": {}}, LATER) == 0
    assert await inbox.merchants_with_waiting(tx) == []


async def test_deliveries_that_share_events_never_lock_each_other_out(
    db: Database,
) -> None:
    """Redelivered at the same moment in another order, each event is stored once."""
    async with db.transaction() as tx:
        merchant_id = await new_merchant(tx)

    async def deliver(names: list[str]) -> int:
        async with db.transaction() as tx:
            return await inbox.add(tx, merchant_id, {name: {} for name in names}, NOW)

    for turn in range(15):
        names = [f"{turn}-{number}" for number in range(200)]
        new = await asyncio.gather(
            *(deliver(order) for order in (names, names[::-1]) * 3)
        )
        assert sum(new) == len(names)

"""One process at a time, and nothing stored meanwhile is missed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from marketing_agent.services.ground import Work
from marketing_agent.services.turns import Batch, take_turns

if TYPE_CHECKING:
    from tests.desk import Desk


async def test_a_second_worker_leaves_the_work_to_the_first(desk: Desk) -> None:
    """While a batch runs, another worker returns at once without running one."""
    running, go_on = asyncio.Event(), asyncio.Event()
    ran: list[str] = []

    async def slow() -> Batch:
        ran.append("first")
        running.set()
        await go_on.wait()
        return Batch.NOTHING

    async def quick() -> Batch:
        ran.append("second")
        return Batch.NOTHING

    async def nothing_due() -> bool:
        return False

    first = asyncio.create_task(
        take_turns(desk.ground, Work.DRAIN_OUTBOX, 1, batch=slow, is_due=nothing_due)
    )
    await running.wait()
    await take_turns(desk.ground, Work.DRAIN_OUTBOX, 1, batch=quick, is_due=nothing_due)
    go_on.set()
    await first

    assert ran == ["first"]


async def test_other_work_and_other_merchants_do_not_wait(desk: Desk) -> None:
    """A turn is for one kind of work of one merchant."""
    async with desk.ground.database.my_turn("outbox", 1) as mine:
        async with desk.ground.database.my_turn("outbox", 2) as neighbours:
            assert (mine, neighbours) == (True, True)
        async with desk.ground.database.my_turn("lookups", 1) as other:
            assert other
        async with desk.ground.database.my_turn("outbox", 1) as again:
            assert not again


async def test_what_was_stored_while_the_turn_was_taken_is_done(desk: Desk) -> None:
    """Work that arrives after the last batch looked is found once the turn is free."""
    due, batches = [1], 0

    async def batch() -> Batch:
        nonlocal batches
        batches += 1
        if not due:
            return Batch.NOTHING
        due.clear()
        return Batch.DONE

    async def is_due() -> bool:
        if batches == 2:
            due.append(2)
        return bool(due)

    await take_turns(desk.ground, Work.DRAIN_OUTBOX, 1, batch=batch, is_due=is_due)

    assert (due, batches) == ([], 4)


async def test_trouble_is_not_tried_again_at_once(desk: Desk) -> None:
    """After a stop the work waits for its own wake-up, however much is due."""
    batches = 0

    async def batch() -> Batch:
        nonlocal batches
        batches += 1
        return Batch.STOPPED

    async def always_due() -> bool:
        return True

    await take_turns(desk.ground, Work.DRAIN_OUTBOX, 1, batch=batch, is_due=always_due)

    assert batches == 1

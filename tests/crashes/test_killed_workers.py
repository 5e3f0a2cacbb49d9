"""SIGKILL of the worker at each place where something could be lost or done twice.

Each ends with one link, one audit row, the right property and one event
(`House.linked_once`), and with nothing left to do (`House.settled`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from marketing_agent.storage import tables
from marketing_agent.wiring.working import working
from tests.crashes.workers import (
    a_minute_later,
    sigkill,
    until_a_drain_waits_for_the_merchant,
    until_klaviyo_holds_a_call,
    worker,
)
from tests.house import HANA, KENTA

if TYPE_CHECKING:
    from marketing_agent.sandbox.klaviyo.faults import When
    from tests.house import House

LOOKUP, READ = "GET /api/profiles", "GET /api/profiles/"
WRITE, EVENT = "PATCH /api/profiles", "POST /api/events"
IN_HAND = text(
    "SELECT count(*) FROM wake_ups.procrastinate_jobs WHERE status = 'doing'"
)


async def rows(house: House) -> tuple[int, int]:
    """How many links and how many audit rows the database has."""
    async with house.program.ground.database.transaction() as tx:
        links = await tx.scalar(select(func.count()).select_from(tables.links))
        audit = await tx.scalar(select(func.count()).select_from(tables.audit))
        return int(links or 0), int(audit or 0)


async def ends_linked_once(house: House) -> None:
    """A fresh worker finishes what the killed one had begun, and does nothing twice."""
    await a_minute_later(house)
    async with working(house.program, concurrency=4):
        await house.linked_once(HANA)
        await house.settled()
    await house.linked_once(HANA)
    assert await rows(house) == (1, 1)


async def test_killed_between_the_acknowledged_webhook_and_its_drain(
    house: House,
) -> None:
    """LINE was told that the follow is stored, and never repeats it: it links."""
    await house.email_everyone()
    ground = house.program.ground
    async with worker(house) as doomed:
        await house.join(HANA, add_friend=False)
        await house.never_linked(HANA, "waiting_friend")
        async with ground.database.merchant_transaction(house.merchant_id):
            await house.stage.line.follow(HANA.line_user_id)
            await house.stage.line.webhooks_settled()
            await until_a_drain_waits_for_the_merchant(house)
            await sigkill(doomed)
    assert [each.status for each in house.stage.line.webhooks.deliveries] == [200]
    assert await rows(house) == (0, 0)

    await ends_linked_once(house)


@pytest.mark.parametrize(
    ("call", "when"),
    [
        pytest.param(LOOKUP, "before", id="in the lookup"),
        pytest.param(LOOKUP, "after", id="after the lookup was answered"),
        pytest.param(READ, "before", id="resolved, before the write-back"),
        pytest.param(WRITE, "before", id="at the PATCH"),
        pytest.param(WRITE, "after", id="patched, not recorded"),
        pytest.param(EVENT, "before", id="at the event"),
        pytest.param(EVENT, "after", id="event recorded, not noted"),
    ],
)
async def test_killed_in_the_middle_of_a_call_to_klaviyo(
    house: House, call: str, when: When
) -> None:
    """Before or after Klaviyo did what was asked: the next worker ends it alike."""
    await house.email_everyone()
    klaviyo = house.stage.klaviyo
    klaviyo.faults.hang(on=call, when=when, times=1)
    async with worker(house) as doomed:
        await house.join(HANA)
        await until_klaviyo_holds_a_call(house)
        await sigkill(doomed)
    before = await rows(house)
    klaviyo.faults.clear()

    await ends_linked_once(house)
    assert before == ((0, 0) if call == LOOKUP else (1, 1))


async def test_killed_again_and_again_everyone_is_linked_once(house: House) -> None:
    """Three workers die one after the other at three places, with two customers."""
    await house.email_everyone()
    klaviyo = house.stage.klaviyo
    for call, person in ((LOOKUP, HANA), (WRITE, KENTA), (EVENT, None)):
        klaviyo.faults.hang(on=call, when="after", times=1)
        await a_minute_later(house)
        async with worker(house) as doomed:
            if person is not None:
                await house.join(person)
            await until_klaviyo_holds_a_call(house)
            await sigkill(doomed)
        klaviyo.faults.clear()

    await ends_linked_once_both(house)


async def ends_linked_once_both(house: House) -> None:
    """The last worker lives, and both customers are linked once."""
    await a_minute_later(house)
    async with worker(house):
        await house.linked_once(HANA)
        await house.linked_once(KENTA)
        await house.settled()
    assert await rows(house) == (2, 2)


async def test_killed_during_an_unlink_the_property_is_still_taken_back(
    house: House,
) -> None:
    """A merchant's unlink outlives the worker that was about to tell Klaviyo."""
    await house.email_everyone()
    async with worker(house) as doomed:
        await house.join(HANA)
        await house.linked_once(HANA)
        await house.settled()
        house.stage.klaviyo.faults.hang(on=WRITE, when="before", times=1)
        await house.write("unlink_friend", {"line_user_id": HANA.line_user_id})
        await until_klaviyo_holds_a_call(house)
        await sigkill(doomed)
    house.stage.klaviyo.faults.clear()

    await a_minute_later(house)
    async with working(house.program, concurrency=4):
        await house.settled()

    assert house.line_property(HANA) is None
    assert house.events(HANA) == ["Linked LINE Identity"]


async def test_two_workers_do_nothing_twice(house: House) -> None:
    """As many workers as one likes: everything happens once."""
    await house.email_everyone()
    async with worker(house), worker(house):
        await house.join(HANA)
        await house.join(KENTA)
        await house.linked_once(HANA)
        await house.linked_once(KENTA)
        await house.settled()

    assert await rows(house) == (2, 2)


async def test_a_worker_told_to_stop_finishes_what_it_has_in_hand(house: House) -> None:
    """SIGTERM in the middle of a write-back: it is noted before the process ends."""
    await house.email_everyone()
    house.stage.klaviyo.faults.hang(on=WRITE, when="before", times=1)
    async with worker(house) as stopping:
        await house.join(HANA)
        await until_klaviyo_holds_a_call(house)
        stopping.terminate()
        house.stage.klaviyo.faults.release()
        assert await stopping.wait() == 0

    async with house.program.ground.database.transaction() as tx:
        doing = (
            "SELECT count(*) FROM wake_ups.procrastinate_jobs WHERE status = 'doing'"
        )
        assert await tx.scalar(text(doing)) == 0
    assert house.line_property(HANA) == HANA.line_user_id

"""SIGKILL in the middle of an import: read on where it was, every pair once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from marketing_agent.storage import tables
from marketing_agent.wiring.working import working
from tests.crashes.workers import (
    a_minute_later,
    sigkill,
    until_a_drain_waits_for_the_merchant,
    until_klaviyo_holds_a_call,
    worker,
)
from tests.house import eventually

if TYPE_CHECKING:
    from tests.house import House, Json

PAGE = "GET /api/segments/SegBig/profiles"
PROFILES = 250
ASKED_ONCE = 4
"""How many are in the segment, and its three pages."""


async def _import_in_force(house: House) -> None:
    """Three pages of profiles, each with a LINE User ID that nobody has here."""
    klaviyo = house.stage.klaviyo
    klaviyo.segments.add("Old tool", segment_id="SegBig")
    klaviyo.segments.fill("SegBig", klaviyo.add_crowd(PROFILES))
    source = {"segment_id": "SegBig", "property": "LINE User ID"}
    await house.write("start_import", source)


async def _ends_complete(house: House) -> Json:
    """A fresh worker finishes the same run; every profile and pair is there once."""
    await a_minute_later(house)

    async def done() -> Json | None:
        runs = (await house.read("show_import"))["runs"]
        first = [run for run in runs if run["extent"] == "full"][-1]
        return dict(first) if first["state"] == "done" else None

    async with working(house.program, concurrency=2):
        run = await eventually(done)
    assert run["counts"]["profiles"] == run["counts"]["waiting"] == PROFILES
    async with house.program.ground.database.transaction() as tx:
        for table in (tables.outcomes, tables.sightings):
            found = await tx.scalar(select(func.count()).select_from(table))
            assert found == PROFILES
    return run


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_while_klaviyo_answers_a_page(house: House, when: str) -> None:
    """The page is asked for again, and nobody is counted or claimed twice."""
    klaviyo = house.stage.klaviyo
    await _import_in_force(house)
    klaviyo.faults.hang(on=PAGE, when=when, times=1)  # type: ignore[arg-type]
    async with worker(house) as doomed:
        await a_minute_later(house)
        await until_klaviyo_holds_a_call(house)
        await sigkill(doomed)
    klaviyo.faults.clear()

    await _ends_complete(house)


async def test_killed_between_the_last_page_and_the_claims(house: House) -> None:
    """What was read is stored: no page is read again."""
    klaviyo, ground = house.stage.klaviyo, house.program.ground
    await _import_in_force(house)
    klaviyo.faults.hang(on=PAGE, when="after", times=1)
    async with worker(house) as doomed:
        await a_minute_later(house)
        await until_klaviyo_holds_a_call(house)
        async with ground.database.merchant_transaction(house.merchant_id):
            klaviyo.faults.release()
            await until_a_drain_waits_for_the_merchant(house)
            await sigkill(doomed)

    run = await _ends_complete(house)
    assert run["requests"] == ASKED_ONCE

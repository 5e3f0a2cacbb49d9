"""How a run reads: everything once, then what changed; it waits, goes on, and ends."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.import_counts import Result
from marketing_agent.core.imports import Extent
from marketing_agent.core.stored_ids import Verdict
from marketing_agent.sandbox.klaviyo.faults import Answer, Fault, Throttle
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.services.ground import Work
from marketing_agent.services.imports import begin, scan
from marketing_agent.services.imports.hand import LeaseLost, RunOver
from marketing_agent.services.imports.progress import history, overview
from marketing_agent.services.imports.run import run_import
from marketing_agent.services.tick import tick
from marketing_agent.storage.import_runs import ImportState
from tests.services.imports.stand import PROPERTY, line_user

if TYPE_CHECKING:
    from tests.services.imports.stand import Stand

MEMBERS = "GET /api/segments/"
CHANGED = "GET /api/profiles"


def _crowd(stand: Stand, count: int) -> None:
    crowd = stand.klaviyo.add_crowd(
        count,
        properties=lambda number: {PROPERTY: line_user(number)},
        first=stand.clock.now - timedelta(days=9),
    )
    stand.klaviyo.segments.fill(stand.segment_id, crowd)


async def test_everyone_is_read_once_and_then_nobody_again(stand: Stand) -> None:
    """A full run takes a request a page; a quiet cycle takes two in all."""
    _crowd(stand, 1050)
    await stand.start()
    stand.klaviyo.calls.clear()

    full = await stand.run()
    assert (full.run.extent, full.tally.profiles) == (Extent.FULL, 1050)
    assert len(stand.klaviyo.calls.all(MEMBERS)) == 11 + 1
    assert (full.run.requests, full.run.expected) == (12, 1050)
    stand.klaviyo.calls.clear()
    stand.clock.move(hours=2)
    changes = await stand.run()

    assert (changes.run.extent, changes.tally.profiles) == (Extent.CHANGES, 0)
    assert stand.requests() == changes.run.requests == 2


async def test_the_history_is_told_page_by_page(stand: Stand) -> None:
    """Every run once, newest first; the tool tells the newest of them."""
    await stand.start()
    for _ in range(5):
        await stand.run()
        stand.clock.move(hours=1)
    looked = await overview(stand.ground, stand.merchant_id)
    newest = [each.run.id for each in looked.runs]

    told: list[int] = []
    before: int | None = None
    while before is not None or not told:
        runs, before = await history(
            stand.ground, stand.merchant_id, before=before, limit=2
        )
        told += [each.run.id for each in runs]

    assert told == newest
    assert len(told) == len(set(told)) >= 5
    assert await history(stand.ground, 99, before=None, limit=2) == ([], None)


async def test_a_cycle_costs_what_has_changed(stand: Stand) -> None:
    """Edited members, those who joined, and strangers who are asked about at once."""
    _crowd(stand, 400)
    await stand.start()
    await stand.run()
    stand.clock.move(hours=1)
    outsiders = [stand.profile(line_user(1000 + n)) for n in range(30)]
    empty = [stand.profile() for _ in range(30)]
    joined = stand.member(line_user(2000))
    stand.klaviyo.calls.clear()

    run = await stand.run()

    assert run.tally.profiles == 1
    assert ("waiting_friend", 37, joined) in await stand.outcomes()
    # Who joined, who was edited, and one question about 31 unknown with a value.
    assert stand.requests() == 3
    assert not {*outsiders, *empty} & {each[2] for each in await stand.outcomes()}


async def test_our_own_writing_is_read_again_and_written_no_more(
    stand: Stand,
) -> None:
    """An edit that left the value alone costs a page, and no claim, fact or item."""
    profile = stand.member(line_user(1))
    await stand.befriend(1)
    await stand.start()
    await stand.run()
    before = [await stand.count(table) for table in ("facts", "outbox", "sightings")]
    edit = PropertyEdit(set_to={"LINE User ID": line_user(1)})
    stand.klaviyo.edit_profile(profile, {}, edit)

    run = await stand.next_cycle()

    assert run.tally.verdicts == {Verdict.FRIEND: 1}
    after = [await stand.count(table) for table in ("facts", "outbox", "sightings")]
    assert after == before


async def test_runs_come_every_quarter_of_an_hour_and_at_night(stand: Stand) -> None:
    """The tick finds each when it is due, and the night's reading at three local."""
    stand.member(line_user(1))
    stand.clock.now = began = stand.clock.now.replace(hour=17)
    await stand.start()
    await stand.run()
    kinds = []
    for _ in range(8):
        stand.clock.move(minutes=15)
        stand.wakes.heard.clear()
        await tick(stand.ground)
        assert (Work.RUN_IMPORT, None) in stand.wakes.heard
        kinds.append((await stand.run()).run.extent)

    assert kinds.count("reconcile") == 1
    runs = (await overview(stand.ground, stand.merchant_id)).runs
    assert len([each for each in runs if each.run.extent == "changes"]) == 8
    (night,) = [each.run for each in runs if each.run.extent == "reconcile"]
    # 03:00 in Tokyo is 18:00 UTC.
    assert night.started_at == began.replace(hour=18, minute=0)


async def test_an_outage_is_waited_out(stand: Stand) -> None:
    """The run stays where it is, tells why, and goes on to the end."""
    _crowd(stand, 250)
    await stand.befriend(7)
    await stand.start()
    stand.klaviyo.faults.add(Fault(effect=Answer(503), on=MEMBERS))
    down = await stand.run()
    assert down.is_running
    assert "could not be reached" in (down.run.error or "")
    assert down.waits_until == stand.clock.now + timedelta(seconds=5)
    for _ in range(12):
        stand.clock.move(minutes=10)
        await stand.run()

    stand.klaviyo.faults.clear()
    stand.clock.move(hours=1)
    up = await stand.run()

    runs = (await overview(stand.ground, stand.merchant_id)).runs
    full = runs[-1]
    assert (full.run.state, full.run.error) == (ImportState.DONE, None)
    assert full.tally.profiles == 250
    assert up.run.state is ImportState.DONE
    assert await stand.count("links") == 1


async def test_throttling_pauses_a_run_and_is_no_error(stand: Stand) -> None:
    """After as long as Klaviyo asks for it goes on."""
    _crowd(stand, 250)
    await stand.start()
    fault = Fault(effect=Throttle(retry_after=30), on=MEMBERS, times=2)
    stand.klaviyo.faults.add(fault)

    paused = await stand.run()
    assert (paused.is_running, paused.run.error) == (True, None)
    assert (Work.RUN_IMPORT, timedelta(seconds=30)) in stand.wakes.heard
    stand.clock.move(seconds=30)

    assert (await stand.run()).run.state is ImportState.DONE


async def test_a_deleted_segment_fails_the_run_and_loses_nothing(
    stand: Stand,
) -> None:
    """The setting stays and tells why; restored, everything is as before."""
    profile = stand.member(line_user(1))
    await stand.befriend(1)
    await stand.start()
    await stand.run()
    stand.klaviyo.segments.remove(stand.segment_id)

    failed = await stand.next_cycle()

    assert failed.run.state is ImportState.FAILED
    assert failed.run.error
    assert 'segment "Old tool" no longer exists' in failed.run.error
    assert await stand.links() == {line_user(1): profile}
    assert (await stand.count("sightings"), await stand.count("imports")) == (1, 1)
    stand.klaviyo.segments.add("Old tool", segment_id=stand.segment_id)
    assert (await stand.next_cycle()).run.state is ImportState.DONE


async def test_a_refused_link_begins_after_what_is_stored(stand: Stand) -> None:
    """A cursor that Klaviyo no longer knows costs a page at most, and no profile."""
    _crowd(stand, 1500)
    await stand.start()
    hand = await _in_hand(stand)
    pages = iter([True, True, False])
    await scan.read_pages(hand, lambda: next(pages))
    async with hand.writing() as tx:
        broken = f"/api/segments/{stand.segment_id}/profiles?page%5Bcursor%5D=none"
        await hand.keep(tx, replace(hand.position, link=broken))
    assert hand.run.counts["stranger"] == 300

    run = await stand.run()

    assert run.run.state is ImportState.DONE
    assert run.tally.profiles == 1500


async def test_a_killed_run_goes_on_after_the_last_stored_page(stand: Stand) -> None:
    """Another process takes up the same run; nothing is counted twice."""
    _crowd(stand, 500)
    await stand.start()
    hand = await _in_hand(stand)
    pages = iter([True, False])
    await scan.read_pages(hand, lambda: next(pages))
    stand.klaviyo.calls.clear()

    run = await stand.run()

    assert run.run.id == hand.run.id
    assert len(stand.klaviyo.calls.all(MEMBERS)) == 3
    assert run.tally.verdicts == {Verdict.STRANGER: 500}
    assert run.tally.results == {Result.WAITING: 500}


async def test_a_worker_that_lost_the_lease_writes_nothing(stand: Stand) -> None:
    """It has read a page, another worker has taken over, and its page is dropped."""
    _crowd(stand, 50)
    await stand.start()
    stale = await _in_hand(stand)
    fresh = await _in_hand(stand)
    assert (stale.run.id, fresh.fence) == (fresh.run.id, stale.fence + 1)

    with pytest.raises(LeaseLost):
        await scan.read_pages(stale, lambda: True)
    assert await stand.count("sightings") == 0

    await scan.read_pages(fresh, lambda: True)
    assert await stand.count("sightings") == 50


async def test_two_workers_never_work_at_once(stand: Stand) -> None:
    """Whoever comes while the turn is taken goes away; the run is done once."""
    _crowd(stand, 300)
    await stand.start()
    stand.klaviyo.calls.clear()

    await asyncio.gather(
        *(run_import(stand.ground, stand.merchant_id) for _ in range(4))
    )
    await stand.run()

    assert len(stand.klaviyo.calls.all(MEMBERS)) == 3 + 1
    assert await stand.count("outcomes") == 300


async def test_an_import_that_is_stopped_in_mid_run_writes_no_more(
    stand: Stand,
) -> None:
    """The worker finds its run ended; staged rows are dropped, links stay."""
    _crowd(stand, 300)
    await stand.start()
    hand = await _in_hand(stand)
    pages = iter([True, False])
    await scan.read_pages(hand, lambda: next(pages))
    await stand.stop()

    with pytest.raises(RunOver):
        await scan.read_pages(hand, lambda: True)

    await stand.run()
    assert await stand.count("sightings") == 0
    assert await stand.outcomes() == []


async def test_a_paused_integration_reads_nothing(stand: Stand) -> None:
    """Nothing is lost: switched on again, the run begins."""
    stand.member(line_user(1))
    await stand.start()
    await stand.switch_integration(on=False)
    stand.klaviyo.calls.clear()
    await run_import(stand.ground, stand.merchant_id)
    assert stand.requests() == 0

    await stand.switch_integration(on=True)

    assert (await stand.run()).tally.profiles == 1


async def _in_hand(stand: Stand) -> begin.Hand:
    hand = await begin.take_up(stand.ground, stand.merchant_id)
    assert hand is not None
    return hand

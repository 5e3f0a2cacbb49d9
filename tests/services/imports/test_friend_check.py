"""Asking LINE about unknown IDs: the merchant's own, slowly, and not foreign ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from marketing_agent.services.imports import friend_check
from marketing_agent.services.imports.begin import new_friend_check
from marketing_agent.services.imports.progress import overview
from marketing_agent.services.imports.run import run_import
from marketing_agent.storage import import_runs, links
from marketing_agent.storage.import_runs import ImportState, RunKind
from tests.desk import desk
from tests.services.imports.stand import line_user

if TYPE_CHECKING:
    from marketing_agent.services.imports.progress import Progress
    from tests.desk import Desk

__all__ = ["desk"]


async def _imported(desk: Desk, count: int) -> None:
    """So many profiles with an ID each have been read, and nobody is known."""
    segment = desk.klaviyo.segments.add("Old tool", segment_id="SegOld")
    for number in range(count):
        held = {"line_uid": line_user(number)}
        profile = desk.klaviyo.add_profile(properties=held)
        desk.klaviyo.segments.put(segment, profile)
    source = {"segment_id": segment, "property": "line_uid"}
    await desk.write("start_import", source)
    await run_import(desk.ground, desk.merchant_id)


async def _checked(desk: Desk) -> Progress:
    assert await friend_check.begin(desk.ground, desk.merchant_id)
    assert not await friend_check.begin(desk.ground, desk.merchant_id)
    for _ in range(9):
        await run_import(desk.ground, desk.merchant_id)
        run = (await overview(desk.ground, desk.merchant_id)).runs[0]
        if not run.is_running:
            return run
        assert run.waits_until == desk.clock.now + timedelta(seconds=10)
        desk.clock.move(seconds=10)
    raise AssertionError("the check never ended")


async def test_friends_are_found_and_linked(desk: Desk) -> None:
    """A positive answer is as good as a follow."""
    await _imported(desk, 3)
    for number in (0, 2):
        desk.line.add_user("Friend", user_id=line_user(number))
        await desk.line.follow(line_user(number))
    await desk.line.webhooks_settled()

    run = await _checked(desk)

    assert run.run.state == "done"
    async with desk.ground.database.transaction() as tx:
        for number, linked in ((0, True), (1, False), (2, True)):
            link = await links.of_line_user(tx, desk.merchant_id, line_user(number))
            assert (link is not None) is linked


async def test_it_follows_a_full_run_where_friends_are_not_listed(
    desk: Desk,
) -> None:
    """LINE refused the list of followers: the import's unknown IDs are asked about."""
    listing = replace(new_friend_check(), kind=RunKind.FOLLOWERS)
    now = desk.clock()
    async with desk.ground.database.transaction() as tx:
        begun = await import_runs.running(tx, desk.merchant_id, RunKind.FOLLOWERS)
        run = begun or await import_runs.start(tx, desk.merchant_id, listing, now)
        failed = ImportState.FAILED
        await import_runs.end(tx, desk.merchant_id, run.id, failed, now)
    desk.line.add_user("Friend", user_id=line_user(1))
    await _imported(desk, 3)
    await run_import(desk.ground, desk.merchant_id)

    asked = [call for call in desk.line.calls if "/bot/profile/" in call.path]
    assert len(asked) == 3


async def test_foreign_ids_are_asked_about_a_hundred_times_at_most(
    desk: Desk,
) -> None:
    """More than half of the first hundred are nobody's: the others are left alone."""
    await _imported(desk, 130)
    run = await _checked(desk)

    assert run.run.state == "failed"
    assert "another LINE provider" in (run.run.error or "")
    asked = [call for call in desk.line.calls if "/bot/profile/" in call.path]
    assert len(asked) == 100

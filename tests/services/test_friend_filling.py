"""The list of friends, filled from LINE's own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import FactKey, FriendChange
from marketing_agent.sandbox.line.accounts import AccountType
from marketing_agent.sandbox.line.faults import Fault, FaultKind
from marketing_agent.services import (
    erasure,
    filling_runs,
    friend_filling,
    linking,
)
from marketing_agent.services.friend_filling import NOT_LISTED, fill_friends
from marketing_agent.services.ground import Work
from marketing_agent.services.tick import tick
from marketing_agent.storage import friends, import_runs
from marketing_agent.storage.import_runs import ImportState, RunKind
from tests.services.sync_story import HANA, KENTA, follow, leave, line_user

if TYPE_CHECKING:
    from marketing_agent.storage.import_runs import StoredRun
    from tests.desk import Desk

LIST: Final = "/v2/bot/followers/ids"


async def verified(desk: Desk, crowd: int = 0) -> None:
    """Let LINE list the account's friends, so many of them without a story."""
    desk.line.account_type = AccountType.VERIFIED
    if crowd:
        desk.line.add_crowd(crowd)


async def run_of(desk: Desk) -> StoredRun:
    """How the filling stands."""
    run = await filling_runs.newest(desk.ground, desk.merchant_id)
    assert run is not None
    return run


async def following(desk: Desk) -> int:
    """How many friends are known to follow."""
    async with desk.ground.database.transaction() as tx:
        return (await friends.coverage(tx, desk.merchant_id)).friends


async def fill(desk: Desk) -> StoredRun:
    """What a worker does when it is woken."""
    await fill_friends(desk.ground, desk.merchant_id)
    return await run_of(desk)


async def test_connecting_line_begins_to_fill(desk: Desk) -> None:
    """By itself, and a killed worker's run is found by the tick."""
    await verified(desk, crowd=2_500)
    assert (await run_of(desk)).state is ImportState.RUNNING
    assert Work.FILL_FRIENDS in desk.wakes.heard
    desk.wakes.heard.clear()
    await tick(desk.ground)
    assert Work.FILL_FRIENDS in desk.wakes.heard

    run = await fill(desk)

    assert (run.state, run.requests) == (ImportState.DONE, 3)
    assert run.counts == {"listed": 2_500, "new": 2_500}
    assert await following(desk) == 2_500


async def test_an_account_that_is_not_verified_says_so(desk: Desk) -> None:
    """In words for the merchant; the run has ended, and nothing is asked again."""
    assert desk.line.account_type is AccountType.UNVERIFIED
    run = await fill(desk)

    assert (run.state, run.error) == (ImportState.FAILED, NOT_LISTED)


async def test_it_can_be_repeated_and_overwrites_nothing(desk: Desk) -> None:
    """Who is known to follow is no news; who came since is."""
    await verified(desk, crowd=10)
    await fill(desk)
    before = (await desk.counts())["facts"]
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id)
    await desk.line.follow(HANA.line_user_id)
    await filling_runs.begin(desk.ground, desk.merchant_id)
    again = await filling_runs.begin(desk.ground, desk.merchant_id)
    run = await fill(desk)

    assert run.id == again.id
    assert run.counts == {"listed": 11, "new": 1}
    assert (await desk.counts())["facts"] == before + 1


async def test_who_left_since_the_list_was_asked_for_stays_away(desk: Desk) -> None:
    """The unfollow has the later time, whichever is stored first."""
    await verified(desk)
    await follow(desk, HANA)
    now, merchant = desk.clock(), desk.merchant_id
    later = now + timedelta(seconds=1)
    left = FriendChange(
        key=FactKey("left"),
        at=later,
        stored=later,
        line_user=line_user(HANA),
        is_friend=False,
    )
    async with desk.ground.database.merchant_transaction(merchant) as tx:
        await linking.settle(tx, merchant, [left], now)
        await friends.follow_changed(
            tx, merchant, line_user(HANA), following=False, at=later, now=now
        )
    await fill(desk)

    async with desk.ground.database.transaction() as tx:
        friend = await friends.find(tx, merchant, line_user(HANA))
    assert friend is not None
    assert friend.following is False


async def test_a_blocked_account_is_on_no_list(desk: Desk) -> None:
    """Only those who can be written to are friends."""
    await verified(desk)
    await follow(desk, HANA)
    await leave(desk, HANA)
    await follow(desk, KENTA)
    run = await fill(desk)

    assert run.counts["listed"] == 1


async def test_an_erased_person_does_not_come_back_by_a_list(desk: Desk) -> None:
    """Only their own login brings them back."""
    await verified(desk)
    await follow(desk, HANA)
    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        await erasure.erase_in(desk.ground, tx, desk.merchant_id, line_user(HANA))
    run = await fill(desk)

    assert run.counts == {"listed": 1, "new": 0}
    assert await following(desk) == 0


async def test_an_error_is_shown_and_the_run_goes_on_where_it_was(desk: Desk) -> None:
    """A page that was stored is not asked for again."""
    await verified(desk, crowd=2_500)
    await _first_page(desk)
    assert (await run_of(desk)).counts["listed"] == 1_000
    desk.line.faults.add(Fault(path=LIST, kind=FaultKind.STATUS, times=None))
    stuck = await fill(desk)
    assert stuck.state is ImportState.RUNNING
    assert stuck.error is not None

    desk.line.faults.clear()
    run = await fill(desk)

    assert (run.state, run.error, run.requests) == (ImportState.DONE, None, 3)
    assert await following(desk) == 2_500


async def _first_page(desk: Desk) -> None:
    """One page, as if the worker had been killed after it."""
    await friend_filling._page(desk.ground, desk.merchant_id)


async def test_cancelled_it_stops_and_keeps_what_it_learnt(desk: Desk) -> None:
    """Also between a page's question and its answer."""
    await verified(desk, crowd=2_500)
    await _first_page(desk)
    await filling_runs.cancel(desk.ground, desk.merchant_id)
    run = await fill(desk)

    assert (run.state, run.requests) == (ImportState.STOPPED, 1)
    assert await following(desk) == 1_000
    async with desk.ground.database.transaction() as tx:
        kind = RunKind.FOLLOWERS
        assert await import_runs.running(tx, desk.merchant_id, kind) is None


async def test_paused_it_waits(desk: Desk) -> None:
    """It goes on with the rest of the integration."""
    await verified(desk, crowd=5)
    await desk.write("set_integration", {"on": False})
    assert (await fill(desk)).requests == 0

    await desk.write("set_integration", {"on": True})

    assert (await fill(desk)).state is ImportState.DONE

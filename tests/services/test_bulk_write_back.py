"""More than a hundred writes are no hundred calls, and end as single ones do."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from marketing_agent.core.facts import (
    Claim,
    Decider,
    Evidence,
    Fact,
    FactKey,
    FriendChange,
    Method,
    Unlink,
)
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.services import linking
from marketing_agent.services.write_back import drain_outbox, note_shown
from marketing_agent.storage import bulk_jobs, friends, sync_marks
from tests.services.sync_story import OURS, waiting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.desk import Desk

MANY: Final = 120
JOBS, EVENT_JOBS = "POST /api/profile-bulk-import-jobs", "POST /api/event-bulk"
READS, PATCHES, EVENTS = "GET /api/profiles", "PATCH /api/profiles", "POST /api/events"


def user(number: int) -> LineUserId:
    """One of many."""
    return LineUserId(f"U{number:032x}")


async def link_many(desk: Desk, many: int = MANY, **held: Any) -> list[ProfileId]:
    """Link so many friends to profiles of their own, as an import does."""
    profiles = [
        ProfileId(desk.klaviyo.add_profile(email=f"p{n}@mail.test", properties=held))
        for n in range(many)
    ]
    await settle(desk, _all_linked(desk, profiles))
    return profiles


def _all_linked(desk: Desk, profiles: Sequence[ProfileId]) -> list[Fact]:
    told: list[Fact] = []
    for number, profile in enumerate(profiles):
        told += [_follows(desk, number), _sighted(desk, number, profile)]
    return told


def _follows(desk: Desk, number: int) -> FriendChange:
    now = desk.clock()
    return FriendChange(
        key=FactKey(f"follow-{number}"),
        at=now,
        stored=now,
        line_user=user(number),
        is_friend=True,
    )


def _sighted(desk: Desk, number: int, profile: ProfileId) -> Claim:
    now = desk.clock()
    return Claim(
        key=FactKey(f"sighting-{number}"),
        at=now,
        stored=now,
        line_user=user(number),
        method=Method.IMPORT,
        evidence=Evidence.STORED_LINE_USER_ID,
        profile=profile,
    )


async def settle(desk: Desk, told: Sequence[Fact]) -> None:
    """Store facts and what follows."""
    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        await linking.settle(tx, desk.merchant_id, told, desk.clock())


async def unlink(desk: Desk, number: int) -> None:
    """The merchant ends one of the links."""
    now = desk.clock()
    fact = Unlink(
        key=FactKey(f"unlink-{number}"),
        at=now,
        stored=now,
        line_user=user(number),
        by=Decider.MERCHANT,
        profile=None,
    )
    await settle(desk, [fact])


async def drain(desk: Desk, times: int = 3) -> None:
    """What a worker does in the next minutes."""
    for _ in range(times):
        await drain_outbox(desk.ground, desk.merchant_id)
        desk.clock.move(minutes=1)


def calls(desk: Desk) -> dict[str, int]:
    """How often Klaviyo was called, by kind."""
    kinds = (JOBS, EVENT_JOBS, READS, PATCHES, EVENTS)
    return {kind: len(desk.klaviyo.calls.all(kind)) for kind in kinds}


def shown(desk: Desk, profile: ProfileId) -> object:
    """The LINE User ID on a profile."""
    return desk.klaviyo.profile(profile).properties.get(OURS)


async def test_many_links_cost_few_calls(desk: Desk) -> None:
    """Two reads of a hundred, one job of profiles, one of events; nothing else."""
    profiles = await link_many(desk)
    await drain(desk)

    assert [shown(desk, each) for each in profiles] == [user(n) for n in range(MANY)]
    assert {len(desk.klaviyo.events(each)) for each in profiles} == {1}
    assert await waiting(desk) == 0
    assert calls(desk) == {JOBS: 1, EVENT_JOBS: 1, READS: 2, PATCHES: 0, EVENTS: 0}


async def test_what_profiles_held_before_is_given_back(desk: Desk) -> None:
    """It was read before the job overwrote it."""
    (first, *_) = await link_many(desk, **{OURS: "from another tool"})
    await drain(desk)
    assert shown(desk, first) == user(0)

    await unlink(desk, 0)
    await drain(desk)

    assert shown(desk, first) == "from another tool"


async def test_what_an_import_has_just_read_is_not_read_again(desk: Desk) -> None:
    """It hands on what the profiles showed, and an unlink gives that back."""
    held = {OURS: "from another tool"}
    profiles = [
        ProfileId(desk.klaviyo.add_profile(email=f"p{n}@mail.test", properties=held))
        for n in range(MANY)
    ]
    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        told = _all_linked(desk, profiles)
        await linking.settle(tx, desk.merchant_id, told, desk.clock())
        seen = dict.fromkeys(profiles, held)
        await note_shown(desk.ground, tx, desk.merchant_id, seen)
    await drain(desk)
    assert (calls(desk)[READS], shown(desk, profiles[5])) == (0, user(5))

    await unlink(desk, 5)
    await drain(desk)

    assert shown(desk, profiles[5]) == held[OURS]


async def test_what_is_known_already_is_not_read_again(desk: Desk) -> None:
    """Telling everybody once more costs one job."""
    await link_many(desk)
    await drain(desk)
    desk.klaviyo.calls.clear()
    async with desk.ground.database.merchant_transaction(desk.merchant_id) as tx:
        users = [user(number) for number in range(MANY)]
        now = desk.clock()
        await friends.follow_all(tx, desk.merchant_id, users, at=now, now=now)
        await sync_marks.put_off(tx, desk.merchant_id, users, now)
    await desk.work()
    await drain(desk)

    assert calls(desk)[JOBS] == 1
    assert calls(desk)[READS] == 0
    assert calls(desk)[PATCHES] == 0


async def test_a_job_is_waited_for_and_not_repeated(desk: Desk) -> None:
    """However often the outbox is drained meanwhile, also by another process."""
    desk.klaviyo.jobs_delay = timedelta(minutes=10)
    profiles = await link_many(desk)
    await drain(desk, times=5)
    assert calls(desk)[JOBS] == 1
    assert (shown(desk, profiles[0]), await waiting(desk)) == (None, MANY)

    desk.clock.move(minutes=30)
    await drain(desk)

    assert calls(desk)[JOBS] == 1
    assert (shown(desk, profiles[0]), await waiting(desk)) == (user(0), 0)


async def test_a_link_that_ends_meanwhile_has_the_last_word(desk: Desk) -> None:
    """A profile in a job is written to by nobody else until the job has ended."""
    desk.klaviyo.jobs_delay = timedelta(minutes=10)
    profiles = await link_many(desk)
    await drain(desk)
    await unlink(desk, 7)
    await drain(desk)
    assert calls(desk)[PATCHES] == 0

    desk.clock.move(minutes=30)
    await drain(desk)

    assert shown(desk, profiles[7]) is None
    assert shown(desk, profiles[8]) == user(8)
    assert await waiting(desk) == 0


async def test_one_row_that_fails_stops_no_other(desk: Desk) -> None:
    """It is told singly; a profile that is gone by then is found missing."""
    desk.klaviyo.jobs_delay = timedelta(minutes=2)
    profiles = await link_many(desk)
    await drain(desk, times=1)
    desk.klaviyo.delete(profiles[3])
    desk.clock.move(minutes=5)
    await drain(desk)

    assert shown(desk, profiles[4]) == user(4)
    assert await waiting(desk) == 0
    assert len(desk.klaviyo.calls.all(f"{READS}/{profiles[3]}")) == 1


async def test_a_job_that_klaviyo_forgot_is_told_singly(desk: Desk) -> None:
    """Nothing waits for ever for an answer that never comes."""
    desk.klaviyo.jobs_delay = timedelta(days=30)
    profiles = await link_many(desk)
    await drain(desk)
    desk.clock.move(days=2)
    await drain(desk, times=4)

    assert shown(desk, profiles[0]) == user(0)
    assert await waiting(desk) == 0
    async with desk.ground.database.transaction() as tx:
        later = desk.clock() + timedelta(days=1)
        assert await bulk_jobs.due(tx, desk.merchant_id, later) == []


async def test_a_key_without_the_scope_for_jobs_writes_singly(desk: Desk) -> None:
    """Slower, but everybody is told."""
    desk.klaviyo.scopes = frozenset(
        ("profiles:read", "profiles:write", "events:write", "lists:read")
    )
    profiles = await link_many(desk)
    await drain(desk, times=4)

    assert [shown(desk, each) for each in profiles] == [user(n) for n in range(MANY)]
    assert calls(desk)[PATCHES] == MANY


@pytest.mark.parametrize("call", [JOBS, EVENT_JOBS])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_job_whose_answer_is_lost_ends_alike(
    desk: Desk, call: str, when: Any
) -> None:
    """The process may die there: what it had planned is done once in the end."""
    desk.klaviyo.faults.answer(503, on=call, when=when, times=1)
    profiles = await link_many(desk)
    await drain(desk)
    desk.clock.move(hours=1)
    await drain(desk)

    assert [shown(desk, each) for each in profiles] == [user(n) for n in range(MANY)]
    assert {len(desk.klaviyo.events(each)) for each in profiles} == {1}
    assert await waiting(desk) == 0


async def test_events_that_klaviyo_refuses_together_are_told_singly(
    desk: Desk,
) -> None:
    """One may be known already, which spoils the whole request."""
    desk.klaviyo.faults.answer(400, on=EVENT_JOBS)
    profiles = await link_many(desk)
    await drain(desk, times=4)

    assert {len(desk.klaviyo.events(each)) for each in profiles} == {1}
    assert await waiting(desk) == 0


async def test_a_hundred_are_told_singly(desk: Desk) -> None:
    """A job is for more."""
    await link_many(desk, 50)
    await drain(desk)

    assert calls(desk) == {JOBS: 0, EVENT_JOBS: 0, READS: 1, PATCHES: 50, EVENTS: 50}

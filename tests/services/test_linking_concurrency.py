"""Many at once on a few ends: one-to-one holds, and nobody is told of a deadlock."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import (
    Claim,
    Decider,
    Evidence,
    Fact,
    FactKey,
    FriendChange,
    Lookup,
    Method,
    Pin,
    Unlink,
)
from marketing_agent.core.match import Candidate
from marketing_agent.core.signals import LineUserId, ProfileId, SignalKind
from marketing_agent.services.linking import settle
from marketing_agent.storage import friends, inbox, outbox, waiting_claims
from marketing_agent.storage.database import Database
from tests.core.fact_dice import line_user, profile
from tests.services.derived_tables import check_derived_tables
from tests.storage.world import new_merchant

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

TASKS: Final = 16
ENDS: Final = 4
ROUNDS: Final = 8
NOW: Final = datetime.now(UTC)


async def test_sixteen_tasks_on_four_people_and_four_profiles(
    database_url: str,
) -> None:
    """Claims, pins and unlinks collide without an error, and resolve explains all."""
    db = Database(database_url, pool_size=TASKS)
    async with db.transaction() as tx:
        merchant_id = await new_merchant(tx)

    await asyncio.gather(*(_worker(db, merchant_id, task) for task in range(TASKS)))

    async with db.transaction() as tx:
        stored, whole = await check_derived_tables(tx, merchant_id)
        assert await inbox.waiting(tx, merchant_id) == []
    await db.dispose()
    assert len(stored) > TASKS * ROUNDS
    assert len({fact.stored for fact in stored}) == len(stored)
    assert len(whole.changes) > ROUNDS


async def _worker(db: Database, merchant_id: int, task: int) -> None:
    """What web requests and workers do around linking, in their own lock order."""
    dice = random.Random(task)  # noqa: S311 - dice, not a secret
    for turn in range(ROUNDS):
        happened = _happening(dice, f"{task}-{turn}")
        async with db.transaction() as tx:
            await inbox.add(tx, merchant_id, _delivery(dice, turn), NOW)
        async with db.merchant_transaction(merchant_id) as tx:
            await settle(tx, merchant_id, happened, NOW)
            await _beside(tx, merchant_id, happened)
        async with db.transaction() as tx:
            for item in await outbox.due(tx, merchant_id, NOW, limit=3):
                await outbox.finish(tx, merchant_id, [item.id], NOW)


def _happening(dice: random.Random, name: str) -> list[Fact]:
    who, which = line_user(dice.randrange(ENDS)), profile(dice.randrange(ENDS))
    key = FactKey(name)
    friend = FriendChange(
        key=FactKey(f"friend-{name}"),
        at=NOW,
        stored=NOW,
        line_user=who,
        is_friend=True,
    )
    pin = Pin(key=key, at=NOW, stored=NOW, line_user=who, profile=which)
    unlink = Unlink(
        key=key,
        at=NOW,
        stored=NOW,
        line_user=who,
        profile=which,
        by=Decider.MERCHANT,
    )
    claim = _claim(key, who, which)
    happenings: list[list[Fact]] = [[friend, pin], [unlink], [friend, *claim]]
    return dice.choice(happenings)


def _claim(key: FactKey, who: LineUserId, which: ProfileId) -> list[Fact]:
    found = Candidate(row=13, profile=which, by=frozenset({SignalKind.EMAIL}))
    claim = Claim(
        key=key,
        at=NOW,
        stored=NOW,
        line_user=who,
        method=Method.QR_LINK,
        evidence=Evidence.ONE_SIGNAL,
        login=True,
    )
    lookup = Lookup(
        key=FactKey(f"lookup-{key}"),
        at=NOW,
        stored=NOW,
        claim=key,
        line_user=who,
        verdict=found,
    )
    return [claim, lookup]


def _delivery(dice: random.Random, turn: int) -> dict[str, dict[str, int]]:
    """Redeliveries share events, in any order."""
    names = [f"event-{turn}-{number}" for number in range(20)]
    dice.shuffle(names)
    return {name: {"turn": turn} for name in names}


async def _beside(tx: AsyncConnection, merchant_id: int, happened: list[Fact]) -> None:
    for fact in happened:
        if isinstance(fact, Claim):
            await waiting_claims.add(tx, merchant_id, fact.key, b"sealed", NOW)
            await friends.meet(tx, merchant_id, fact.line_user, NOW)
    drained = [event.id for event in await inbox.waiting(tx, merchant_id)]
    await inbox.handled(tx, merchant_id, drained, NOW)

"""Telling random histories to a real database, as hostilely as a world would.

Every merchant's history is cut into random batches and told by one or two tasks at
once. Some transactions are undone and told again, some facts are told more than once.
"""

from __future__ import annotations

import asyncio
import random
import traceback
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import Claim
from marketing_agent.services.linking import settle
from marketing_agent.storage import waiting_claims
from tests.core.fact_dice import START
from tests.core.histories import case
from tests.core.invariants import check_history
from tests.services.derived_tables import check_derived_tables, check_waiting_claims
from tests.storage.world import new_merchant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.facts import Fact, FactKey
    from marketing_agent.core.resolve import Resolution
    from marketing_agent.storage.database import Database

_SIZES: Final = (1, 1, 2, 3, 5, 8)
"""Facts in one transaction."""


class DifferenceError(AssertionError):
    """What stands in the database does not follow from the facts."""


class UndoneError(Exception):
    """Raised to undo a transaction; nobody else sees it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What one transaction is told, in this order."""

    facts: list[Fact]
    fresh: list[Fact]
    """Those told for the first time."""
    is_undone_first: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One merchant's history, and the tasks that tell it at the same time."""

    seed: int
    merchant_id: int
    tasks: list[list[Telling]]
    is_watched: bool
    """Whether every table is checked after every transaction."""


async def play(db: Database, seeds: Sequence[int]) -> list[Resolution]:
    """Tell the histories of these seeds, two merchants each, all at once.

    Gives what they amount to; raises DifferenceError with the seed.
    """
    stories = [story for seed in seeds for story in await _stories(db, seed)]
    await asyncio.gather(*(_tell(db, story) for story in stories))
    return [await _checked(db, story) for story in stories]


async def _stories(db: Database, seed: int) -> list[Story]:
    """Both merchants of a case: the same people under the same keys."""
    both = case(seed)
    dice = random.Random(seed)  # noqa: S311 - dice, not a secret
    async with db.transaction() as tx:
        now = datetime.now(UTC)
        return [
            _story(seed, await new_merchant(tx), _moved(history, now, dice), dice)
            for history in (both.merchant, both.neighbour)
        ]


def _moved(history: list[Fact], now: datetime, dice: random.Random) -> list[Fact]:
    """Move the history so that it begins now, or so that now is in its middle.

    The database dates what is stored, so only the latter has claims that expire.
    """
    length = max(fact.at for fact in history) - START
    move = now - START - length * dice.choice((0, 0, 0.5))
    return [_moved_fact(fact, move) for fact in history]


def _moved_fact(fact: Fact, move: timedelta) -> Fact:
    if not isinstance(fact, Claim):
        return replace(fact, at=fact.at + move)
    return replace(
        fact,
        at=fact.at + move,
        submitted=None if fact.submitted is None else fact.submitted + move,
        expires=None if fact.expires is None else fact.expires + move,
    )


def _story(
    seed: int, merchant_id: int, history: list[Fact], dice: random.Random
) -> Story:
    """Repeats of a key stay in one task, so that its first telling is known."""
    tasks = dice.choice((1, 2))
    teller: dict[FactKey, int] = {}
    for fact in history:
        teller.setdefault(fact.key, dice.randrange(tasks))
    return Story(
        seed=seed,
        merchant_id=merchant_id,
        tasks=[
            _tellings([fact for fact in history if teller[fact.key] == number], dice)
            for number in range(tasks)
        ],
        is_watched=dice.random() < 0.2,
    )


def _tellings(history: list[Fact], dice: random.Random) -> list[Telling]:
    told: dict[FactKey, Fact] = {}
    batches: list[Telling] = []
    while history:
        size = dice.choice(_SIZES)
        batch, history = history[:size], history[size:]
        fresh = {fact.key: fact for fact in reversed(batch) if fact.key not in told}
        told |= fresh
        again = [fact for fact in told.values() if dice.random() < 0.06]
        batches.append(
            Telling(
                facts=[*batch, *map(_retold, again)],
                fresh=[fact for fact in batch if fresh.get(fact.key) is fact],
                is_undone_first=dice.random() < 0.1,
            )
        )
    return batches


def _retold(fact: Fact) -> Fact:
    """Only the first telling of a key counts, whatever a repeat says."""
    return replace(fact, at=fact.at + timedelta(hours=1))


async def _tell(db: Database, story: Story) -> None:
    async def tell(tellings: list[Telling]) -> None:
        for telling in tellings:
            if telling.is_undone_first:
                with suppress(UndoneError):
                    await _settle(db, story, telling)
            await _settle(db, story, replace(telling, is_undone_first=False))

    await asyncio.gather(*(tell(tellings) for tellings in story.tasks))


async def _settle(db: Database, story: Story, telling: Telling) -> None:
    merchant_id = story.merchant_id
    async with db.merchant_transaction(merchant_id) as tx:
        now = datetime.now(UTC)
        for fact in telling.fresh:
            if isinstance(fact, Claim):
                await waiting_claims.add(tx, merchant_id, fact.key, b"sealed", now)
        said = await settle(tx, merchant_id, telling.facts, now)
        if telling.is_undone_first:
            raise UndoneError
        if story.is_watched:
            await _watch(tx, story, telling, said)


async def _watch(
    tx: AsyncConnection, story: Story, telling: Telling, said: Resolution
) -> None:
    """What a batch's components amount to is what they amount to among all facts."""
    try:
        _, whole = await check_derived_tables(tx, story.merchant_id)
        for fact in telling.facts:
            if isinstance(fact, Claim):
                assert said.outcomes[fact.key] == whole.outcomes[fact.key]
        assert set(said.links) <= set(whole.links)
        assert said.decisions.items() <= whole.decisions.items()
    except (AssertionError, KeyError) as error:
        raise _difference(story, error) from error


async def _checked(db: Database, story: Story) -> Resolution:
    async with db.transaction() as tx:
        try:
            stored, whole = await check_derived_tables(tx, story.merchant_id)
            await check_waiting_claims(tx, story.merchant_id, whole)
            _check_facts(story, stored)
            check_history(stored, whole, story.seed)
        except AssertionError as error:
            raise _difference(story, error) from error
    return whole


def _difference(story: Story, error: Exception) -> DifferenceError:
    """Name the seed, and what was said or else the line that says it."""
    (*_, last) = traceback.extract_tb(error.__traceback__)
    return DifferenceError(f"seed {story.seed}: {str(error) or last.line}")


def _check_facts(story: Story, stored: list[Fact]) -> None:
    """Each fact stands as it was first told; each task's facts stand in its order."""
    by_key = {fact.key: fact for fact in stored}
    moments = {fact.stored for fact in stored}
    assert len(moments) == len(stored), "two facts were stored at the same time"
    told: dict[FactKey, Fact] = {}
    for task in story.tasks:
        fresh = [fact for telling in task for fact in telling.fresh]
        for fact in fresh:
            told.setdefault(fact.key, fact)
        order = [by_key[fact.key].stored for fact in fresh]
        assert order == sorted(order), "facts were not stored in the order told"
    assert by_key.keys() == told.keys(), "facts were lost or made up"
    for key, fact in told.items():
        same = replace(by_key[key], stored=fact.stored) == fact
        assert same, f"a repeat changed {fact}"

"""The append-only facts: their order, their repeats and what joins them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import pytest
from sqlalchemy import insert

from marketing_agent.core.components import components
from marketing_agent.core.facts import Fact, FactKey, FriendChange
from marketing_agent.storage import facts
from marketing_agent.storage.database import database_now
from marketing_agent.storage.fact_codec import row_of
from marketing_agent.storage.tables import facts as table
from tests.core.fact_dice import line_user
from tests.core.histories import case
from tests.storage.world import HANA, NOW, new_merchant

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

MORE_THAN_FIT: Final = 7_300
"""Facts: 9 values each are more than the 65,535 of one statement."""


def follow(name: str, at: datetime = NOW) -> FriendChange:
    """Tell of a follow under this key."""
    return FriendChange(
        key=FactKey(name), at=at, stored=at, line_user=HANA, is_friend=True
    )


async def test_facts_are_stored_in_the_order_told(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Each is later than the one before, also within a batch and between batches."""
    first = await facts.append(tx, merchant_id, [follow("c"), follow("a")])
    second = await facts.append(tx, merchant_id, [follow("b")])

    told = [*first, *second]
    assert [fact.key for fact in told] == ["c", "a", "b"]
    assert [fact.stored for fact in told] == sorted({fact.stored for fact in told})
    assert abs(await database_now(tx) - told[0].stored) < timedelta(minutes=1)


async def test_a_clock_that_was_set_back_does_not_reorder_facts(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """What is stored now comes after what a faster clock dated into the future."""
    ahead = datetime.now(UTC) + timedelta(days=3)
    await tx.execute(insert(table).values(row_of(merchant_id, follow("old", ahead))))

    added = await facts.append(tx, merchant_id, [follow("new")])

    assert added[0].stored > ahead
    assert added[0].at == NOW


async def test_another_merchants_faster_clock_does_not_matter(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Each merchant's facts are dated among themselves."""
    ahead, other = datetime.now(UTC) + timedelta(days=3), await new_merchant(tx)
    await tx.execute(insert(table).values(row_of(other, follow("old", ahead))))

    added = await facts.append(tx, merchant_id, [follow("new")])

    assert added[0].stored < ahead


async def test_a_repeat_changes_nothing(tx: AsyncConnection, merchant_id: int) -> None:
    """The first telling of a key stands; only what is new comes back."""
    (first,) = await facts.append(tx, merchant_id, [follow("a")])
    late = replace(follow("a", NOW + timedelta(hours=1)), is_friend=False)

    added = await facts.append(tx, merchant_id, [late, follow("b")])

    assert [fact.key for fact in added] == ["b"]
    assert await facts.find(tx, merchant_id, FactKey("a")) == first


async def test_a_repeat_within_a_batch_does_not_move_its_fact(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Told as one batch or as three, the first telling gives the place."""
    other = replace(follow("a"), is_friend=False)

    added = await facts.append(tx, merchant_id, [follow("a"), follow("b"), other])

    assert [fact.key for fact in added] == ["a", "b"]
    assert added[0] == replace(follow("a"), stored=added[0].stored)


async def test_nothing_told_is_nothing_stored(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """An empty batch asks the database nothing and stores nothing."""
    assert await facts.append(tx, merchant_id, []) == []
    assert await facts.component_of(tx, merchant_id, []) == []
    assert await facts.find(tx, merchant_id, FactKey("a")) is None


@pytest.mark.parametrize("seed", range(12))
async def test_a_component_is_found_by_any_of_its_facts(
    tx: AsyncConnection, merchant_id: int, seed: int
) -> None:
    """The queries, hop by hop, find what the rules say belongs together."""
    await facts.append(tx, await new_merchant(tx), case(seed).neighbour)
    stored = await facts.append(tx, merchant_id, case(seed).merchant)

    for part in components(stored):
        for fact in (part[0], part[-1]):
            found = await facts.component_of(tx, merchant_id, [fact])
            assert sorted(found, key=_stored) == sorted(part, key=_stored)


async def test_more_facts_than_fit_into_one_statement(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """A large batch keeps its order and loses nothing."""
    told = [
        replace(follow(f"{number}"), line_user=line_user(number))
        for number in range(MORE_THAN_FIT)
    ]

    added = await facts.append(tx, merchant_id, told)

    assert [fact.key for fact in added] == [fact.key for fact in told]
    assert len(await facts.component_of(tx, merchant_id, told)) == MORE_THAN_FIT


def _stored(fact: Fact) -> datetime:
    return fact.stored

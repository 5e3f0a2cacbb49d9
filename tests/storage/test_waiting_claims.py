"""Claims that wait for Klaviyo to name a profile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.core.facts import FactKey
from marketing_agent.storage import waiting_claims
from tests.storage.world import LATER, NOW

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

A, B, C = FactKey("a"), FactKey("b"), FactKey("c")


async def _due(tx: AsyncConnection, merchant_id: int) -> list[FactKey]:
    return [each.claim for each in await waiting_claims.due(tx, merchant_id, LATER)]


async def test_a_claim_is_looked_at_as_soon_as_possible(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """A repeat neither renews it nor changes what it is looked up by."""
    await waiting_claims.add(tx, merchant_id, A, b"first", NOW)
    await waiting_claims.look_again(tx, merchant_id, A, at=NOW, looks=3)
    await waiting_claims.add(tx, merchant_id, A, b"second", LATER)

    (found,) = await waiting_claims.due(tx, merchant_id, NOW)

    assert (found.claim, found.signals_sealed, found.looks) == (A, b"first", 3)


async def test_the_longest_overdue_come_first(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """In the order of their times, no more than asked for, none too early."""
    for claim in (A, B, C):
        await waiting_claims.add(tx, merchant_id, claim, b"sealed", NOW)
    await waiting_claims.look_again(tx, merchant_id, A, at=LATER, looks=1)
    await waiting_claims.look_again(
        tx, merchant_id, C, at=LATER.replace(year=2030), looks=1
    )

    assert await _due(tx, merchant_id) == [B, A]
    assert len(await waiting_claims.due(tx, merchant_id, LATER, limit=1)) == 1


async def test_the_last_error_is_kept_until_a_look_succeeds(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """The merchant sees why a claim waits, and no longer than it is true."""
    await waiting_claims.add(tx, merchant_id, A, b"sealed", NOW)
    assert await waiting_claims.last_error(tx, merchant_id, A) is None

    await waiting_claims.look_again(
        tx, merchant_id, A, at=LATER, looks=0, error="Klaviyo is down"
    )
    assert await waiting_claims.last_error(tx, merchant_id, A) == "Klaviyo is down"

    await waiting_claims.look_again(tx, merchant_id, A, at=LATER, looks=1)
    assert await waiting_claims.last_error(tx, merchant_id, A) is None


async def test_a_forgotten_claim_is_gone_with_its_signals(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Only the named ones go; looking again brings none back."""
    for claim in (A, B):
        await waiting_claims.add(tx, merchant_id, claim, b"sealed", NOW)

    await waiting_claims.forget(tx, merchant_id, [])
    await waiting_claims.forget(tx, merchant_id, [A, C])
    await waiting_claims.look_again(tx, merchant_id, A, at=NOW, looks=1)

    assert await _due(tx, merchant_id) == [B]


async def test_the_tick_finds_merchants_with_claims_to_look_at(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Once each, and not before the time."""
    for claim in (A, B):
        await waiting_claims.add(tx, merchant_id, claim, b"sealed", LATER)

    assert await waiting_claims.merchants_with_due(tx, NOW) == []
    assert await waiting_claims.merchants_with_due(tx, LATER) == [merchant_id]

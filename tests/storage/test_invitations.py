"""Invitations: good once, for a while, for one merchant."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from marketing_agent.storage import invitations
from marketing_agent.storage.tables import invitations as table
from tests.storage.world import LATER, NOW, invitation, new_merchant

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


async def test_an_invitation_is_used_once(tx: AsyncConnection) -> None:
    """Its use gives merchant, name and role; a second use gives nothing."""
    merchant, invited = await new_merchant(tx), invitation("one")
    await invitations.add(tx, merchant, invited, now=NOW, expires_at=LATER)

    assert await invitations.use(tx, "one", NOW) == (merchant, invited)
    assert await invitations.use(tx, "one", NOW) is None


async def test_an_invitation_ends(tx: AsyncConnection) -> None:
    """In its last microsecond it is good, and from its end on it is not."""
    merchant = await new_merchant(tx)
    for each in ("one", "two"):
        invited = invitation(each)
        await invitations.add(tx, merchant, invited, now=NOW, expires_at=LATER)

    assert await invitations.use(tx, "one", LATER) is None
    assert await invitations.use(tx, "two", LATER - timedelta(microseconds=1))


async def test_an_open_invitation_can_be_withdrawn(tx: AsyncConnection) -> None:
    """By the beginning of its hash, here only; a used one is past that."""
    merchant, neighbour = [await new_merchant(tx) for _ in range(2)]
    for each in ("one", "two"):
        invited = invitation(each)
        await invitations.add(tx, merchant, invited, now=NOW, expires_at=LATER)
    await invitations.use(tx, "two", NOW)

    assert await invitations.withdraw(tx, neighbour, "on", NOW) is None
    assert await invitations.withdraw(tx, merchant, "two", NOW) is None
    assert await invitations.withdraw(tx, merchant, "on", NOW) == invitation("one")
    assert await invitations.use(tx, "one", NOW) is None
    listed = await invitations.of_merchant(tx, merchant, limit=9)
    assert {(i.code_hash, i.used_at) for i in listed} == {("one", None), ("two", NOW)}
    assert await invitations.of_merchant(tx, neighbour, limit=9) == []


async def test_using_one_leaves_the_others(tx: AsyncConnection) -> None:
    """Another invitation, here or at the neighbour, stays good."""
    merchants = [await new_merchant(tx) for _ in range(2)]
    for merchant in merchants:
        for nth in "12":
            invited = invitation(f"{merchant}-{nth}")
            await invitations.add(tx, merchant, invited, now=NOW, expires_at=LATER)

    await invitations.use(tx, f"{merchants[0]}-1", NOW)

    unused = select(table.c.code_hash).where(table.c.used_at.is_(None))
    assert set((await tx.execute(unused)).scalars()) == {
        f"{merchants[0]}-2",
        f"{merchants[1]}-1",
        f"{merchants[1]}-2",
    }

"""Approvals and the changes that they allowed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from marketing_agent.storage import approvals, changes
from marketing_agent.storage.tables import changes as table
from tests.storage.world import LATER, NOW, new_change, new_merchant

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.storage.database import Database

ARGUMENTS: dict[str, Any] = {"name": "会報", "variables": [None, 1, True], "deep": {}}


async def _give(tx: AsyncConnection, merchant_id: int) -> str:
    return await approvals.give(
        tx,
        merchant_id,
        tool="create_qr_link",
        arguments=ARGUMENTS,
        given_by="hana",
        now=NOW,
        expires_at=LATER,
    )


async def _record(
    tx: AsyncConnection, merchant_id: int, inverse: dict[str, Any] | None = None
) -> int:
    new = new_change("approval", result={"slug": "abc"}, inverse=inverse)
    return await changes.record(tx, merchant_id, new)


async def test_an_approval_comes_back_with_its_exact_arguments(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Two approvals of one call are two, with ids that cannot be guessed."""
    first, second = [await _give(tx, merchant_id) for _ in range(2)]

    found = await approvals.find_for_update(tx, merchant_id, first)

    assert found is not None
    assert (found.tool, found.arguments) == ("create_qr_link", ARGUMENTS)
    assert (found.given_by, found.expires_at, found.used_at) == ("hana", LATER, None)
    assert first != second
    assert len(first) >= 20


async def test_a_used_approval_says_so(tx: AsyncConnection, merchant_id: int) -> None:
    """Only that one; the other stays good."""
    used, other = [await _give(tx, merchant_id) for _ in range(2)]
    await approvals.use(tx, merchant_id, used, LATER)

    first = await approvals.find_for_update(tx, merchant_id, used)
    second = await approvals.find_for_update(tx, merchant_id, other)

    assert first is not None
    assert second is not None
    assert (first.used_at, second.used_at) == (LATER, None)


@pytest.mark.parametrize("id_", ["", "none", "a\0b", "\ud800"])
async def test_no_text_breaks_the_query(
    tx: AsyncConnection, merchant_id: int, id_: str
) -> None:
    """Whatever is handed in as an approval, it is simply none."""
    assert await approvals.find_for_update(tx, merchant_id, id_) is None


async def test_one_approval_is_looked_at_by_one_at_a_time(db: Database) -> None:
    """A second call with the same approval sees what the first made of it."""
    async with db.transaction() as tx:
        merchant_id = await new_merchant(tx)
        approval = await _give(tx, merchant_id)

    async def use() -> bool:
        async with db.transaction() as tx:
            found = await approvals.find_for_update(tx, merchant_id, approval)
            assert found is not None
            await approvals.use(tx, merchant_id, approval, NOW)
            return found.used_at is None

    assert sorted(await asyncio.gather(*(use() for _ in range(6)))) == [False] * 5 + [
        True
    ]


async def test_an_approval_makes_one_change(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Its result can be read again; a second change is refused by the table."""
    assert await changes.made_with(tx, merchant_id, "approval") is None
    made = await _record(tx, merchant_id, {"tool": "delete_qr_link"})
    assert await changes.made_with(tx, merchant_id, "approval") == (
        made,
        {"slug": "abc"},
    )

    with pytest.raises(IntegrityError):
        await _record(tx, merchant_id)


async def test_a_change_without_an_inverse_has_none(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """What cannot be undone is found by asking for no value, as SQL means it."""
    change = await _record(tx, merchant_id)

    found = await tx.scalars(select(table.c.id).where(table.c.inverse.is_(None)))

    assert list(found) == [change]

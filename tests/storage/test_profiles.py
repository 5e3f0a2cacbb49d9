"""Klaviyo profiles as last read: hashes and ciphertext."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from marketing_agent.core.signals import SignalHash
from marketing_agent.services.linking import settle
from marketing_agent.storage import profiles
from marketing_agent.storage.tables import profiles as table
from tests.storage.world import HASH, LATER, NOW, P, Q, linking_facts, read_profile

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.storage.profiles import ReadProfile

OLD = read_profile(b"old", NOW)
NEW = replace(read_profile(b"new", LATER), email=None, phone=SignalHash("cd" * 16))


async def _row(tx: AsyncConnection) -> dict[str, Any]:
    row = (await tx.execute(select(table).where(table.c.profile_id == P))).mappings()
    return dict(row.one())


@pytest.mark.parametrize("order", [(OLD, NEW), (NEW, OLD)], ids=["in order", "late"])
@pytest.mark.parametrize("at_once", [True, False])
async def test_the_newest_reading_stands(
    tx: AsyncConnection,
    merchant_id: int,
    order: tuple[ReadProfile, ...],
    *,
    at_once: bool,
) -> None:
    """An older answer that comes late replaces nothing, in one batch or two."""
    for batch in [order] if at_once else [[each] for each in order]:
        await profiles.remember(tx, merchant_id, batch)

    row = await _row(tx)

    assert (row["email_hash"], row["phone_hash"]) == (None, "cd" * 16)
    assert (row["signals_sealed"], row["read_at"]) == (b"new", LATER)


async def test_many_readings_are_kept_at_once(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Each profile has its own row; none read is none kept."""
    await profiles.remember(tx, merchant_id, [])
    await profiles.remember(tx, merchant_id, [OLD, replace(OLD, profile=Q)])

    rows = await tx.execute(select(table.c.profile_id, table.c.email_hash))

    assert {tuple(row) for row in rows} == {(P, HASH), (Q, HASH)}


async def test_only_the_first_404_is_kept_until_it_is_read_again(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """An hour is counted from the first; a later successful read ends it."""
    await profiles.remember(tx, merchant_id, [OLD])
    await profiles.missing(tx, merchant_id, P, NOW)
    await profiles.missing(tx, merchant_id, P, LATER)
    assert (await _row(tx))["missing_since"] == NOW

    await profiles.remember(tx, merchant_id, [NEW])

    assert (await _row(tx))["missing_since"] is None


async def test_what_was_held_before_survives_readings(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """It is kept for an undo, for profiles read before or never."""
    assert await profiles.held(tx, merchant_id, [P]) == {}
    await profiles.keep_held(tx, merchant_id, {P: b"held"}, NOW)
    await profiles.remember(tx, merchant_id, [NEW])

    assert await profiles.held(tx, merchant_id, [P, Q]) == {P: b"held"}
    assert (await _row(tx))["signals_sealed"] == b"new"


async def test_what_was_held_is_forgotten_only_without_a_link(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Who is linked again meanwhile still has something to give back one day."""
    await settle(tx, merchant_id, linking_facts(), NOW)
    await profiles.keep_held(tx, merchant_id, {P: b"p", Q: b"q"}, NOW)

    await profiles.forget_held(tx, merchant_id, [P, Q])

    assert await profiles.held(tx, merchant_id, [P, Q]) == {P: b"p"}

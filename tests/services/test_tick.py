"""Every minute finds again what is due, whatever became of its wake-up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from marketing_agent.core.facts import FactKey
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.services.ground import Work
from marketing_agent.services.tick import tick
from marketing_agent.storage import inbox, outbox, waiting_claims
from marketing_agent.storage.outbox import NewItem, OutboxKind

if TYPE_CHECKING:
    from tests.desk import Desk

LINE_USER = LineUserId(f"U{'1' * 32}")
_ALWAYS = {Work.FILL_FRIENDS, Work.READ_PROFILES}
"""Begun when the accounts were connected, and done by nobody here."""


async def _woken(desk: Desk) -> set[Work]:
    desk.wakes.heard.clear()
    await tick(desk.ground)
    return set(desk.wakes.heard)


async def test_each_kind_of_waiting_work_wakes_its_merchant(desk: Desk) -> None:
    """An event, a claim and an item that nobody was woken for are found by the tick."""
    now, merchant = desk.ground.clock(), desk.merchant_id
    item = NewItem(
        key="one",
        kind=OutboxKind.LINE_USER_ID,
        line_user=LINE_USER,
        profile=ProfileId("P1"),
        body={},
    )
    assert await _woken(desk) == _ALWAYS

    async with desk.ground.database.transaction() as tx:
        await inbox.add(tx, merchant, {"event": {"follow": True}}, now)
        await waiting_claims.add(tx, merchant, FactKey("claim"), b"sealed", now)
        await outbox.add(tx, merchant, [item], now)

    assert await _woken(desk) - _ALWAYS == {
        Work.DRAIN_INBOX,
        Work.LOOK_AT_CLAIMS,
        Work.DRAIN_OUTBOX,
    }


async def test_work_for_later_wakes_nobody_yet(desk: Desk) -> None:
    """A claim that is looked at in an hour does not wake its merchant now."""
    now, merchant = desk.ground.clock(), desk.merchant_id
    async with desk.ground.database.transaction() as tx:
        later = now + timedelta(hours=1)
        await waiting_claims.add(tx, merchant, FactKey("claim"), b"sealed", later)

    assert await _woken(desk) == _ALWAYS

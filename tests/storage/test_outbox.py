"""What is still to be told to Klaviyo: once, in order, and never lost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from marketing_agent.storage import outbox
from marketing_agent.storage.outbox import NewItem, OutboxKind
from tests.storage.world import HANA, LATER, NOW, P, Q

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.signals import ProfileId


def item(
    key: str, profile: ProfileId = P, kind: OutboxKind = OutboxKind.LINKED_EVENT
) -> NewItem:
    """Something to tell about Hana."""
    return NewItem(
        key=key,
        kind=kind,
        line_user=HANA,
        profile=profile,
        body={"made_by": key},
    )


async def _keys(tx: AsyncConnection, merchant_id: int) -> list[str]:
    return [each.key for each in await outbox.due(tx, merchant_id, LATER)]


async def test_a_key_is_queued_once(tx: AsyncConnection, merchant_id: int) -> None:
    """A repeat is dropped, beside a new one and also after it was told."""
    await outbox.add(tx, merchant_id, [], NOW)
    await outbox.add(tx, merchant_id, [item("a"), item("b")], NOW)
    await outbox.add(tx, merchant_id, [item("b"), item("c")], NOW)
    assert await _keys(tx, merchant_id) == ["a", "b", "c"]

    first = (await outbox.due(tx, merchant_id, NOW))[0]
    await outbox.finish(tx, merchant_id, [first.id], NOW)
    await outbox.add(tx, merchant_id, [item("a")], LATER)

    assert await _keys(tx, merchant_id) == ["b", "c"]


async def test_items_come_whole_and_oldest_first(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """No more than asked for, and none before its time."""
    await outbox.add(tx, merchant_id, [item("a"), item("b", Q)], LATER)
    assert await outbox.due(tx, merchant_id, NOW) == []

    (found,) = await outbox.due(tx, merchant_id, LATER, limit=1)

    assert (found.key, found.kind, found.body) == (
        "a",
        OutboxKind.LINKED_EVENT,
        {"made_by": "a"},
    )
    assert (found.line_user, found.profile, found.tries) == (HANA, P, 0)
    assert found.created_at == LATER


async def test_a_failed_item_waits_for_its_next_time(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """It is tried again later, counts its tries, and still counts as pending."""
    await outbox.add(tx, merchant_id, [item("a")], NOW)
    (found,) = await outbox.due(tx, merchant_id, NOW)
    for _ in range(2):
        await outbox.put_off(tx, merchant_id, [found.id], LATER, "busy")

    assert await outbox.due(tx, merchant_id, LATER - timedelta(seconds=1)) == []
    (again,) = await outbox.due(tx, merchant_id, LATER)
    assert again.tries == 2
    assert await outbox.pending(tx, merchant_id, P) == 1
    assert await outbox.last_told(tx, merchant_id, P) is None


async def test_what_is_told_or_hopeless_waits_no_more(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Only what was told is the last time; what was refused after it is known."""
    about = OutboxKind.LINE_USER_ID
    new = [item("a", kind=about), item("b", kind=about), item("c", Q)]
    await outbox.add(tx, merchant_id, new, NOW)
    told, hopeless, _ = await outbox.due(tx, merchant_id, NOW)

    await outbox.finish(tx, merchant_id, [told.id], NOW)
    await outbox.give_up(tx, merchant_id, [hopeless.id], LATER, "no such profile")

    assert await _keys(tx, merchant_id) == ["c"]
    assert await outbox.pending(tx, merchant_id) == 1
    assert await outbox.pending(tx, merchant_id, P) == 0
    assert await outbox.last_told(tx, merchant_id, P) == NOW
    assert await outbox.was_refused(tx, merchant_id, P)
    assert not await outbox.was_refused(tx, merchant_id, Q)


async def test_the_tick_finds_merchants_with_something_due(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Once each, not before the time, and no more when all is told."""
    await outbox.add(tx, merchant_id, [item("a"), item("b")], LATER)
    assert await outbox.merchants_with_due(tx, NOW) == []
    assert await outbox.merchants_with_due(tx, LATER) == [merchant_id]

    for each in await outbox.due(tx, merchant_id, LATER):
        await outbox.finish(tx, merchant_id, [each.id], LATER)

    assert await outbox.merchants_with_due(tx, LATER) == []

"""Changes as they are kept, found and marked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from marketing_agent.storage import changes
from marketing_agent.storage.changes import ChangesWanted
from tests.storage.world import LATER, NOW, TARGET, new_change, new_merchant

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

INVERSE = {"tool": "link_friend", "arguments": {"profile_id": "01P", "n": [1, None]}}


async def test_a_change_comes_back_with_what_undoing_it_takes(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """By its number, for this merchant."""
    number = await changes.record(tx, merchant_id, new_change("a", inverse=INVERSE))

    found = await changes.find(tx, merchant_id, number)

    assert found is not None
    assert (found.id, found.undone_by, found.made_at) == (number, None, NOW)
    assert (found.tool, found.approval_id) == ("unlink_friend", "a")
    assert (found.inverse, found.target) == (INVERSE, TARGET)
    assert await changes.find(tx, await new_merchant(tx), number) is None


async def test_the_newest_come_first(tx: AsyncConnection, merchant_id: int) -> None:
    """As many as asked for, whatever they were made on."""
    numbers = [
        await changes.record(tx, merchant_id, new_change(name, target=target))
        for name, target in (("a", TARGET), ("b", None), ("c", "qr_link:x"))
    ]

    for limit in (1, 2, 50):
        newest = await changes.newest(tx, merchant_id, limit)
        assert [each.id for each in newest] == numbers[::-1][:limit]


async def test_a_page_holds_what_is_wanted(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """By number, person, tool and time; text that cannot be stored finds nothing."""
    changed = [
        await changes.record(tx, merchant_id, new_change(name)) for name in ("a", "b")
    ]
    other = replace(new_change("c"), made_by="Ken#1", tool="x", made_at=LATER)
    third = await changes.record(tx, merchant_id, other)

    for wanted, found in (
        (ChangesWanted(), [third, *changed[::-1]]),
        (ChangesWanted(before=third), changed[::-1]),
        (ChangesWanted(made_by="Ken#1"), [third]),
        (ChangesWanted(tool="x"), [third]),
        (ChangesWanted(since=LATER), [third]),
        (ChangesWanted(until=LATER), changed[::-1]),
        (ChangesWanted(tool="x", until=LATER), []),
        (ChangesWanted(made_by="\0"), []),
    ):
        page = await changes.page(tx, merchant_id, wanted, limit=9)
        assert [each.id for each in page] == found, wanted
    first = await changes.page(tx, merchant_id, ChangesWanted(), limit=1)
    assert [each.id for each in first] == [third]


async def test_later_changes_of_a_target_are_found(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Neither earlier ones, nor the change itself, nor those of another target."""
    first, _, last, _ = [
        await changes.record(tx, merchant_id, new_change(name, target=target))
        for name, target in (("a", "x"), ("b", "y"), ("c", "x"), ("d", None))
    ]

    assert [c.id for c in await changes.later_on(tx, merchant_id, "x", first)] == [last]
    assert await changes.later_on(tx, merchant_id, "x", last) == []


async def test_one_change_is_marked_as_undone(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Only that one, with the number of the change that undid it."""
    first, second, third = [
        await changes.record(tx, merchant_id, new_change(name)) for name in "abc"
    ]
    await changes.mark_undone(tx, merchant_id, first, by=third)

    newest = await changes.newest(tx, merchant_id, 3)

    marks = {each.id: each.undone_by for each in newest}
    assert marks == {first: third, second: None, third: None}

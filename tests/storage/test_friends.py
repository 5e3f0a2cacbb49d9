"""LINE users that a merchant's account has met."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.signals import LineUserId
from marketing_agent.services.linking import settle
from marketing_agent.storage import friends
from marketing_agent.storage.friends import Coverage
from tests.storage.world import HANA, KENTA, LATER, NOW, linking_facts

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection


async def test_somebody_who_only_logged_in_follows_nobody_yet(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Known by name and language, with friendship unknown."""
    assert await friends.find(tx, merchant_id, HANA) is None
    await friends.meet(tx, merchant_id, HANA, NOW, name_sealed=b"hana", language="ja")

    found = await friends.find(tx, merchant_id, HANA)

    assert found is not None
    assert (found.following, found.following_since) == (None, None)
    assert (found.name_sealed, found.language) == (b"hana", "ja")
    assert found.first_seen == NOW


async def test_what_is_known_is_renewed_and_never_emptied(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Meeting again without a name keeps the old one, and the first day."""
    await friends.meet(tx, merchant_id, HANA, NOW, name_sealed=b"old", language="ja")
    await friends.meet(tx, merchant_id, HANA, LATER, name_sealed=b"new")

    found = await friends.find(tx, merchant_id, HANA)

    assert found is not None
    assert (found.name_sealed, found.language) == (b"new", "ja")
    assert found.first_seen == NOW


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["in order", "late"])
async def test_the_latest_follow_or_unfollow_holds(
    tx: AsyncConnection, merchant_id: int, order: tuple[int, ...]
) -> None:
    """Events that arrive out of order end alike."""
    events = ((True, NOW), (False, LATER))
    for place in order:
        following, at = events[place]
        await friends.follow_changed(
            tx, merchant_id, HANA, following=following, at=at, now=LATER
        )

    found = await friends.find(tx, merchant_id, HANA)

    assert found is not None
    assert (found.following, found.following_since) == (False, LATER)


async def test_a_follow_keeps_the_name(tx: AsyncConnection, merchant_id: int) -> None:
    """The webhook knows no name and takes none away."""
    await friends.meet(tx, merchant_id, HANA, NOW, name_sealed=b"hana")
    await friends.follow_changed(tx, merchant_id, HANA, following=True, at=NOW, now=NOW)

    found = await friends.find(tx, merchant_id, HANA)

    assert found is not None
    assert (found.following, found.name_sealed) == (True, b"hana")


async def test_coverage_counts_those_who_follow_and_are_linked(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Neither those who left nor those who only logged in are an audience."""
    assert await friends.coverage(tx, merchant_id) == Coverage(friends=0, linked=0)
    await settle(tx, merchant_id, linking_facts(), NOW)
    for person, following in ((HANA, True), (KENTA, True), (_other(3), False)):
        await friends.follow_changed(
            tx, merchant_id, person, following=following, at=NOW, now=NOW
        )
    await friends.meet(tx, merchant_id, _other(4), NOW)

    assert await friends.coverage(tx, merchant_id) == Coverage(friends=2, linked=1)


def _other(number: int) -> LineUserId:
    return LineUserId(f"U{number:032x}")

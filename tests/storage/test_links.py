"""Links as the difference to what stands, and their audit trail."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import literal_column, select
from sqlalchemy.exc import IntegrityError

from marketing_agent.core.facts import Evidence, FactKey, Method
from marketing_agent.core.links import ChangeKind, Link, LinkChange
from marketing_agent.core.signals import SignalKind
from marketing_agent.storage import links
from marketing_agent.storage.tables import links as table
from tests.storage.world import HANA, KENTA, LATER, NOW, P, Q

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

HANAS = Link(
    made_by=FactKey("claim-1"),
    line_user=HANA,
    profile=P,
    method=Method.QR_LINK,
    evidence=Evidence.BOTH_SIGNALS,
    matched_by=frozenset({SignalKind.EMAIL, SignalKind.PHONE}),
    since=NOW,
)
KENTAS = replace(
    HANAS,
    made_by=FactKey("pin-2"),
    line_user=KENTA,
    profile=Q,
    method=Method.PIN,
    matched_by=frozenset(),
)
BOTH = (HANA, KENTA)


async def _versions(tx: AsyncConnection) -> dict[str, str]:
    """Where each row stands; a row that is written again stands elsewhere."""
    rows = await tx.execute(select(table.c.line_user_id, literal_column("ctid::text")))
    return {line_user: place for line_user, place in rows}  # noqa: C416 - rows are no pairs


async def test_links_come_back_as_they_were(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """By either end, with everything that is known of them."""
    suspended = replace(KENTAS, suspended=True)
    await links.write_difference(tx, merchant_id, BOTH, [HANAS, suspended])

    assert await links.of_line_user(tx, merchant_id, HANA) == HANAS
    assert await links.of_profile(tx, merchant_id, Q) == suspended
    assert await links.is_live(tx, merchant_id, HANAS.made_by, P)
    assert not await links.is_live(tx, merchant_id, HANAS.made_by, Q)


async def test_only_what_differs_is_written(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """A link that stands is not touched while its neighbour changes and goes."""
    await links.write_difference(tx, merchant_id, BOTH, [HANAS, KENTAS])
    before = await _versions(tx)
    stronger = replace(KENTAS, evidence=Evidence.MERCHANT)

    await links.write_difference(tx, merchant_id, BOTH, [HANAS, stronger])

    after = await _versions(tx)
    assert after[HANA] == before[HANA]
    assert after[KENTA] != before[KENTA]
    await links.write_difference(tx, merchant_id, BOTH, [HANAS])
    assert (await _versions(tx)).keys() == {HANA}


async def test_two_links_may_swap_their_profiles(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Old ends are given free before new ones are taken."""
    await links.write_difference(tx, merchant_id, BOTH, [HANAS, KENTAS])
    swapped = [replace(HANAS, profile=Q), replace(KENTAS, profile=P)]

    await links.write_difference(tx, merchant_id, BOTH, swapped)

    assert await links.of_profile(tx, merchant_id, Q) == swapped[0]
    assert await links.of_profile(tx, merchant_id, P) == swapped[1]


async def test_links_of_other_line_users_are_let_be(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Only the named LINE users' links are made what is wanted."""
    await links.write_difference(tx, merchant_id, BOTH, [HANAS, KENTAS])
    await links.write_difference(tx, merchant_id, [HANA], [])

    assert (await _versions(tx)).keys() == {KENTA}


@pytest.mark.parametrize(
    "second",
    [replace(HANAS, line_user=KENTA), replace(HANAS, profile=Q)],
    ids=["one profile, two LINE users", "one LINE user, two profiles"],
)
async def test_the_table_itself_keeps_links_one_to_one(
    tx: AsyncConnection, merchant_id: int, second: Link
) -> None:
    """Even a faulty caller cannot tie an end twice."""
    with pytest.raises(IntegrityError):
        await links.write_difference(tx, merchant_id, BOTH, [HANAS, second])


async def test_each_change_is_in_the_trail_once(
    tx: AsyncConnection, merchant_id: int
) -> None:
    """Told again beside a new one, only the new one is fresh."""
    linked = LinkChange(
        kind=ChangeKind.LINKED, link=HANAS, cause=FactKey("lookup"), stored=NOW
    )
    unlinked = LinkChange(
        kind=ChangeKind.UNLINKED, link=HANAS, cause=FactKey("unlink"), stored=LATER
    )

    assert await links.write_audit(tx, merchant_id, []) == []
    assert await links.write_audit(tx, merchant_id, [linked]) == [linked]
    assert await links.write_audit(tx, merchant_id, [linked, unlinked]) == [unlinked]
    assert await links.trail(tx, merchant_id, HANA) == [
        ("linked", P, NOW),
        ("unlinked", P, LATER),
    ]
    assert await links.was_ever(tx, merchant_id, HANA, P)
    assert not await links.was_ever(tx, merchant_id, HANA, Q)

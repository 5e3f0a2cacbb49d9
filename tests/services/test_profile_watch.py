"""Klaviyo announces neither merge nor deletion: what nightly reading makes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.services.profile_watch import read_profiles
from marketing_agent.storage import links
from marketing_agent.storage.tables import audit, profiles
from tests.services.undo_story import HANA, two_customers

if TYPE_CHECKING:
    from marketing_agent.core.links import Link
    from tests.desk import Desk

_HANA = LineUserId(HANA.line_user_id)


async def _link(desk: Desk) -> Link | None:
    async with desk.ground.database.transaction() as tx:
        return await links.of_line_user(tx, desk.merchant_id, _HANA)


async def _linked(desk: Desk) -> Link:
    link = await _link(desk)
    assert link is not None
    return link


async def _read(desk: Desk, **later: float) -> None:
    desk.clock.move(**later)
    await read_profiles(desk.ground, desk.merchant_id)
    await desk.work()


async def _nights(desk: Desk) -> None:
    """The first look at night, the second one an hour later."""
    await _read(desk, days=1)
    await _read(desk, hours=1)


async def _history(desk: Desk) -> list[str]:
    async with desk.ground.database.transaction() as tx:
        return list(await tx.scalars(select(audit.c.kind).order_by(audit.c.id)))


async def test_a_deleted_profile_suspends_the_link_after_two_looks(desk: Desk) -> None:
    """One 404 decides nothing; a second one an hour later suspends the link."""
    await two_customers(desk)
    desk.klaviyo.delete((await _linked(desk)).profile)

    await _read(desk, days=1)
    assert not (await _linked(desk)).suspended
    await _read(desk, minutes=59)
    assert not (await _linked(desk)).suspended
    await _read(desk, minutes=1)

    assert (await _linked(desk)).suspended
    assert await _history(desk) == ["linked", "suspended"]


async def test_a_link_follows_the_one_survivor_of_a_merge(desk: Desk) -> None:
    """The survivor carries her address and our LINE User ID: it is her profile now."""
    await two_customers(desk)
    before = await _linked(desk)
    into = desk.klaviyo.add_profile(phone_number="+819000000099")
    desk.klaviyo.merge(before.profile, into)

    await _nights(desk)

    after = await _linked(desk)
    assert (after.profile, after.made_by, after.suspended) == (
        into,
        before.made_by,
        False,
    )
    assert await _history(desk) == ["linked", "suspended", "followed"]


async def test_a_merge_that_klaviyo_shows_late_is_followed_the_night_after(
    desk: Desk,
) -> None:
    """A survivor that cannot be found at first is looked for again every night."""
    await two_customers(desk)
    before = await _linked(desk)
    held = desk.klaviyo.profile(before.profile).properties
    desk.klaviyo.delete(before.profile)
    await _nights(desk)
    assert (await _linked(desk)).suspended

    into = desk.klaviyo.add_profile(email=HANA.email, properties=held)
    await _read(desk, days=1)

    assert (await _linked(desk)).profile == into


@pytest.mark.parametrize(
    "survivor",
    [
        {"email": HANA.email},
        {"email": "hana.other@mail.test", "properties": {"LINE User ID": _HANA}},
        {"email": HANA.email, "properties": {"LINE User ID": "U" + "0" * 32}},
    ],
    ids=["without our id", "with another address", "with another id"],
)
async def test_no_profile_is_followed_on_half_a_proof(
    desk: Desk, survivor: dict[str, object]
) -> None:
    """Address and LINE User ID both have to be there; else a person has to look."""
    await two_customers(desk)
    before = await _linked(desk)
    desk.klaviyo.delete(before.profile)
    desk.klaviyo.add_profile(**survivor)  # type: ignore[arg-type]

    await _nights(desk)

    after = await _linked(desk)
    assert (after.profile, after.suspended) == (before.profile, True)


async def test_a_profile_that_comes_back_takes_its_link_up_again(desk: Desk) -> None:
    """Whatever hid it, a later successful reading ends the suspension."""
    await two_customers(desk)
    before = await _linked(desk)
    desk.klaviyo.delete(before.profile)
    await _nights(desk)

    desk.klaviyo.add_profile(profile_id=before.profile, email=HANA.email)
    await _read(desk, days=1)

    assert await _linked(desk) == before
    assert await _history(desk) == ["linked", "suspended", "resumed"]


async def test_after_thirty_days_only_the_personal_data_is_erased(desk: Desk) -> None:
    """The suspended link stays for the merchant to decide; the address does not."""
    await two_customers(desk)
    gone = (await _linked(desk)).profile
    desk.klaviyo.delete(gone)
    await _nights(desk)
    assert await _signals(desk, gone)

    await _read(desk, days=31)

    assert not await _signals(desk, gone)
    assert (await _linked(desk)).suspended


async def test_a_night_costs_one_call_for_a_hundred_links(desk: Desk) -> None:
    """All is well: one filtered reading, and nothing more until the next night."""
    await two_customers(desk)
    before = len(desk.klaviyo.calls.all())

    await _read(desk, days=1)
    await _read(desk, hours=1)

    read = desk.klaviyo.calls.all()[before:]
    assert [call.path for call in read] == ["/api/profiles"]


async def _signals(desk: Desk, profile: ProfileId) -> bool:
    async with desk.ground.database.transaction() as tx:
        found = await tx.scalar(
            select(profiles.c.signals_sealed).where(profiles.c.profile_id == profile)
        )
    return found is not None

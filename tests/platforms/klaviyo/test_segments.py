"""Segments and their members, as the sandboxed Klaviyo tells them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from marketing_agent.core.errors import PlatformNotFound, PlatformRefused
from marketing_agent.core.signals import ProfileId
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.klaviyo.client import KlaviyoClient
from marketing_agent.platforms.klaviyo.segments import KlaviyoSegments, ProfileRow
from marketing_agent.platforms.klaviyo.types import KlaviyoCredentials
from marketing_agent.platforms.sender import Sender
from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.network import Network
from tests.platforms.stand_ins import HandClock

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)


@pytest.fixture
def world() -> KlaviyoWorld:
    """Give an account whose segment `SegOld` has 250 members."""
    world = KlaviyoWorld(clock=lambda: AT + timedelta(days=1))
    crowd = world.add_crowd(250, first=AT, properties=lambda n: {"number": n})
    world.segments.add("Old tool", segment_id="SegOld")
    world.segments.fill("SegOld", crowd)
    for number in range(12):
        world.segments.add(f"Another {number:02}")
    return world


@pytest.fixture
async def segments(world: KlaviyoWorld) -> AsyncIterator[KlaviyoSegments]:
    """Give our client, calling that account."""
    network = Network()
    network.serve("klaviyo.test", klaviyo_app(world))
    async with open_http(network) as http:
        client = KlaviyoClient(
            "https://klaviyo.test",
            KlaviyoCredentials(private_key=world.private_key),
            Sender(http, timing=HandClock().timing),
            account_key="hana-coffee",
        )
        yield KlaviyoSegments(client.exchange)


async def read_all(segments: KlaviyoSegments, **asked: object) -> list[ProfileRow]:
    """Follow the pages of members to the last one."""
    rows: list[ProfileRow] = []
    link: str | None = None
    while True:
        page = await segments.members("SegOld", link=link, **asked)  # type: ignore[arg-type]
        rows += page.rows
        link = page.next
        if link is None:
            return rows


async def test_every_segment_is_listed_by_name(segments: KlaviyoSegments) -> None:
    """Over the pages of ten that Klaviyo gives."""
    found = await segments.all()
    assert len(found) == 13
    assert [each.name for each in found] == sorted(each.name for each in found)


async def test_a_segment_is_found_and_counted(segments: KlaviyoSegments) -> None:
    """The count only when it is asked for; an unknown id, or no id, finds none."""
    found = await segments.find("SegOld")
    assert found is not None
    assert (found.name, found.profiles) == ("Old tool", None)
    counted = await segments.find("SegOld", counted=True)
    assert counted is not None
    assert counted.profiles == 250
    assert await segments.find("NoSuch") is None
    assert await segments.find("../profiles") is None


async def test_members_come_in_pages_oldest_first(segments: KlaviyoSegments) -> None:
    """Each once, with its properties and the moment it joined, and nothing personal."""
    rows = await read_all(segments)
    assert [row.properties["number"] for row in rows] == list(range(250))
    assert rows[7].moment == AT + timedelta(seconds=7)
    assert "number" not in repr(rows[0])


async def test_members_can_be_read_from_a_moment_or_backwards(
    segments: KlaviyoSegments,
) -> None:
    """Those who joined at that second are among them."""
    since = await read_all(segments, since=AT + timedelta(seconds=240))
    assert [row.properties["number"] for row in since] == list(range(240, 250))
    newest = await segments.members("SegOld", newest_first=True)
    assert newest.rows[0].properties["number"] == 249


async def test_changed_profiles_are_found_in_the_whole_account(
    segments: KlaviyoSegments, world: KlaviyoWorld
) -> None:
    """By when they were edited, whether they are members or not."""
    edited = world.add_profile(properties={"number": -1})
    page = await segments.changed(AT + timedelta(hours=1))
    assert [row.id for row in page.rows] == [edited]
    assert page.rows[0].moment == AT + timedelta(days=1)
    assert page.next is None


async def test_who_of_many_is_a_member(
    segments: KlaviyoSegments, world: KlaviyoWorld
) -> None:
    """A hundred ids are asked about in one call."""
    members = [row.id for row in await read_all(segments)]
    outsider = ProfileId(world.add_profile())
    world.calls.clear()
    found = await segments.among("SegOld", [*members[:120], outsider])
    assert {row.id for row in found} == set(members[:120])
    assert len(world.calls.all()) == 2


async def test_a_segment_that_is_gone_says_so(
    segments: KlaviyoSegments, world: KlaviyoWorld
) -> None:
    """For the first page, a later one, and an id that can be none."""
    page = await segments.members("SegOld")
    world.segments.remove("SegOld")
    for segment_id, link in (("SegOld", None), ("SegOld", page.next), ("a/b", None)):
        with pytest.raises(PlatformNotFound):
            await segments.members(segment_id, link=link)


async def test_a_broken_link_is_refused(segments: KlaviyoSegments) -> None:
    """Whoever stored it begins anew."""
    broken = "/api/segments/SegOld/profiles?page%5Bcursor%5D=none"
    with pytest.raises(PlatformRefused):
        await segments.members("SegOld", link=broken)

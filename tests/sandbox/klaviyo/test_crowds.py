from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from marketing_agent.sandbox.klaviyo import Crowd, KlaviyoWorld
    from tests.sandbox.klaviyo.clock import HandClock

MILLION = 1_000_000
FIRST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def crowd(world: KlaviyoWorld) -> Crowd:
    """Give a million profiles in the segment `crowd1`, a second after each other."""
    crowd = world.add_crowd(MILLION, first=FIRST)
    world.segments.fill(world.segments.add("Crowd", segment_id="crowd1"), crowd)
    return crowd


def pages(api: httpx.Client, path: str, **parameters: Any) -> Iterator[list[Any]]:
    """Read page after page."""
    url: str | None = path
    while url:
        answer = api.get(url, params=parameters if url == path else None).json()
        yield answer["data"]
        url = answer["links"].get("next")


def ids(found: list[Any]) -> list[str]:
    """Give the ids of a page."""
    return [each["id"] for each in found]


def test_a_million_members_are_there_at_once(api: httpx.Client, crowd: Crowd) -> None:
    """The middle of the segment is read without what lies before it."""
    since = (FIRST + timedelta(seconds=500_000)).isoformat()
    asked = {
        "filter": f"greater-or-equal(joined_group_at,{since})",
        "sort": "joined_group_at",
        "page[size]": 100,
    }
    two = pages(api, "/api/segments/crowd1/profiles", **asked)

    found = next(two) + next(two)

    assert ids(found) == [crowd.profile_id(500_000 + n) for n in range(200)]
    counting = {"additional-fields[segment]": "profile_count"}
    told = api.get("/api/segments/crowd1", params=counting).json()["data"]
    assert told["attributes"]["profile_count"] == MILLION


def test_a_member_reads_the_same_everywhere(api: httpx.Client, crowd: Crowd) -> None:
    """By id, by email, in a list and as a member a profile is the same profile."""
    wanted = crowd.profile_id(123_456)
    alone = api.get(f"/api/profiles/{wanted}").json()["data"]
    email = alone["attributes"]["email"]
    path = "/api/profiles"

    (by_email,) = api.get(path, params={"filter": f'equals(email,"{email}")'}).json()[
        "data"
    ]
    (by_id,) = api.get(path, params={"filter": f'any(id,["{wanted}"])'}).json()["data"]
    (member,) = api.get(
        "/api/segments/crowd1/profiles",
        params={"filter": f'equals(profile_id,"{wanted}")'},
    ).json()["data"]

    joined = member["attributes"].pop("joined_group_at")
    assert by_email == by_id == member == alone
    assert joined == alone["attributes"]["created"]
    assert alone["attributes"]["properties"]["LINE User ID"].startswith("U")


def test_an_edited_member_stands_on_its_own(
    api: httpx.Client, world: KlaviyoWorld, crowd: Crowd, clock: HandClock
) -> None:
    """What was written is kept, seen in its old place, and found as changed."""
    edited = crowd.profile_id(7)
    before = world.now()
    clock.advance(minutes=1)
    world.edit_profile(edited, {}, PropertyEdit(set_to={"LINE User ID": "U0"}))

    since = f"greater-than(updated,{before.isoformat()})"
    (changed,) = api.get(
        "/api/profiles", params={"filter": since, "sort": "updated"}
    ).json()["data"]
    path = "/api/segments/crowd1/profiles"
    first = next(pages(api, path, sort="joined_group_at"))
    listed = next(pages(api, "/api/profiles"))

    assert changed["id"] == edited
    assert ids(first) == ids(listed) == [crowd.profile_id(n) for n in range(20)]
    assert first[7]["attributes"]["properties"] == {"LINE User ID": "U0"}
    assert [profile.id for profile in world.profiles()] == [edited]


def test_a_deleted_member_is_gone(
    api: httpx.Client, world: KlaviyoWorld, crowd: Crowd
) -> None:
    """It is neither found nor a member, and its address is free."""
    gone = crowd.profile_id(0)
    email = world.profile(gone).email

    world.delete(gone)
    world.add_profile(email=email)

    assert api.get(f"/api/profiles/{gone}").status_code == 404
    first = next(pages(api, "/api/segments/crowd1/profiles", sort="joined_group_at"))
    assert first[0]["id"] == crowd.profile_id(1)
    assert world.profile_count() == MILLION


def test_profiles_and_crowds_are_one_collection(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Following the links in either direction of any order shows all of both once."""
    crowd = world.add_crowd(30, first=world.now() - timedelta(seconds=15))
    for number in range(30):
        world.add_profile(email=f"{number}@mail.test")
    expected = {profile.id for profile in world.profiles()}
    expected |= {crowd.profile_id(number) for number in range(30)}
    world.limits.lift()

    for sort in ("id", "-id", "email", "-created", "updated"):
        asked = {"sort": sort, "page[size]": 7}
        seen = [each for page in pages(api, "/api/profiles", **asked) for each in page]
        assert len(seen) == 60
        assert set(ids(seen)) == expected

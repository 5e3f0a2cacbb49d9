from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.klaviyo import KlaviyoWorld
    from tests.sandbox.klaviyo.clock import HandClock

JOINED = datetime(2026, 10, 1, tzinfo=UTC)
LATER = "greater-than(joined_group_at,2026-10-01T12:00:00Z)"


def filled(world: KlaviyoWorld, count: int = 5) -> tuple[str, list[str]]:
    """Make a segment whose members joined a day after each other, oldest first."""
    segment = world.segments.add("Has LINE")
    people = [world.add_profile(email=f"p{n}@mail.test") for n in range(count)]
    for number, person in enumerate(people):
        world.segments.put(segment, person, JOINED + timedelta(days=number))
    return segment, people


def members(api: httpx.Client, segment: str, **parameters: Any) -> list[str]:
    """Read one page of a segment's members."""
    answer = api.get(f"/api/segments/{segment}/profiles", params=parameters)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["data"]]


def test_segments_come_ten_at_a_time(api: httpx.Client, world: KlaviyoWorld) -> None:
    """Twelve segments are two pages, and no larger page can be asked for."""
    made = [world.segments.add(f"Segment {number}") for number in range(12)]

    first = api.get("/api/segments").json()
    second = api.get(first["links"]["next"]).json()

    assert (len(first["data"]), len(second["data"])) == (10, 2)
    assert {s["id"] for s in first["data"] + second["data"]} == set(made)
    assert api.get("/api/segments", params={"page[size]": 11}).status_code == 400


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('equals(name,"VIP")', ["VIP"]),
        ('equals(name,["VIP"])', ["VIP"]),
        ('any(name,["VIP","LINE"])', ["LINE", "VIP"]),
        ('any(id,["line01","nope"])', ["LINE"]),
        ("equals(is_active,false)", ["Old"]),
        ("equals(is_starred,true)", []),
    ],
)
def test_segments_are_found_by_what_klaviyo_allows(
    api: httpx.Client, world: KlaviyoWorld, text: str, names: list[str]
) -> None:
    """Name, id and state filter segments, a list standing for any of its values."""
    world.segments.add("LINE", segment_id="line01")
    world.segments.add("VIP")
    world.segments.edit(world.segments.add("Old"), is_active=False)

    found = api.get("/api/segments", params={"filter": text, "sort": "name"}).json()

    assert [s["attributes"]["name"] for s in found["data"]] == names


def test_the_size_is_told_only_on_request_and_dearly(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """`profile_count` has the limit of 1 a second, beside the endpoint's own of 75."""
    segment, _ = filled(world)
    counting = {"additional-fields[segment]": "profile_count"}
    path = f"/api/segments/{segment}"

    plain = api.get(path).json()["data"]["attributes"]
    counted = api.get(path, params=counting)
    answers = [api.get(path, params=counting), api.get(path)]

    assert "profile_count" not in plain
    assert counted.json()["data"]["attributes"]["profile_count"] == 5
    assert counted.headers["RateLimit-Limit"] == "15"
    assert [answer.status_code for answer in answers] == [429, 200]


def test_members_are_whole_profiles_in_order_of_joining(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Members carry their properties and when they joined, oldest or newest first."""
    segment, people = filled(world)
    world.segments.take_out(segment, people[0])
    path = f"/api/segments/{segment}/profiles"

    first = api.get(path, params={"sort": "joined_group_at"}).json()["data"][0]

    assert first["attributes"]["joined_group_at"] == "2026-10-02T00:00:00+00:00"
    assert first["attributes"]["properties"] == {}
    assert members(api, segment, sort="joined_group_at") == people[1:]
    assert members(api, segment, sort="-joined_group_at") == people[:0:-1]
    narrow = {"fields[profile]": "email,joined_group_at"}
    (shown,) = api.get(path, params={**narrow, "page[size]": 1}).json()["data"]
    assert set(shown["attributes"]) == {"email", "joined_group_at"}


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("greater-than(joined_group_at,2026-10-03T00:00:00Z)", [3, 4]),
        ("greater-or-equal(joined_group_at,2026-10-03T00:00:00Z)", [2, 3, 4]),
        ("less-than(joined_group_at,2026-10-02T00:00:00Z)", [0]),
        (f"{LATER},less-or-equal(joined_group_at,2026-10-03T09:00:00+09:00)", [1, 2]),
        ('any(email,["p1@mail.test","P4@mail.test","x@mail.test"])', [1, 4]),
        ('equals(push_token,"abc")', []),
    ],
)
@pytest.mark.parametrize("sort", ["joined_group_at", "-joined_group_at"])
def test_members_are_found_by_what_klaviyo_allows(
    api: httpx.Client, world: KlaviyoWorld, text: str, numbers: list[int], sort: str
) -> None:
    """When they joined and who they are filter members, whatever the order."""
    segment, people = filled(world)
    world.add_profile(email="x@mail.test")

    found = members(api, segment, filter=text, sort=sort)

    assert sorted(found) == sorted(people[number] for number in numbers)


def test_members_are_found_by_id(api: httpx.Client, world: KlaviyoWorld) -> None:
    """`any(profile_id,…)` finds those of them who are members, and only those."""
    segment, people = filled(world)
    stranger = world.add_profile(email="x@mail.test")
    wanted = ",".join(f'"{each}"' for each in (people[2], stranger))

    assert members(api, segment, filter=f"any(profile_id,[{wanted}])") == [people[2]]


def test_a_scan_survives_changes_of_the_membership(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Who stays is seen once, though others leave, join and are deleted meanwhile."""
    segment, people = filled(world, 9)
    path = f"/api/segments/{segment}/profiles"
    asked = {"page[size]": "3", "sort": "joined_group_at"}
    page = api.get(path, params=asked).json()
    seen = [each["id"] for each in page["data"]]
    world.segments.take_out(segment, people[0])
    world.segments.take_out(segment, people[2])
    world.delete(people[4])
    world.segments.take_out(segment, people[1])
    world.segments.put(segment, people[1])
    newcomer = world.add_profile(email="new@mail.test")
    world.segments.put(segment, newcomer)

    while "next" in page["links"]:
        page = api.get(page["links"]["next"]).json()
        seen += [each["id"] for each in page["data"]]

    # The one who left and came back is seen twice: in both places it once had.
    again = [people[1], newcomer]
    assert seen[:3] == people[:3]
    assert seen[3:] == [people[3], *people[5:], *sorted(again)]


def test_a_changed_property_does_not_move_a_member(
    api: httpx.Client, world: KlaviyoWorld, clock: HandClock
) -> None:
    """Joining is remembered: neither an edit nor putting again makes it later."""
    segment, people = filled(world, 1)
    clock.advance(hours=1)
    body = {"type": "profile", "id": people[0], "attributes": {"properties": {"a": 1}}}
    api.patch(f"/api/profiles/{people[0]}", json={"data": body})
    world.segments.put(segment, people[0])

    path = f"/api/segments/{segment}/profiles"
    (member,) = api.get(path).json()["data"]

    assert member["attributes"]["joined_group_at"] == "2026-10-01T00:00:00+00:00"
    assert member["attributes"]["properties"] == {"a": 1}


def test_a_merge_moves_the_membership(api: httpx.Client, world: KlaviyoWorld) -> None:
    """The profile that stays takes the place of the one that is gone."""
    segment, people = filled(world, 2)
    stays = world.add_profile(external_id="c-1")

    world.merge(people[0], stays)

    assert set(members(api, segment)) == {stays, people[1]}
    listed = api.get(f"/api/profiles/{stays}/segments").json()["data"]
    assert [each["id"] for each in listed] == [segment]


@pytest.mark.parametrize("path", ["", "/profiles"])
def test_an_unknown_segment_is_a_404(api: httpx.Client, path: str) -> None:
    """Neither the segment nor its members can be read."""
    assert api.get(f"/api/segments/nope{path}").status_code == 404


def test_members_need_both_scopes(api: httpx.Client, world: KlaviyoWorld) -> None:
    """A key that may read segments but not profiles does not see members."""
    segment, _ = filled(world, 1)
    world.scopes = frozenset({"segments:read"})

    assert api.get("/api/segments").status_code == 200
    refused = api.get(f"/api/segments/{segment}/profiles")
    assert refused.status_code == 403
    assert "profiles:read" in refused.json()["errors"][0]["detail"]

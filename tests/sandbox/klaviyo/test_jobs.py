"""Bulk jobs and deletion requests: taken at once, carried out later."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.klaviyo import KlaviyoWorld
    from tests.sandbox.klaviyo.clock import HandClock

IMPORTS = "/api/profile-bulk-import-jobs"


def row(attributes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make a row of an import."""
    return {"type": "profile", "attributes": attributes, **more}


def imported(api: httpx.Client, rows: list[Any], **more: Any) -> httpx.Response:
    """Ask for an import."""
    attributes = {"profiles": {"data": rows}}
    data = {"type": "profile-bulk-import-job", "attributes": attributes, **more}
    return api.post(IMPORTS, json={"data": data})


def looked_at(api: httpx.Client, job: httpx.Response) -> dict[str, Any]:
    """Read how far a job is."""
    assert job.status_code == 202, job.text
    answer = api.get(f"{IMPORTS}/{job.json()['data']['id']}").json()["data"]
    return dict(answer["attributes"])


def test_an_import_updates_and_makes_profiles(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Rows are matched by id or address, merge key by key, or make a profile."""
    hana = world.add_profile(email="hana@mail.test", properties={"a": 1, "b": 1})
    kenta = world.add_profile(phone_number="+819000000012", first_name="Kenta")

    job = imported(
        api,
        [
            row({"properties": {"b": 2}}, id=hana),
            row({"phone_number": "+819000000012", "first_name": None}),
            row({"email": "Aoi@mail.test", "properties": {"c": 3}}),
        ],
    )

    assert job.json()["data"]["attributes"]["status"] == "queued"
    done = looked_at(api, job)
    assert (done["status"], done["completed_count"], done["failed_count"]) == (
        "complete",
        3,
        0,
    )
    assert world.profile(hana).properties == {"a": 1, "b": 2}
    assert world.profile(kenta).first_name is None
    (aoi,) = [p for p in world.profiles() if p.email == "aoi@mail.test"]
    assert aoi.properties == {"c": 3}


def test_a_bad_row_fails_alone(api: httpx.Client, world: KlaviyoWorld) -> None:
    """Every bad row is an import error with what was sent; the good one is taken."""
    hana = world.add_profile(email="hana@mail.test")
    world.add_profile(phone_number="+819000000012")
    bad: list[Any] = [
        row({"phone_number": "090-0000-0011"}),
        row({"email": "hana@mail.test", "phone_number": "+819000000012"}),
        row({"properties": {"a": 1}}, id="01UNKNOWN"),
        row({"first_name": "Nobody"}),
        row({"email": "x@mail.test", "age": 7}),
        row({"email": "y@mail.test", "properties": {"k": "x" * 100_000}}),
        "what is this",
    ]

    job = imported(api, [*bad, row({"properties": {"a": 1}}, id=hana)])

    done = looked_at(api, job)
    assert (done["completed_count"], done["failed_count"]) == (1, len(bad))
    errors = api.get(f"{IMPORTS}/{job.json()['data']['id']}/import-errors").json()
    told = [each["attributes"] for each in errors["data"]]
    assert [each["original_payload"] for each in told] == bad
    assert told[1]["code"] == "duplicate_profile"
    assert told[0]["source"]["pointer"] == "/attributes/phone_number"
    assert len(world.profiles()) == 2


def test_import_errors_come_in_pages(api: httpx.Client) -> None:
    """Following the links shows every error once, in the order of the rows."""
    job = imported(api, [row({"first_name": str(number)}) for number in range(25)])

    url = f"{IMPORTS}/{job.json()['data']['id']}/import-errors"
    first = api.get(url).json()
    second = api.get(first["links"]["next"]).json()

    sent = [
        each["attributes"]["original_payload"]["attributes"]["first_name"]
        for each in first["data"] + second["data"]
    ]
    assert len(first["data"]) == 20
    assert sent == [str(number) for number in range(25)]


def test_an_import_takes_its_time(
    api: httpx.Client, world: KlaviyoWorld, clock: HandClock
) -> None:
    """With a delay it is queued, then processed, and only then does anything change."""
    world.jobs_delay = timedelta(minutes=2)
    hana = world.add_profile(email="hana@mail.test")
    job = imported(api, [row({"properties": {"a": 1}}, id=hana)])

    states = []
    for _ in range(3):
        states.append((looked_at(api, job)["status"], world.profile(hana).properties))
        clock.advance(seconds=70)

    assert states == [("queued", {}), ("processing", {}), ("complete", {"a": 1})]


@pytest.mark.parametrize("count", [0, 10_001])
def test_an_import_has_a_size(api: httpx.Client, count: int) -> None:
    """No profiles at all, or more than 10,000, are a 400."""
    answer = imported(api, [row({"email": "hana@mail.test"})] * count)

    assert answer.status_code == 400


def test_an_import_is_at_most_five_megabytes(api: httpx.Client) -> None:
    """A larger body is a 400, though every row is small enough."""
    large = row({"email": "hana@mail.test", "properties": {"k": "x" * 90_000}})

    assert imported(api, [large] * 50).status_code == 202
    assert imported(api, [large] * 60).status_code == 400


def test_an_import_can_fill_a_list(api: httpx.Client, world: KlaviyoWorld) -> None:
    """The profiles are on the list afterwards; an unknown list is a 404."""
    list_id = world.lists.add("Imported")
    lists = {"lists": {"data": [{"type": "list", "id": list_id}]}}
    nowhere = {"lists": {"data": [{"type": "list", "id": "nope"}]}}
    rows = [row({"email": "hana@mail.test"})]

    assert imported(api, rows, relationships=nowhere).status_code == 404
    assert looked_at(api, imported(api, rows, relationships=lists))
    (member,) = api.get(f"/api/lists/{list_id}/profiles").json()["data"]
    assert member["attributes"]["email"] == "hana@mail.test"


def bulk_events(*people: tuple[dict[str, Any], list[str]]) -> dict[str, Any]:
    """Make the body of a bulk of events: for each profile some unique ids."""
    entries = [
        {
            "type": "event-bulk-create",
            "attributes": {
                "profile": {"data": {"type": "profile", **person}},
                "events": {"data": [one_event(unique_id) for unique_id in ids]},
            },
        }
        for person, ids in people
    ]
    attributes = {"events-bulk-create": {"data": entries}}
    return {"data": {"type": "event-bulk-create-job", "attributes": attributes}}


def one_event(unique_id: str) -> dict[str, Any]:
    """Make an event of a bulk."""
    metric = {"type": "metric", "attributes": {"name": "Linked LINE Identity"}}
    attributes = {
        "properties": {},
        "metric": {"data": metric},
        "unique_id": unique_id,
    }
    return {"type": "event", "attributes": attributes}


def test_events_come_in_bulk(api: httpx.Client, world: KlaviyoWorld) -> None:
    """Each is recorded once for its profile, repeats among them or not."""
    hana = world.add_profile(email="hana@mail.test")
    body = bulk_events(
        ({"id": hana, "attributes": {}}, ["u-1", "u-2", "u-1"]),
        ({"attributes": {"email": "new@mail.test"}}, ["u-1"]),
    )

    answers = [api.post("/api/event-bulk-create-jobs", json=body) for _ in range(2)]

    assert [(a.status_code, a.content) for a in answers] == [(202, b""), (202, b"")]
    assert [event.unique_id for event in world.events(hana)] == ["u-1", "u-2"]
    assert len(world.events()) == 3


def test_a_bulk_of_events_has_a_size(api: httpx.Client, world: KlaviyoWorld) -> None:
    """More than 1,000 events, or one that is nobody's, are a 400 for all."""
    hana = {"id": world.add_profile(email="hana@mail.test"), "attributes": {}}
    many = [f"u-{number}" for number in range(1_001)]

    for body in (
        bulk_events((hana, many)),
        bulk_events((hana, ["u-1"]), ({"attributes": {}}, ["u-2"])),
    ):
        assert api.post("/api/event-bulk-create-jobs", json=body).status_code == 400
    assert world.events() == ()


def deletion(profile: dict[str, Any]) -> dict[str, Any]:
    """Make the body of a deletion request."""
    attributes = {"profile": {"data": {"type": "profile", **profile}}}
    return {"data": {"type": "data-privacy-deletion-job", "attributes": attributes}}


@pytest.mark.parametrize("by", ["id", "email", "phone_number"])
def test_a_deletion_request_deletes_later(
    api: httpx.Client, world: KlaviyoWorld, clock: HandClock, by: str
) -> None:
    """The profile goes with its events and memberships once the job is due."""
    world.jobs_delay = timedelta(minutes=1)
    addresses = {"email": "hana@mail.test", "phone_number": "+819000000011"}
    hana = world.add_profile(**addresses)
    segment = world.segments.add("Has LINE")
    world.segments.put(segment, hana)
    asked = {"attributes": {by: addresses[by]} if by in addresses else {}}

    answer = api.post(
        "/api/data-privacy-deletion-jobs",
        json=deletion({"id": hana, **asked} if by == "id" else asked),
    )

    assert (answer.status_code, answer.content) == (202, b"")
    assert api.get(f"/api/profiles/{hana}").status_code == 200
    clock.advance(minutes=1)
    assert api.get(f"/api/profiles/{hana}").status_code == 404
    assert api.get(f"/api/segments/{segment}/profiles").json()["data"] == []


def test_a_deletion_request_names_one_identifier(api: httpx.Client) -> None:
    """None or two are a 400; somebody unknown is taken like anybody."""
    both = {"email": "hana@mail.test", "phone_number": "+819000000011"}
    statuses = [
        api.post("/api/data-privacy-deletion-jobs", json=deletion(each)).status_code
        for each in (
            {"attributes": {}},
            {"attributes": both},
            {"attributes": {"email": "nobody@mail.test"}},
        )
    ]

    assert statuses == [400, 400, 202]

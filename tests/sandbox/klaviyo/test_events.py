from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.klaviyo import KlaviyoWorld
    from tests.sandbox.klaviyo.clock import HandClock

HANA = "hana.sato@mail.test"


def event(
    person: dict[str, Any], name: str = "Linked LINE Identity", **attributes: Any
) -> dict[str, Any]:
    """Make the body of an event of this person's."""
    metric = {"data": {"type": "metric", "attributes": {"name": name}}}
    profile = {"data": {"type": "profile", "attributes": {}, **person}}
    required = {"properties": {}, "metric": metric, "profile": profile}
    return {"data": {"type": "event", "attributes": {**required, **attributes}}}


def by_email(email: str = HANA, **attributes: Any) -> dict[str, Any]:
    """Name a person by email."""
    return {"attributes": {"email": email, **attributes}}


def send(api: httpx.Client, body: dict[str, Any]) -> None:
    """Record an event: always 202 without a body."""
    answer = api.post("/api/events", json=body)
    assert (answer.status_code, answer.content) == (202, b""), answer.text


def test_an_event_without_a_match_makes_a_profile(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Klaviyo creates a profile from the identifiers and attributes of the event."""
    send(api, event(by_email(first_name="Hana", properties={"k": 1})))

    (profile,) = world.profiles()
    assert (
        profile.email,
        profile.first_name,
        profile.properties,
    ) == (HANA, "Hana", {"k": 1})
    assert profile.last_event_date == world.now()


def test_the_strongest_known_identifier_says_whose_it_is(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Profile id before email before phone; no address is taken from its owner."""
    hana = world.add_profile(email=HANA)
    kenta = world.add_profile(phone_number="+819000000012")
    both = {"email": HANA, "phone_number": "+819000000012"}

    send(api, event({"attributes": both}, name="by email"))
    send(api, event({"id": kenta, "attributes": both}, name="by id"))

    named = {e.metric.name: e.profile_id for e in world.events()}
    assert {"by email": hana, "by id": kenta} == named
    assert (
        world.profile(hana).phone_number,
        world.profile(kenta).email,
    ) == (None, None)


def test_an_exchange_id_says_whose_it_is(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """`_kx` names a profile that exists, and makes none."""
    hana = world.add_profile(email=HANA)

    send(api, event({"attributes": {"_kx": world.exchange_id(hana)}}))
    send(api, event({"attributes": {"_kx": "forged%3D.Hn4cFe"}}))

    assert [e.profile_id for e in world.events()] == [hana]
    assert len(world.profiles()) == 1


def test_an_unknown_id_alone_is_accepted_and_makes_nothing(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """202 is no promise: an event for a profile that is gone disappears."""
    send(api, event({"id": "01GONE"}))

    assert (world.profiles(), world.events()) == ((), ())


def test_a_repeat_is_taken_once_per_profile_metric_and_unique_id(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """The same unique id counts again for another metric or another profile."""
    for _ in range(2):
        send(api, event(by_email(), unique_id="u-1"))
    send(api, event(by_email(), name="Other", unique_id="u-1"))
    send(api, event(by_email("kenta@mail.test"), unique_id="u-1"))

    assert len(world.events()) == 3


def test_without_unique_id_two_events_in_one_second_are_one(
    api: httpx.Client, world: KlaviyoWorld, clock: HandClock
) -> None:
    """The time cut to seconds stands in for the unique id."""
    send(api, event(by_email()))
    clock.advance(seconds=0.4)
    send(api, event(by_email()))
    clock.advance(seconds=1)
    send(api, event(by_email()))

    assert len(world.events()) == 2


def test_an_event_is_shown_after_the_delay(
    api: httpx.Client, world: KlaviyoWorld, clock: HandClock
) -> None:
    """`GET /api/events` lags; the world itself knows at once."""
    world.event_delay = timedelta(minutes=3)
    send(api, event(by_email()))

    assert api.get("/api/events").json()["data"] == []
    assert len(world.events()) == 1
    clock.advance(minutes=3)
    assert len(api.get("/api/events").json()["data"]) == 1


def test_events_are_filtered_and_bring_their_profile_and_metric(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Filter by profile and metric, include both, `$event_id` and `$value` inside."""
    send(api, event(by_email(), unique_id="u-1", value=9.5, properties={"a": 1}))
    send(api, event(by_email(), name="Other"))
    send(api, event(by_email("kenta@mail.test")))
    (first, *_) = world.events()

    answer = api.get(
        "/api/events",
        params={
            "filter": (
                f'equals(profile_id,"{first.profile_id}"),'
                f'equals(metric_id,"{first.metric.id}")'
            ),
            "include": "metric,profile",
        },
    ).json()

    (shown,) = answer["data"]
    assert (shown["attributes"]["event_properties"]) == {
        "a": 1,
        "$value": 9.5,
        "$event_id": "u-1",
    }
    assert {("metric", first.metric.id), ("profile", first.profile_id)} == {
        (resource["type"], resource["id"]) for resource in answer["included"]
    }


def test_times_are_compared(api: httpx.Client, clock: HandClock) -> None:
    """`datetime` and `timestamp` conditions select by the event's own time."""
    send(api, event(by_email(), time="2026-10-01T00:00:00Z", unique_id="old"))
    send(api, event(by_email(), unique_id="new"))

    for text in (
        "greater-than(datetime,2026-10-01T00:00:00Z)",
        f"greater-or-equal(timestamp,{int(clock().timestamp())})",
    ):
        data = api.get("/api/events", params={"filter": text}).json()["data"]
        assert [e["attributes"]["event_properties"]["$event_id"] for e in data] == [
            "new"
        ]


def test_metrics_of_klaviyo_and_of_the_api(api: httpx.Client) -> None:
    """A new metric appears under the API integration, beside Klaviyo's own."""
    send(api, event(by_email()))

    def names(**params: str) -> set[str]:
        data = api.get("/api/metrics", params=params).json()["data"]
        return {metric["attributes"]["name"] for metric in data}

    assert {"Linked LINE Identity", "Form submitted by profile"} <= names()
    assert {"Linked LINE Identity"} == names(filter='equals(integration.name,"API")')


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (event({}), "/data/attributes/profile/data/attributes"),
        (event(by_email(), name=""), "/data/attributes/metric/data/attributes/name"),
        (event(by_email(), time="yesterday"), "/data/attributes/time"),
        (event(by_email("hana")), "/data/attributes/profile/data/attributes/email"),
    ],
)
def test_bad_events_are_a_400_that_points(
    api: httpx.Client, body: dict[str, Any], pointer: str
) -> None:
    """What is wrong is refused at once instead of being lost later."""
    answer = api.post("/api/events", json=body)

    assert answer.status_code == 400
    assert {"pointer": pointer} == answer.json()["errors"][0]["source"]

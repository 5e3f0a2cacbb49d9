"""The sandboxed Klaviyo holds to the published OpenAPI document.

Every request that these tests send and every answer that they get is checked against
the schema of its operation and status.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.sandbox.klaviyo import KlaviyoWorld
from marketing_agent.sandbox.klaviyo.app import OPERATIONS
from marketing_agent.sandbox.klaviyo.event_operations import (
    EVENT_FILTERS,
    EVENT_SORTS,
    METRIC_FILTERS,
)
from marketing_agent.sandbox.klaviyo.profile_operations import (
    PROFILE_FIELDS,
    PROFILE_FILTERS,
)
from marketing_agent.sandbox.klaviyo.profiles import SORTS
from tests.sandbox.klaviyo.checked import checked_client
from tests.sandbox.klaviyo.openapi import Published, published

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx

    from marketing_agent.sandbox.klaviyo.filters import Field
    from marketing_agent.sandbox.klaviyo.operations import Operation

HANA = {"email": "hana.sato@mail.test", "phone_number": "+819000000011"}


@pytest.fixture(scope="module")
def document() -> Published:
    """Give the published document."""
    return published()


@pytest.fixture(scope="module")
def world() -> KlaviyoWorld:
    """Give an account with a profile, an event and a clock that stands."""
    at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    world = KlaviyoWorld(clock=lambda: at)
    world.limits.lift()
    return world


@pytest.fixture(scope="module")
def api(world: KlaviyoWorld, document: Published) -> Iterator[httpx.Client]:
    """Give a client that refuses whatever the document does not describe."""
    with checked_client(world, document) as client:
        yield client


def profile(attributes: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Make the body of a profile call."""
    return {"data": {"type": "profile", "attributes": attributes, **more}}


def event(person: dict[str, Any], **attributes: Any) -> dict[str, Any]:
    """Make the body of an event."""
    metric = {"type": "metric", "attributes": {"name": "Linked LINE Identity"}}
    required = {
        "properties": {"k": 1},
        "metric": {"data": metric},
        "profile": {"data": {"type": "profile", "attributes": person}},
    }
    return {"data": {"type": "event", "attributes": {**required, **attributes}}}


def test_every_answer_has_the_documented_shape(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """A walk through every operation and its options meets only documented bodies."""
    made = api.post(
        "/api/profiles",
        json=profile({**HANA, "location": {"city": "Kyoto", "latitude": 35.0}}),
    )
    assert made.status_code == 201
    hana = made.json()["data"]["id"]
    patch = profile(
        {"properties": {"LINE User ID": None}, "first_name": "Hana"},
        id=hana,
        meta={"patch_properties": {"append": {"k": 1}, "unset": ["old"]}},
    )
    world.suppress(hana)
    asked = [
        api.patch(f"/api/profiles/{hana}", json=patch),
        api.get(f"/api/profiles/{hana}", params={"fields[profile]": "email"}),
        api.get(
            f"/api/profiles/{hana}",
            params={"additional-fields[profile]": "subscriptions"},
        ),
        api.get("/api/profiles", params={"page[size]": 1, "sort": "-updated"}),
        api.get("/api/accounts"),
        api.post("/api/events", json=event(HANA, value=1.5, unique_id="u-1")),
        api.post("/api/events", json=event({"email": "kenta@mail.test"})),
        api.get("/api/events", params={"include": "profile,metric", "page[size]": 1}),
        api.get("/api/metrics", params={"fields[metric]": "name"}),
    ]
    more = [answer.json().get("links", {}) for answer in asked if answer.content]
    followed = [api.get(links["next"]) for links in more if "next" in links]

    assert {answer.status_code for answer in (*asked, *followed)} == {200, 202}
    assert followed
    assert len(world.profiles()) == 2


def test_every_refusal_has_the_documented_shape(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Each kind of error is one that the document describes."""
    taken = {"external_id": "taken"}
    world.add_profile(external_id="taken")
    statuses = [
        api.get("/api/profiles", params={"filter": "nonsense"}).status_code,
        api.get("/api/accounts", headers={"Authorization": ""}).status_code,
        api.get("/api/profiles/01NOPE").status_code,
        api.post("/api/profiles", json=profile(taken)).status_code,
        api.post("/api/profiles", content="{}").status_code,
    ]
    for fault in (429, 500, 503):
        world.faults.answer(fault, times=1)
        statuses.append(api.get("/api/metrics").status_code)

    assert statuses == [400, 401, 404, 409, 415, 429, 500, 503]


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda o: f"{o.method} {o.path}")
def test_tiers_and_scopes_are_the_published_ones(
    operation: Operation, document: Published
) -> None:
    """Rate limits and scopes are those that the document states per operation."""
    stated = document.operation(operation.method, operation.path)

    assert stated["x-klaviyo-ratelimit"] == {
        "burst": f"{operation.tier.burst}/s",
        "steady": f"{operation.tier.steady}/m",
    }
    assert stated["x-klaviyo-scopes"] == list(operation.scopes)


@pytest.mark.parametrize(
    ("path", "filters"),
    [
        ("/api/profiles", PROFILE_FILTERS),
        ("/api/events", EVENT_FILTERS),
        ("/api/metrics", METRIC_FILTERS),
    ],
)
def test_filters_are_the_published_ones(
    path: str, filters: Mapping[str, Field], document: Published
) -> None:
    """No field or operator is accepted that the real endpoint would refuse.

    For profiles, all that the real endpoint takes are accepted.
    """
    stated = document.operation("GET", path)["x-klaviyo-filters"]

    for name, field in filters.items():
        operators = stated[name]["operators"].values()
        assert field.operators <= {operator for each in operators for operator in each}
    assert set(filters) == set(stated) or path != "/api/profiles"


def test_sorts_and_sparse_fields_are_published_ones(document: Published) -> None:
    """No sort or sparse field is accepted that the real endpoint would refuse."""
    profiles = parameters(document, "/api/profiles")
    events = parameters(document, "/api/events")

    assert set(SORTS) <= set(profiles["sort"]["enum"])
    assert set(PROFILE_FIELDS) <= set(profiles["fields[profile]"]["items"]["enum"])
    assert set(EVENT_SORTS) <= set(events["sort"]["enum"])


def parameters(document: Published, path: str) -> dict[str, Any]:
    """Give the schemas of a collection's parameters by name."""
    stated = document.operation("GET", path)["parameters"]
    return {parameter["name"]: parameter["schema"] for parameter in stated}


def test_the_checker_sees_what_is_wrong(document: Published) -> None:
    """A missing, undeclared, mistyped or malformed part of an answer is reported."""
    schema = document.response_schema("GET", "/api/accounts", 200)
    assert schema is not None
    bad = {"data": [{"type": "acount", "id": 5, "links": {"self": "here"}}], "x": 1}

    problems = document.problems(schema, bad, closed=True)

    assert [problem.split(":")[0] for problem in problems] == [
        "$.x",
        "$.data[0].attributes",
        "$.data[0].type",
        "$.data[0].id",
        "$.data[0].links.self",
    ]

"""Segments, lists, forms, flows and jobs hold to the published OpenAPI document.

Every request that these tests send and every answer that they get is checked against
the schema of its operation and status.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from marketing_agent.sandbox.klaviyo import KlaviyoWorld, ab_test, popup_form
from marketing_agent.sandbox.klaviyo.flow_operations import FLOW_FILTERS, FLOW_SORTS
from marketing_agent.sandbox.klaviyo.form_operations import (
    FORM_FILTERS,
    FORM_SORTS,
    FORM_VERSION_FILTERS,
)
from marketing_agent.sandbox.klaviyo.list_operations import LIST_FILTERS, LIST_SORTS
from marketing_agent.sandbox.klaviyo.member_pages import (
    MEMBER_FIELDS,
    MEMBER_FILTERS,
    MEMBER_SORTS,
    SEGMENT_MEMBER_FILTERS,
)
from marketing_agent.sandbox.klaviyo.segment_operations import (
    SEGMENT_FILTERS,
    SEGMENT_SORTS,
)
from tests.sandbox.klaviyo.checked import checked_client
from tests.sandbox.klaviyo.openapi import Published, published

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import httpx

    from marketing_agent.sandbox.klaviyo.filters import Field
    from marketing_agent.sandbox.klaviyo.form_building import Definition

HANA = {"email": "hana.sato@mail.test", "phone_number": "+819000000011"}
URL = "https://links.test/f/ab12cd34"


@pytest.fixture(scope="module")
def document() -> Published:
    """Give the published document."""
    return published()


@pytest.fixture(scope="module")
def world() -> KlaviyoWorld:
    """Give an account with one of everything and a clock that stands."""
    at = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    world = KlaviyoWorld(clock=lambda: at)
    world.limits.lift()
    hana = world.add_profile(**HANA, properties={"LINE User ID": "U0"})
    world.segments.put(world.segments.add("LINE", segment_id="line01"), hana)
    world.segments.fill("line01", world.add_crowd(30))
    world.segments.add("Empty")
    world.lists.put(world.lists.add("Newsletter", list_id="list01"), hana)
    world.lists.add("Other", opt_in_process="single_opt_in")
    world.forms.add("Sign up", form_id="form01", definition=everything())
    world.forms.add("Footer", definition=popup_form(version_type="embed"))
    for trigger in ("submitted_form", "subscribed_to_list"):
        for target in ({"form_id": "form01", "list_id": "list01"}, {}):
            world.flows.add_webhook_flow(
                trigger, trigger=trigger, url=URL, body="{}", **target
            )
    return world


def everything() -> Definition:
    """Write a form with an A/B test, a draft and inputs of every kind."""
    return ab_test(
        popup_form(name="A", button_label="Link with LINE", button_url=URL),
        popup_form(steps=(("email", "Roast"),), version_type="full_screen"),
        popup_form(name="Next", status="draft", list_id="list01"),
    )


@pytest.fixture(scope="module")
def api(world: KlaviyoWorld, document: Published) -> Iterator[httpx.Client]:
    """Give a client that refuses whatever the document does not describe."""
    with checked_client(world, document) as client:
        yield client


def all_pages(api: httpx.Client, path: str, **parameters: Any) -> list[dict[str, Any]]:
    """Follow the links from the first page, backwards too."""
    page = api.get(path, params=parameters)
    found = list(page.json()["data"])
    while link := page.json()["links"].get("next"):
        page = api.get(link)
        found += page.json()["data"]
        back = api.get(page.json()["links"]["prev"])
        assert {page.status_code, back.status_code} == {200}
    return found


def test_segments_and_lists_have_the_documented_shape(api: httpx.Client) -> None:
    """Groups, their sizes and their members, whole and narrowed, in pages."""
    hana = next(
        each["id"]
        for each in all_pages(api, "/api/segments/line01/profiles")
        if each["attributes"]["email"] == HANA["email"]
    )
    narrow = {"fields[profile]": "email,joined_group_at,location.city"}
    assert len(all_pages(api, "/api/segments", **{"page[size]": 1})) == 2
    assert len(all_pages(api, "/api/lists", **{"page[size]": 1})) == 2
    assert len(all_pages(api, "/api/segments/line01/profiles", **narrow)) == 31
    assert len(all_pages(api, "/api/lists/list01/profiles")) == 1
    asked = [
        api.get("/api/segments/line01"),
        api.get("/api/segments", params={"fields[segment]": "definition,name"}),
        api.get(
            "/api/segments/line01",
            params={"additional-fields[segment]": "profile_count"},
        ),
        api.get(
            "/api/lists/list01", params={"additional-fields[list]": "profile_count"}
        ),
        api.get(f"/api/profiles/{hana}/segments"),
        api.get(f"/api/profiles/{hana}", params={"include": "lists,segments"}),
    ]
    assert {answer.status_code for answer in asked} == {200}
    assert len(asked[-1].json()["included"]) == 2


def test_forms_and_flows_have_the_documented_shape(api: httpx.Client) -> None:
    """Definitions with every block that is built, versions, and flows that call."""
    assert len(all_pages(api, "/api/forms", **{"page[size]": 1})) == 2
    versions = all_pages(api, "/api/forms/form01/form-versions", **{"page[size]": 1})
    assert [each["attributes"]["form_type"] for each in versions] == [
        "popup",
        "full_page",
        "popup",
    ]
    flows = all_pages(api, "/api/flows", **{"page[size]": 2})
    whole = {"additional-fields[flow]": "definition"}
    asked = [
        api.get("/api/forms/form01"),
        api.get("/api/forms/form01", params={"fields[form]": "definition.versions"}),
        api.get(f"/api/form-versions/{versions[0]['id']}", params={"include": "form"}),
        api.get(f"/api/form-versions/{versions[0]['id']}/form"),
        *(api.get(f"/api/flows/{flow['id']}", params=whole) for flow in flows),
    ]
    assert len(flows) == 4
    assert {answer.status_code for answer in asked} == {200}


def test_jobs_have_the_documented_shape(api: httpx.Client) -> None:
    """A job, its progress and its errors; a bulk of events; a deletion request."""
    imports = "/api/profile-bulk-import-jobs"
    rows = [
        {"type": "profile", "attributes": {"email": "aoi@mail.test"}},
        {"type": "profile", "id": "01UNKNOWN", "attributes": {"title": None}},
    ]
    attributes: dict[str, Any] = {"profiles": {"data": rows}}
    lists = {"lists": {"data": [{"type": "list", "id": "list01"}]}}
    data = {"type": "profile-bulk-import-job", "attributes": attributes}
    made = api.post(imports, json={"data": {**data, "relationships": lists}})
    job = f"{imports}/{made.json()['data']['id']}"
    metric = {"type": "metric", "attributes": {"name": "Linked LINE Identity"}}
    event = {"properties": {}, "metric": {"data": metric}, "backfill": True}
    entry = {
        "profile": {"data": {"type": "profile", "attributes": HANA}},
        "events": {"data": [{"type": "event", "attributes": event}]},
    }
    entries = {"data": [{"type": "event-bulk-create", "attributes": entry}]}
    bulk = {
        "type": "event-bulk-create-job",
        "attributes": {"events-bulk-create": entries},
    }
    whom = {"type": "profile", "attributes": {"email": "nobody@mail.test"}}
    request = {
        "type": "data-privacy-deletion-job",
        "attributes": {"profile": {"data": whom}},
    }
    asked = [
        made,
        api.get(job),
        api.get(f"{job}/import-errors"),
        api.post("/api/event-bulk-create-jobs", json={"data": bulk}),
        api.post("/api/data-privacy-deletion-jobs", json={"data": request}),
    ]
    assert [answer.status_code for answer in asked] == [202, 200, 200, 202, 202]
    assert len(asked[2].json()["data"]) == 1


@pytest.mark.parametrize(
    ("path", "filters", "sorts"),
    [
        ("/api/segments", SEGMENT_FILTERS, SEGMENT_SORTS),
        ("/api/segments/{id}/profiles", SEGMENT_MEMBER_FILTERS, MEMBER_SORTS),
        ("/api/lists", LIST_FILTERS, LIST_SORTS),
        ("/api/lists/{id}/profiles", MEMBER_FILTERS, MEMBER_SORTS),
        ("/api/forms", FORM_FILTERS, FORM_SORTS),
        ("/api/forms/{id}/form-versions", FORM_VERSION_FILTERS, FORM_SORTS),
        ("/api/flows", FLOW_FILTERS, FLOW_SORTS),
    ],
)
def test_filters_and_sorts_are_the_published_ones(
    path: str,
    filters: Mapping[str, Field],
    sorts: Sequence[str],
    document: Published,
) -> None:
    """Exactly what the real endpoint takes is taken."""
    operation = document.operation("GET", path)
    stated = operation["x-klaviyo-filters"]
    taken = {name: field.operators for name, field in filters.items()}
    assert taken == {
        name: {o for each in field["operators"].values() for o in each}
        for name, field in stated.items()
    }
    schemas = {p["name"]: p["schema"] for p in operation["parameters"]}
    assert {sign + sort for sort in sorts for sign in ("", "-")} == set(
        schemas["sort"]["enum"]
    )


@pytest.mark.parametrize(
    "path", ["/api/segments/{id}/profiles", "/api/lists/{id}/profiles"]
)
def test_sparse_fields_of_members_are_published_ones(
    path: str, document: Published
) -> None:
    """No sparse field is accepted that the real endpoint would refuse."""
    parameters = document.operation("GET", path)["parameters"]
    schemas = {p["name"]: p["schema"] for p in parameters}

    assert set(MEMBER_FIELDS) <= set(schemas["fields[profile]"]["items"]["enum"])

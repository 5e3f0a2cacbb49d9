"""The official Python SDK reads segments, forms and flows, and submits bulk jobs.

`klaviyo-api` 24 speaks revision 2026-07-15 and parses answers with strict models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from klaviyo_api import KlaviyoAPI

from marketing_agent.sandbox.klaviyo import (
    KlaviyoWorld,
    ab_test,
    klaviyo_app,
    popup_form,
)
from tests.sandbox.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

URL = "https://links.test/f/ab12cd34"


@pytest.fixture(scope="module")
def world() -> KlaviyoWorld:
    """Give an account with a segment, a form and a flow, its rate limits lifted."""
    world = KlaviyoWorld()
    world.limits.lift()
    segment = world.segments.add("Has LINE", segment_id="line01")
    world.segments.fill(segment, world.add_crowd(250))
    definition = ab_test(popup_form(button_url=URL), popup_form(name="B"))
    world.forms.add("Sign up", form_id="form01", definition=definition)
    world.flows.add_webhook_flow(
        "Tell", trigger="submitted_form", form_id="form01", url=URL, body="{}"
    )
    return world


@pytest.fixture(scope="module")
def sdk(world: KlaviyoWorld) -> Iterator[KlaviyoAPI]:
    """Give the SDK with the account's key, pointed at the sandbox."""
    with serving(klaviyo_app(world), lifespan="off") as base_url:
        yield KlaviyoAPI(world.private_key, max_retries=2, test_host=base_url)


def test_it_finds_a_segment_and_its_size(sdk: KlaviyoAPI) -> None:
    """By name, then by id with the count."""
    (found,) = sdk.Segments.get_segments(filter='equals(name,"Has LINE")').data
    counted = sdk.Segments.get_segment(
        found.id, additional_fields_segment=["profile_count"]
    ).data

    assert counted.attributes.profile_count == 250
    assert counted.attributes.is_processing is False


def test_it_pages_through_members(sdk: KlaviyoAPI, world: KlaviyoWorld) -> None:
    """Each member once, with properties and when it joined, oldest first."""
    seen: list[Any] = []
    cursor: str | None = None
    while True:
        page = sdk.Segments.get_profiles_for_segment(
            "line01", page_size=100, sort="joined_group_at", page_cursor=cursor
        )
        seen += page.data
        if not page.links.next:
            break
        cursor = parse_qs(urlsplit(page.links.next).query)["page[cursor]"][0]

    joined = [each.attributes.joined_group_at for each in seen]
    assert len({each.id for each in seen}) == 250
    assert joined == sorted(joined)
    assert {p.id for p in world.profiles()}.isdisjoint(each.id for each in seen)
    assert all(each.attributes.properties["LINE User ID"] for each in seen)


def test_it_reads_a_form_down_to_its_button(sdk: KlaviyoAPI) -> None:
    """The strict models take the definition; the Success button goes to our URL."""
    (listed,) = sdk.Forms.get_forms(filter='contains(name,"Sign")').data
    form = sdk.Forms.get_form(listed.id).data
    versions = sdk.Forms.get_versions_for_form(listed.id).data

    first, second = form.attributes.definition.versions
    (*_, button) = first.steps[-1].columns[0].rows
    # What is one of several shapes, the SDK leaves as it came.
    action = button.blocks[0]["action"]
    assert (form.attributes.ab_test, second.name) == (True, "B")
    assert action["properties"]["url"] == URL
    assert [version.attributes.status for version in versions] == ["live", "live"]


def test_it_reads_a_flow_down_to_its_webhook(sdk: KlaviyoAPI) -> None:
    """The definition has the trigger's form and the webhook's address."""
    (flow,) = sdk.Flows.get_flows(filter='equals(trigger_type,"Metric")').data
    read = sdk.Flows.get_flow(flow.id, additional_fields_flow=["definition"]).data

    action = read.attributes.definition.actions[0]
    assert action["data"]["message"]["url"] == URL


def test_it_imports_profiles_in_bulk(sdk: KlaviyoAPI, world: KlaviyoWorld) -> None:
    """A job is taken, is complete at the next look, and tells its errors."""
    hana = world.add_profile(email="hana.sato@mail.test", properties={"a": 1})
    rows = [
        {"type": "profile", "id": hana, "attributes": {"properties": {"b": 2}}},
        {"type": "profile", "attributes": {"phone_number": "090"}},
    ]
    attributes = {"profiles": {"data": rows}}
    body = {"data": {"type": "profile-bulk-import-job", "attributes": attributes}}
    job = sdk.Profiles.bulk_import_profiles(body).data

    done = sdk.Profiles.get_bulk_import_profiles_job(job.id).data.attributes
    errors = sdk.Profiles.get_errors_for_bulk_import_profiles_job(job.id).data

    assert (job.attributes.status, done.status) == ("queued", "complete")
    assert (done.completed_count, done.failed_count, len(errors)) == (1, 1, 1)
    assert world.profile(hana).properties == {"a": 1, "b": 2}


def test_it_records_events_in_bulk(sdk: KlaviyoAPI, world: KlaviyoWorld) -> None:
    """The events of a job are recorded for the profile."""
    aoi = world.add_profile(email="aoi@mail.test")
    metric = {"type": "metric", "attributes": {"name": "Linked LINE Identity"}}
    event = {"properties": {}, "metric": {"data": metric}, "unique_id": "u-1"}
    entry = {
        "profile": {"data": {"type": "profile", "id": aoi, "attributes": {}}},
        "events": {"data": [{"type": "event", "attributes": event}]},
    }
    entries = {"data": [{"type": "event-bulk-create", "attributes": entry}]}
    attributes = {"events-bulk-create": entries}
    sdk.Events.bulk_create_events(
        {"data": {"type": "event-bulk-create-job", "attributes": attributes}}
    )

    assert [event.unique_id for event in world.events(aoi)] == ["u-1"]


def test_it_asks_for_a_deletion(sdk: KlaviyoAPI, world: KlaviyoWorld) -> None:
    """The profile is gone at the next look."""
    gone = world.add_profile(email="gone@mail.test")
    whom = {"data": {"type": "profile", "attributes": {"email": "gone@mail.test"}}}
    attributes = {"profile": whom}
    sdk.Data_Privacy.request_profile_deletion(
        {"data": {"type": "data-privacy-deletion-job", "attributes": attributes}}
    )

    assert gone not in {profile.id for profile in world.profiles()}

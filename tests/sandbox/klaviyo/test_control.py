from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.klaviyo import KlaviyoWorld

HANA = {"email": "hana.sato@mail.test", "properties": {"LINE User ID": None}}


def test_another_process_seeds_and_reads_the_state(api: httpx.Client) -> None:
    """A seeded profile shows in the state with all its properties."""
    made = api.post("/sandbox/profiles", json=HANA)

    (profile,) = api.get("/sandbox/state").json()["profiles"]
    assert (201, made.json()["id"]) == (made.status_code, profile["id"])
    assert (
        profile["email"],
        profile["properties"],
    ) == ("hana.sato@mail.test", {"LINE User ID": None})


def test_another_process_merges_and_deletes(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """After a merge one profile is left, after a deletion none."""
    first, second = (
        world.add_profile(email="hana@mail.test"),
        world.add_profile(external_id="c-1"),
    )

    merged = api.post("/sandbox/merge", json={"source": first, "destination": second})
    assert (204, [second]) == (merged.status_code, [p.id for p in world.profiles()])
    assert api.post("/sandbox/delete", json={"profile_id": second}).status_code == 204
    assert world.profiles() == ()
    gone = api.post("/sandbox/delete", json={"profile_id": second})
    assert gone.status_code == 404


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"effect": "answer", "status": 500}, 500),
        ({"effect": "throttle", "retry_after": 3}, 429),
        ({"effect": "answer", "on": "GET /api/metrics"}, 200),
        ({"effect": "slow", "seconds": 0}, 200),
    ],
)
def test_another_process_switches_faults(
    api: httpx.Client, fault: dict[str, object], status: int
) -> None:
    """A fault takes effect at once, never on the control API, and can be cleared."""
    assert api.post("/sandbox/faults", json=fault).status_code == 204

    assert status == api.get("/api/profiles").status_code
    assert api.delete("/sandbox/faults").status_code == 204
    assert api.get("/api/profiles").status_code == 200


def test_another_process_reads_the_calls(api: httpx.Client) -> None:
    """Calls of the API are listed, calls of the control API are not."""
    api.get("/api/accounts")
    api.get("/sandbox/state")

    (call,) = api.get("/sandbox/calls").json()["calls"]
    assert (
        call["method"],
        call["path"],
        call["status"],
    ) == ("GET", "/api/accounts", 200)


def test_bad_commands_are_explained(api: httpx.Client) -> None:
    """A misspelt command is a 400 that names the field."""
    answer = api.post("/sandbox/faults", json={"effect": "explode"})

    assert answer.status_code == 400
    assert "effect" in answer.json()["error"]


def test_another_process_sets_a_segment_up(api: httpx.Client) -> None:
    """A segment, its members and a crowd show in the real endpoints."""
    hana = api.post("/sandbox/profiles", json=HANA).json()["id"]
    named = {"name": "Has LINE", "segment_id": "line01"}
    assert api.post("/sandbox/segments", json=named).json() == {"id": "line01"}
    path = "/sandbox/segments/line01"
    member = {"profile_id": hana, "joined_at": "2026-10-01T00:00:00Z"}
    assert api.post(f"{path}/members", json=member).status_code == 204
    ends = api.post("/sandbox/crowds", json={"count": 50, "segment_id": "line01"})
    assert api.patch(path, json={"is_processing": True}).status_code == 204

    counting = {"additional-fields[segment]": "profile_count"}
    told = api.get("/api/segments/line01", params=counting).json()["data"]["attributes"]
    newest = api.get("/api/segments/line01/profiles").json()["data"][0]
    assert (told["profile_count"], told["is_processing"]) == (51, True)
    assert newest["id"] == ends.json()["last"]
    assert api.delete(f"{path}/members/{hana}").status_code == 204
    counted = api.get("/sandbox/state").json()
    assert (counted["profile_count"], len(counted["profiles"])) == (51, 1)


def test_another_process_submits_a_form(api: httpx.Client, world: KlaviyoWorld) -> None:
    """A form with a flow is set up, submitted, and the call that it made is told."""
    world.flows.webhooks.pause = 0
    popup = {"steps": [["email"]], "button_url": "https://links.test/f/ab12cd34"}
    new = {"name": "Sign up", "form_id": "form01", "popup": popup}
    assert api.post("/sandbox/forms", json=new).status_code == 201
    flow = {
        "name": "Tell",
        "trigger": "submitted_form",
        "form_id": "form01",
        "url": "http://127.0.0.1:9/hook",
        "body": "{{ person.KlaviyoID }}",
    }
    assert api.post("/sandbox/flows", json=flow).status_code == 201
    given = {"values": {"email": "hana@mail.test"}}

    made = api.post("/sandbox/forms/form01/submissions", json=given).json()

    calls = api.get("/sandbox/flow-calls").json()["calls"]
    assert {call["call"]["body"] for call in calls} == {made["profile_id"]}
    assert {call["status"] for call in calls} == {None}
    held = {"mode": "held"}
    assert api.put("/sandbox/flow-calls/mode", json=held).status_code == 204
    api.post("/sandbox/forms/form01/submissions", json=given)
    assert len(api.get("/sandbox/flow-calls").json()["calls"]) == len(calls)
    assert api.patch("/sandbox/forms/form01", json={"status": "draft"}).is_success
    refused = api.post("/sandbox/forms/form01/submissions", json=given)
    assert (refused.status_code, "not live" in refused.text) == (400, True)


def test_another_process_delays_jobs(api: httpx.Client, world: KlaviyoWorld) -> None:
    """The delays are those that were asked for, in seconds."""
    asked = {"indexing": 5, "jobs": 2.5}
    assert api.put("/sandbox/delays", json=asked).status_code == 204

    assert world.indexing_delay.total_seconds() == 5
    assert world.jobs_delay.total_seconds() == 2.5

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

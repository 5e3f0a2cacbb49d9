from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

if TYPE_CHECKING:
    from marketing_agent.sandbox.klaviyo import KlaviyoWorld

PROFILE = {"data": {"type": "profile", "attributes": {"email": "hana@mail.test"}}}


def create(api: httpx.Client) -> httpx.Response:
    """Make the same profile, again and again."""
    return api.post("/api/profiles", json=PROFILE)


def test_a_status_is_answered_so_many_times(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """The next two calls fail and do nothing; the third works."""
    world.faults.answer(503, times=2)

    assert [create(api).status_code for _ in range(3)] == [503, 503, 201]


def test_a_fault_strikes_only_what_it_names(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Method and path select the calls that fail, until the fault is cleared."""
    world.faults.answer(500, on="POST /api/profiles")

    assert (create(api).status_code, api.get("/api/profiles").status_code) == (500, 200)
    world.faults.clear()
    assert create(api).status_code == 201


def test_a_failure_after_the_deed_leaves_the_deed(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """The caller sees a 502, the profile is there, the repeat meets a 409."""
    world.faults.answer(502, times=1, when="after")

    assert [create(api).status_code for _ in range(2)] == [502, 409]
    assert len(world.profiles()) == 1


def test_throttled_on_request(api: httpx.Client, world: KlaviyoWorld) -> None:
    """429 with the chosen Retry-After, and nothing about the windows."""
    world.faults.throttle(7, times=1)

    refused = api.get("/api/profiles")

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
    assert "RateLimit-Limit" not in refused.headers


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_closed_connection(api: httpx.Client, world: KlaviyoWorld, when: str) -> None:
    """The client gets no answer; whether the deed was done depends on the moment."""
    world.faults.close(times=1, when="after" if when == "after" else "before")

    with pytest.raises(httpx.RemoteProtocolError):
        create(api)

    assert len(world.profiles()) == (when == "after")
    assert world.calls.all()[-1].status is None


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_held_call_goes_on_when_released(
    api: httpx.Client, world: KlaviyoWorld, when: str
) -> None:
    """Held before the deed there is no profile yet, held after it there is."""
    world.faults.hang(times=1, when="after" if when == "after" else "before")
    with ThreadPoolExecutor() as pool:
        pending = pool.submit(create, api)
        world.faults.wait_until_held()

        done_already = len(world.profiles())
        world.faults.release()

        assert pending.result(timeout=10).status_code == 201
    assert done_already == (when == "after")
    assert len(world.profiles()) == 1


def test_a_slow_answer_outlasts_a_short_patience(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """A client that waits less than the delay times out."""
    world.faults.slow(0.5, times=1)

    with pytest.raises(httpx.ReadTimeout):
        api.get("/api/profiles", timeout=0.05)


def test_calls_are_logged_without_values(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """The log has method, path, parameter names and status, and no address."""
    api.get("/api/profiles", params={"filter": 'equals(email,"hana@mail.test")'})
    world.faults.answer(500)
    api.get("/api/profiles/01NOPE")

    calls = [(c.method, c.path, c.query, c.status) for c in world.calls.all()]
    assert calls == [
        ("GET", "/api/profiles", ("filter",), 200),
        ("GET", "/api/profiles/01NOPE", (), 500),
    ]
    assert "hana" not in str(world.calls.all())

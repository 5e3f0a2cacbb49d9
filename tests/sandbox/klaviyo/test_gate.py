from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx

    from marketing_agent.sandbox.klaviyo import KlaviyoWorld

PROFILE = '{"data": {"type": "profile", "attributes": {"email": "hana@mail.test"}}}'


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "not_authenticated"),
        ("Bearer something", "not_authenticated"),
        ("Klaviyo-API-Key", "not_authenticated"),
        ("Klaviyo-API-Key pk_wrong", "authentication_failed"),
    ],
)
def test_a_call_needs_the_account_s_key(
    api: httpx.Client, authorization: str, code: str
) -> None:
    """No key and a wrong key are both a 401, told apart by their code."""
    answer = api.get("/api/accounts", headers={"Authorization": authorization})

    assert (401, code) == (answer.status_code, answer.json()["errors"][0]["code"])


def test_a_key_without_the_scope_is_a_403(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """A valid key may read what its scopes allow and nothing else."""
    world.scopes = frozenset({"accounts:read"})

    assert api.get("/api/accounts").status_code == 200
    answer = api.get("/api/profiles")
    assert answer.status_code == 403
    assert "profiles:read" in answer.json()["errors"][0]["detail"]


def test_a_rotated_key_stops_the_old_one(
    api: httpx.Client, world: KlaviyoWorld
) -> None:
    """Assigning another key makes the client's own a wrong one."""
    world.private_key = "pk_rotated"

    assert api.get("/api/accounts").status_code == 401


@pytest.mark.parametrize(
    ("revision", "status"),
    [
        ("2026-07-15", 200),
        ("2026-10-15", 200),
        ("2026-07-15.pre", 200),
        ("", 400),
        ("latest", 400),
        ("2026-13-40", 400),
        ("2031-01-15", 400),
    ],
)
def test_a_call_needs_a_revision(api: httpx.Client, revision: str, status: int) -> None:
    """A missing, misspelt or future revision is a 400."""
    answer = api.get("/api/accounts", headers={"revision": revision})

    assert status == answer.status_code


@pytest.mark.parametrize(
    ("media_type", "content", "status"),
    [
        ("application/vnd.api+json", PROFILE, 201),
        ("application/json; charset=utf-8", PROFILE, 201),
        ("text/plain", PROFILE, 415),
        ("application/vnd.api+json", "{", 400),
        ("application/vnd.api+json", "", 400),
        ("application/vnd.api+json", "[]", 400),
        ("application/vnd.api+json", '{"data": {"type": "event"}}', 400),
        ("application/vnd.api+json", PROFILE + " " * 100_000, 400),
    ],
)
def test_bodies_are_json_of_the_right_shape(
    api: httpx.Client, media_type: str, content: str, status: int
) -> None:
    """Another media type is a 415, everything unreadable a 400."""
    answer = api.post(
        "/api/profiles", content=content, headers={"Content-Type": media_type}
    )

    assert status == answer.status_code


def test_errors_have_klaviyo_s_shape(api: httpx.Client) -> None:
    """Unknown paths, methods and profiles answer one JSON:API error each."""
    for answer, code in (
        (api.get("/api/nothing"), "not_found"),
        (api.get("/api/profiles/01NOPE"), "not_found"),
        (api.delete("/api/profiles"), "method_not_allowed"),
    ):
        (error,) = answer.json()["errors"]
        assert (code, answer.status_code) == (error["code"], error["status"])
        assert answer.headers["Content-Type"] == "application/vnd.api+json"
        assert {"id", "title", "detail", "source"} <= set(error)


def test_a_trailing_slash_changes_nothing(api: httpx.Client) -> None:
    """Klaviyo takes both spellings of a path."""
    assert api.get("/api/accounts/").status_code == 200

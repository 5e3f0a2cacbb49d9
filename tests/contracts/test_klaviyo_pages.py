"""Pagination over HTTP, as a client that follows `links.next` meets it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from tests.sandbox.serving import serving

if TYPE_CHECKING:
    from collections.abc import Iterator

PROFILES = 37
SORTS = ("created", "email", "id", "updated")


@pytest.fixture(scope="module")
def api() -> Iterator[httpx.Client]:
    """Give a client of an account where many profiles share a second."""
    ticks = count()
    start = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
    world = KlaviyoWorld(clock=lambda: start + timedelta(seconds=next(ticks) // 20))
    for number in range(PROFILES):
        world.add_profile(
            external_id=f"c-{number}",
            email=f"friend{number}@mail.test" if number % 3 else None,
        )
    world.limits.lift()
    headers = {
        "Authorization": f"Klaviyo-API-Key {world.private_key}",
        "revision": "2026-07-15",
    }
    with (
        serving(klaviyo_app(world)) as base_url,
        httpx.Client(base_url=base_url, headers=headers) as client,
    ):
        yield client


@given(
    size=st.integers(1, 100),
    sort=st.sampled_from([sign + name for name in SORTS for sign in ("", "-")]),
)
@settings(max_examples=25, deadline=None)
def test_any_page_size_visits_each_profile_once(
    api: httpx.Client, size: int, sort: str
) -> None:
    """Following the links shows every profile once, no page larger than asked for."""
    seen: list[str] = []
    page = api.get("/api/profiles", params={"page[size]": size, "sort": sort}).json()
    while True:
        ids = [profile["id"] for profile in page["data"]]
        assert len(ids) <= size
        seen += ids
        if "next" not in page["links"]:
            break
        page = api.get(page["links"]["next"]).json()

    assert len(seen) == len(set(seen)) == PROFILES

"""One account with a hand-moved clock, served over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from tests.sandbox.klaviyo.clock import HandClock
from tests.sandbox.serving import Doorway, serving

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def clock() -> HandClock:
    """Give the account's clock."""
    return HandClock()


@pytest.fixture
def world(clock: HandClock) -> KlaviyoWorld:
    """Give an empty account."""
    return KlaviyoWorld(clock=clock)


@pytest.fixture(scope="session")
def doorway() -> Doorway:
    """Give the door that the served address opens on."""
    return Doorway()


@pytest.fixture(scope="session")
def client(doorway: Doorway) -> Iterator[httpx.Client]:
    """Give a client of the served address."""
    with (
        serving(doorway, lifespan="off") as base_url,
        httpx.Client(base_url=base_url, timeout=10) as client,
    ):
        yield client


@pytest.fixture
def api(
    world: KlaviyoWorld, doorway: Doorway, client: httpx.Client
) -> Iterator[httpx.Client]:
    """Give a client that holds the account's key and speaks the pinned revision."""
    doorway.app = klaviyo_app(world)
    client.headers["Authorization"] = f"Klaviyo-API-Key {world.private_key}"
    client.headers["revision"] = "2026-07-15"
    yield client
    world.faults.clear()

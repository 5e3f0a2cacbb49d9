from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.testing import scripted_model
from tests.agent.models.opened import Opener
from tests.agent.wire.server import WireServer
from tests.sandbox.serving import Doorway, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["scripted_model"]


@pytest.fixture(scope="session")
def doorway() -> Iterator[tuple[Doorway, str]]:
    """Keep one real port open for all tests of a worker."""
    standing = Doorway()
    with serving(standing, lifespan="off") as url:
        yield standing, url


@pytest.fixture
def wire(doorway: tuple[Doorway, str]) -> Iterator[WireServer]:
    """Give a server of this test's own, which must be asked for all it was told."""
    server = WireServer()
    doorway[0].app = server
    yield server
    server.assert_done()


@pytest.fixture
def opened(doorway: tuple[Doorway, str]) -> Opener:
    """Open the real client on the server."""
    return Opener(f"{doorway[1]}/v1")

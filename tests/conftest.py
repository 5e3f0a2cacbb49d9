"""Fixtures that every room's tests may ask for."""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from hypothesis import settings

from tests.ground import Ground, new_ground

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

# How long an example takes is the machine's matter, and belongs into a benchmark.
settings.register_profile("ours", deadline=None)
settings.load_profile("ours")


def pytest_xdist_auto_num_workers() -> int:
    """Run two workers per core: most tests wait for something."""
    return min(8, 2 * (os.cpu_count() or 1))


def pytest_collection_finish() -> None:
    """Let the garbage collector forget what is loaded: it took a fifth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(autouse=True, scope="session")
def clean_environment() -> Iterator[None]:
    """Hide what the machine has set, so that a run means the same everywhere."""
    foreign = ("DATABASE_URL", "PUBLIC_URL", "DATA_KEY", "INDEX_KEY", "MODEL_URL")
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name in foreign or name.lower().endswith("_proxy") or name[:2] == "PG":
                patch.delenv(name)
        yield


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def ground() -> AsyncIterator[Ground]:
    """Give one running server for the whole run."""
    async with new_ground() as made:
        yield made


@pytest_asyncio.fixture
async def database_url(ground: Ground) -> AsyncIterator[str]:
    """Give a migrated database that this test has to itself."""
    async with ground.database() as url:
        yield url

"""The official client, at a counter of each test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.agui.node import installed

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def packages() -> Path:
    """Give the npm packages; skips where they cannot be had."""
    return installed()

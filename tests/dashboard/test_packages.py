"""What the dashboard is built of, and what a visitor loads of it."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path
from typing import Any, Final

import pytest

import marketing_agent

DASHBOARD: Final = Path(__file__).parents[2] / "dashboard"
BUILT: Final = Path(marketing_agent.__file__).parent / "_pages" / "dashboard"
_LOADED_FIRST: Final = re.compile(r'(?:src|href)="/dashboard/(assets/[^"]+)"')
_IMPORT: Final = re.compile(r"""from\s+["']([^"']+)["']""")


def _json(name: str) -> Any:
    return json.loads((DASHBOARD / name).read_text("utf-8"))


def test_the_lock_file_names_no_registry() -> None:
    """Whoever installs decides where packages come from."""
    packages = _json("package-lock.json")["packages"].values()
    assert not [each["resolved"] for each in packages if "resolved" in each]


def test_every_package_is_pinned() -> None:
    """The same sources are built of the same packages."""
    package = _json("package.json")
    asked = package["dependencies"] | package["devDependencies"]
    loose = {name: each for name, each in asked.items() if not each[0].isdigit()}
    assert loose == {}


def test_the_embed_script_is_made_of_our_own_code_alone() -> None:
    """Nobody's package runs on a merchant's landing page."""
    sources = (DASHBOARD / "src" / "embed").glob("*.ts")
    imported = {
        name for each in sources for name in _IMPORT.findall(each.read_text("utf-8"))
    }
    assert {name for name in imported if not name.startswith("./")} == set()


def test_what_loads_first_is_light() -> None:
    """The shell with scripts and styles: less than 260 kB, packed as it is sent."""
    if not BUILT.exists() and os.environ.get("CI") != "true":
        pytest.skip("the dashboard is not built: npm run build in dashboard/")
    page = (BUILT / "index.html").read_text("utf-8")
    files = [BUILT / name for name in _LOADED_FIRST.findall(page)]
    assert files
    assert sum(len(gzip.compress(each.read_bytes(), 9)) for each in files) < 260_000

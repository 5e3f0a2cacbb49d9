"""The dashboard's page and files, as they are served."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import httpx
import pytest
from starlette.applications import Starlette

from marketing_agent.api.dashboard import dashboard_routes
from marketing_agent.api.dashboard.built import Built

if TYPE_CHECKING:
    from pathlib import Path

PAGE = "<!doctype html><script src=/dashboard/assets/main-1a.js></script>"
SCRIPT = "start();" * 100


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Give a folder as a build leaves it, with a secret beside."""
    assets = tmp_path / "dashboard" / "assets"
    assets.mkdir(parents=True)
    (assets / "main-1a.js").write_text(SCRIPT, "utf-8")
    (tmp_path / "dashboard" / "index.html").write_text(PAGE, "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    return tmp_path


def _visit(pages: Path) -> httpx.AsyncClient:
    app = Starlette(routes=[*dashboard_routes(Built(pages))])
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="https://shop.test")


@pytest.mark.parametrize("path", ["/", "/dashboard"])
async def test_the_bare_address_leads_to_the_dashboard(pages: Path, path: str) -> None:
    """Nobody has to know where it stands."""
    async with _visit(pages) as http:
        answer = await http.get(path)
    assert (answer.status_code, answer.headers["location"]) == (302, "/dashboard/")


@pytest.mark.parametrize("path", ["", "index.html", "friends/U1", "no/such/screen"])
async def test_every_address_is_the_page(pages: Path, path: str) -> None:
    """A screen can be reloaded and bookmarked; the page is asked for anew each time."""
    async with _visit(pages) as http:
        answer = await http.get(f"/dashboard/{path}")
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["cache-control"] == "no-cache"


async def test_the_page_may_load_only_what_is_ours(pages: Path) -> None:
    """No inline script, no other host, no foreign frame around it."""
    async with _visit(pages) as http:
        headers = (await http.get("/dashboard/")).headers
    policy = dict(
        each.partition(" ")[::2]
        for each in headers["content-security-policy"].split("; ")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["frame-ancestors"] == "'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


async def test_files_are_small_and_kept(pages: Path) -> None:
    """A browser loads a hashed file once, packed where it can unpack."""
    async with _visit(pages) as http:
        path = "/dashboard/assets/main-1a.js"
        plain = await http.get(path, headers={"accept-encoding": "identity"})
        async with http.stream("GET", path) as packed:
            raw = b"".join([chunk async for chunk in packed.aiter_raw()])
    assert plain.text == gzip.decompress(raw).decode() == SCRIPT
    assert len(raw) < 100
    assert plain.headers["content-type"].startswith("text/javascript")
    assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert plain.headers["vary"] == "accept-encoding"


@pytest.mark.parametrize(
    "path",
    ["assets/gone.js", "assets/../../secret.txt", "..%2fsecret.txt", "%00", "x" * 3000],
)
async def test_nothing_else_is_served(pages: Path, path: str) -> None:
    """A file of an older build is gone, and no way leads out of the folder."""
    async with _visit(pages) as http:
        answer = await http.get(f"/dashboard/{path}")
    assert "secret" not in answer.text
    assert answer.status_code == 404 if "gone" in path else answer.status_code < 500


async def test_a_build_is_seen_at_once(pages: Path) -> None:
    """Building again while the program runs needs no restart."""
    async with _visit(pages) as http:
        await http.get("/dashboard/")
        (pages / "dashboard" / "index.html").write_text("newer", "utf-8")
        assert (await http.get("/dashboard/")).text == "newer"


@pytest.mark.parametrize(
    ("language", "says"),
    [
        ("en", "The dashboard is not here"),
        ("ja", "ダッシュボードがありません"),
        ("zh-TW", "此處沒有管理後台"),
        ("th", "ไม่มีแดชบอร์ด"),
    ],
)
async def test_without_a_build_a_page_says_so(
    tmp_path: Path, language: str, says: str
) -> None:
    """In the visitor's language, with what the build said."""
    (tmp_path / "MISSING").write_text("npm ci: <no> registry\n", "utf-8")
    async with _visit(tmp_path) as http:
        answer = await http.get("/dashboard/", headers={"accept-language": language})
    assert answer.status_code == 503
    assert says in answer.text
    assert "npm ci: &lt;no&gt; registry" in answer.text

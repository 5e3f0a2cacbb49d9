"""The documentation as text: its pages, their links and their fenced blocks."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
PAGES: Final = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]

_FENCED: Final = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_LINK: Final = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING: Final = re.compile(r"^#+ (.+)$", re.MULTILINE)
_NAMED: Final = re.compile(r'<a id="([^"]+)"></a>')


def name_of(page: Path) -> str:
    """The page as a test names it."""
    return str(page.relative_to(ROOT))


def blocks(page: Path, language: str) -> list[str]:
    """The page's fenced blocks in this language."""
    found = _FENCED.finditer(page.read_text(encoding="utf-8"))
    return [block[3] for block in found if block[2] == language]


def links(page: Path) -> list[str]:
    """Where the page's links lead, outside of fenced blocks."""
    return _LINK.findall(_prose(page))


def anchors(page: Path) -> set[str]:
    """The page's headings as fragments of a URL, and what is named to be one."""
    headings = _HEADING.findall(_prose(page))
    return {
        re.sub(r"[^\w\- ]", "", each).lower().replace(" ", "-") for each in headings
    } | set(_NAMED.findall(_prose(page)))


def _prose(page: Path) -> str:
    return _FENCED.sub("", page.read_text(encoding="utf-8"))

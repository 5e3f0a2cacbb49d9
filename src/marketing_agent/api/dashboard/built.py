"""The built dashboard: the files in `_pages/dashboard` of the package.

A build may replace them while the program runs: each request looks again.
"""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import marketing_agent

PAGES: Final = Path(marketing_agent.__file__).parent / "_pages"
_PACKED: Final = frozenset(
    ("text/html", "text/css", "text/javascript", "image/svg+xml", "application/json")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltFile:
    """A file as it is sent; `packed` with gzip, where that makes it smaller."""

    media_type: str
    content: bytes
    packed: bytes | None


@dataclass(frozen=True, slots=True)
class Built:
    """What `npm run build` left, if it ran."""

    pages: Path = PAGES

    def file(self, name: str) -> BuiltFile | None:
        """The file of this name below the dashboard's folder; None where none is."""
        folder = (self.pages / "dashboard").resolve()
        try:
            path = folder.joinpath(name).resolve()
            if not path.is_relative_to(folder) or not path.is_file():
                return None
            return _read(path, path.stat().st_mtime_ns)
        except (OSError, ValueError):  # a name that no file can have
            return None

    def why_missing(self) -> str:
        """One line that the build left behind, or nothing."""
        try:
            told = (self.pages / "MISSING").read_text("utf-8")
        except OSError:
            return ""
        return " ".join(told.split())


@lru_cache(maxsize=256)
def _read(path: Path, _version: int) -> BuiltFile:
    media_type = _media_type(path.name)
    content = path.read_bytes()
    packed = gzip.compress(content, 9) if media_type in _PACKED else None
    return BuiltFile(media_type=media_type, content=content, packed=packed)


def _media_type(name: str) -> str:
    # Windows' registry may call JavaScript text/plain, and then no browser runs it.
    if name.endswith((".js", ".mjs")):
        return "text/javascript"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"

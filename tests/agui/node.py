"""The npm packages of these tests, and running the scripts here with Node.

They are installed outside of the checkout, once per lock file.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any, NoReturn

import pytest

HERE = Path(__file__).parent
MANIFESTS = ("package.json", "package-lock.json")
PATIENCE_S = 60.0


def installed() -> Path:
    """A file in the folder that the packages are in; skips the test without them.

    On CI there is no skipping: what is missing there fails.
    """
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            _unavailable(f"{program} is not on this machine")
    folder = _cache() / _hash()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "complete").exists():
            _install(folder)
    return folder / "package.json"


def _install(folder: Path) -> None:
    for name in MANIFESTS:
        shutil.copy(HERE / name, folder)
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    done = subprocess.run(  # noqa: S603 - a command of our own
        ["npm", "ci", *quiet],  # noqa: S607 - whichever npm the machine has
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        _unavailable(f"npm ci failed: {done.stderr[-500:]}")
    (folder / "complete").touch()


def _cache() -> Path:
    root = os.environ.get("XDG_CACHE_HOME") or tempfile.gettempdir()
    return Path(root) / f"marketing-agent-agui-{os.getuid()}"


def _hash() -> str:
    read = b"".join((HERE / name).read_bytes() for name in MANIFESTS)
    return hashlib.sha256(read).hexdigest()[:16]


def _unavailable(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


async def run_script(name: str, given: dict[str, Any]) -> Any:
    """What a script here prints, as JSON, for this JSON on its standard input."""
    node = await asyncio.create_subprocess_exec(
        "node",
        str(HERE / name),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(PATIENCE_S):
            told, failed = await node.communicate(json.dumps(given).encode())
    finally:
        if node.returncode is None:
            node.kill()
            await node.wait()
    assert node.returncode == 0, failed.decode()
    return json.loads(told)

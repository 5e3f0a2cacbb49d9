"""The README tells the truth about the first thing that a newcomer does."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Final

from tests import processes
from tests.docs.pages import ROOT, blocks

_MASKED: Final = (
    (r"localhost:\d+", "localhost:PORT"),
    (r"/l/[0-9a-z]{10}\b", "/l/SLUG"),
    (r"\b01[0-9A-Z]{24}\b", "PROFILE"),
)
"""What differs from run to run."""

_LEFT_OUT: Final = re.compile(r"^ *\.\.\.$", re.MULTILINE)


def test_the_transcript_is_a_real_run() -> None:
    """Running the demo once prints what the README shows, but for ports and ids.

    A line of three dots stands for what the README leaves out.
    """
    command = [sys.executable, "-m", "marketing_agent.cli", "demo", "--once"]
    run = subprocess.run(  # noqa: S603 - our own command
        command,
        capture_output=True,
        text=True,
        check=False,
        env=processes.environment({}),
    )
    assert run.returncode == 0, run.stderr
    (shown,) = blocks(ROOT / "README.md", "text")
    told = _told(run.stdout)
    parts = [_told(part) for part in _LEFT_OUT.split(shown)]
    assert told.startswith(parts[0])
    assert told.endswith(parts[-1])
    for part in parts:
        before, found, told = told.partition(part)
        assert found, f"after {before!r} the run does not say {part!r}"


def _told(transcript: str) -> str:
    """The words alone: where lines break depends on the length of a port."""
    for pattern, name in _MASKED:
        transcript = re.sub(pattern, name, transcript)
    return " ".join(transcript.split())

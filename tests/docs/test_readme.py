"""The README tells the truth about the first thing that a newcomer does."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Final

from tests.docs.pages import ROOT, blocks

_MASKED: Final = (
    (r"localhost:\d+", "localhost:PORT"),
    (r"/l/[0-9a-z]{10}\b", "/l/SLUG"),
    (r"\b01[0-9A-Z]{24}\b", "PROFILE"),
)
"""What differs from run to run."""


def test_the_transcript_is_a_real_run() -> None:
    """Running the demo once prints what the README shows, but for ports and ids."""
    command = [sys.executable, "-m", "marketing_agent.cli", "demo", "--once"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert run.returncode == 0, run.stderr
    (shown,) = blocks(ROOT / "README.md", "text")
    assert _told(shown) == _told(run.stdout)


def _told(transcript: str) -> str:
    """The words alone: where lines break depends on the length of a port."""
    for pattern, name in _MASKED:
        transcript = re.sub(pattern, name, transcript)
    return " ".join(transcript.split())

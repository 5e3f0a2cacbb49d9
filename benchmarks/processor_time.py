"""How long processors have worked for processes, told by the kernel (Linux)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_TIMES: Final = slice(11, 15)
"""In /proc/N/stat after the name: own and ended children's, user and system."""


def seconds_of(pid: int) -> float:
    """Of this process and of those of its children that have ended."""
    return sum(map(int, _fields(pid)[_TIMES])) / _TICKS


def seconds_of_family(pid: int) -> float:
    """The same, with the children that live."""
    return seconds_of(pid) + sum(seconds_of(child) for child in _children(pid))


def _children(pid: int) -> list[int]:
    running = [
        int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()
    ]
    return [each for each in running if _fields(each)[1:2] == [str(pid)]]


def _fields(pid: int) -> list[str]:
    """What follows the name; nothing where the process has just ended."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except OSError:
        return []
    return told.rpartition(")")[2].split()

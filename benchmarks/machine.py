"""The machine that a figure was measured on: a figure alone says little."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_CPU_INFO: Final = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """Where and when; `load` is the average of the last minute before the start."""

    cpu: str
    cores: int
    system: str
    python: str
    load: float
    date: str

    def __str__(self) -> str:
        """One line above the table."""
        return (
            f"{self.cpu}, {self.cores} cores, {self.system}, Python {self.python}, "
            f"{self.date}, load {self.load:.1f} at the start"
        )


def this_machine() -> Machine:
    """Look at the machine that we run on."""
    return Machine(
        cpu=_cpu(),
        cores=os.cpu_count() or 1,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        load=os.getloadavg()[0],
        date=datetime.now(UTC).date().isoformat(),
    )


def _cpu() -> str:
    if _CPU_INFO.exists():
        for line in _CPU_INFO.read_text(encoding="utf-8").splitlines():
            name, _, model = line.partition(":")
            if name.strip() == "model name":
                return model.strip()
    return platform.processor() or platform.machine()

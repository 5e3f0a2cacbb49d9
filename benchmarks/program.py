"""The installed command, as somebody at a terminal would run it."""

from __future__ import annotations

import sysconfig
from pathlib import Path
from typing import Final

COMMAND: Final = str(Path(sysconfig.get_path("scripts")) / "marketing-agent")

"""A reader who types the fenced commands of a page into a shell."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from marketing_agent.wiring.demo import Demo


async def typed(
    demo: Demo, lines: Sequence[str], *, folder: Path | None = None, **exported: str
) -> str:
    """What a shell prints for these blocks; the first command that fails ends it."""
    known = {"API": demo.url, "SHOP": demo.stage.shop_url, "TOKEN": demo.token}
    shell = await asyncio.create_subprocess_exec(
        "bash",
        "-euo",
        "pipefail",
        "-c",
        "\n".join(lines),
        stdout=asyncio.subprocess.PIPE,
        cwd=folder,
        env={**os.environ, **known, **exported},
    )
    out, _ = await shell.communicate()
    assert shell.returncode == 0, out
    return out.decode()

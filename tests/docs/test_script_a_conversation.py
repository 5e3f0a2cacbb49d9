"""The example for test authors runs as it is printed."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path

from tests.processes import environment

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "script-a-conversation.md"


async def test_the_example_of_a_scripted_conversation_passes(
    tmp_path: Path,
) -> None:
    """Copied into an empty folder, it starts a shop, talks, approves and ends green."""
    printed = re.search(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert printed is not None
    (tmp_path / "test_newsletter.py").write_text(printed.group(1), "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
        cwd=tmp_path,
        env=environment({}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert "1 passed" in said.decode(), said.decode()

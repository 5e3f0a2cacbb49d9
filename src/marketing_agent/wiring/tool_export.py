"""`marketing-agent tools export`: the tools as JSON Schemas. It needs no database."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from marketing_agent.core.errors import SetupMissing
from marketing_agent.toolbox.catalogue import all_tools
from marketing_agent.toolbox.schemas import exported
from marketing_agent.wiring.terminal import say

if TYPE_CHECKING:
    from pathlib import Path


class FileNotWritten(SetupMissing):
    """{file} cannot be written: {reason}. Choose another file."""


def export_tools(shape: str, file: Path | None) -> None:
    """Print them, or write the file. Raises FileNotWritten."""
    text = json.dumps(exported(all_tools(), shape), ensure_ascii=False, indent=2)
    if file is None:
        say(text)
        return
    try:
        file.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise FileNotWritten(file=file, reason=reason) from error

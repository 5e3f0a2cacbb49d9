"""The environment of processes that tests start."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with what is given on top.

    Each process would compile all of the program anew where bytecode is not kept.
    """
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "", **given}

"""The environment of processes that tests start."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with what is given on top.

    Where bytecode may not lie beside the sources it is kept elsewhere for the run:
    compiling everything anew took each process two thirds of its start.
    """
    bytecode = {}
    if os.environ.get("PYTHONDONTWRITEBYTECODE"):
        bytecode = {
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": _bytecode_folder(),
        }
    return {**os.environ, **bytecode, **given}


@cache
def _bytecode_folder() -> str:
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder

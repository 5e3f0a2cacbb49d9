"""The vectors that are shipped belong to the help text as it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from marketing_agent.services.help_language import HelpLanguage
from marketing_agent.services.help_pages import help_folder, help_languages
from marketing_agent.services.help_vectors import stored_vectors, vectors_of
from marketing_agent.services.sentence_vectors import sentence_vectors

WRITTEN: Final = help_languages(help_folder())
MAKE_THEM: Final = "run python -m marketing_agent.services.help_vectors"


@pytest.mark.parametrize("language", WRITTEN)
def test_they_are_of_this_text(language: HelpLanguage) -> None:
    """Whoever changes the help text is told to make the vectors anew."""
    rows = stored_vectors(language, WRITTEN[language])

    assert rows is not None, MAKE_THEM
    assert rows.shape == (len(WRITTEN[language]), 384)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)


def test_those_of_another_text_are_not_used() -> None:
    """After a change nobody is sent to a section by what it said before."""
    first, *others = WRITTEN[HelpLanguage.ENGLISH]
    changed = [replace(first, text=f"{first.text} More."), *others]

    assert stored_vectors(HelpLanguage.ENGLISH, changed) is None


@pytest.mark.parametrize("language", WRITTEN)
def test_they_are_what_the_command_makes(language: HelpLanguage) -> None:
    """The model of today gives the numbers that are shipped."""
    model = sentence_vectors()
    rows = stored_vectors(language, WRITTEN[language])
    if model is None:
        pytest.skip("no sentence vectors on this machine")

    assert rows is not None, MAKE_THEM
    (made,) = vectors_of(WRITTEN[language][:1], model)
    assert float(made.astype(np.float32) @ rows[0]) > 0.99

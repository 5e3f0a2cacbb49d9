"""The merchant's help text as a whole: which sections answer a question.

Sections are given word for word or not at all, in the merchant's language. The question
is looked up in the language that it is written in. Below a floor it is not covered.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from marketing_agent.services.help_index import HelpIndex
from marketing_agent.services.help_language import HelpLanguage, written_in
from marketing_agent.services.help_pages import help_folder, help_languages
from marketing_agent.services.help_vectors import stored_vectors
from marketing_agent.services.sentence_vectors import sentence_vectors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.services.help_pages import HelpSection
    from marketing_agent.services.sentence_vectors import SentenceVectors

_FLOOR: Final = 0.46
_FLOOR_OF_WORDS: Final = 0.32
_FLOOR_OF_CHARACTERS: Final = 0.20
"""With meaning; by letters alone, where words have spaces between them, or none. Chosen
with the development questions of `tests/services/help_questions/`."""
_HIGHER_IN_THAI: Final = 0.03, 0.10
"""Few syllables make many words there, so that strangers seem more alike."""
_MOST_SECTIONS: Final = 3
_NEAR_THE_BEST: Final = 0.5
"""A further section is worth reading if it reaches this share of the best score."""


class HelpText:
    """All sections in all languages, ready to be asked."""

    def __init__(
        self,
        indexes: Mapping[HelpLanguage, HelpIndex],
        vectors: SentenceVectors | None = None,
    ) -> None:
        """Takes the index of each language that is written, English among them."""
        self._indexes = indexes
        self._vectors = vectors

    @property
    def topics(self) -> tuple[str, ...]:
        """The titles of all pages, in every language."""
        return tuple(
            dict.fromkeys(
                topic for each in self._indexes for topic in self.topics_in(each)
            )
        )

    def topics_in(self, language: HelpLanguage) -> tuple[str, ...]:
        """The titles of all pages; in English where the language is not written."""
        sections = self.sections_in(language)
        return tuple(dict.fromkeys(each.page_title for each in sections))

    def sections_in(self, language: HelpLanguage) -> tuple[HelpSection, ...]:
        """All sections; in English where the language is not written."""
        return self._index(language).sections

    def answers(
        self, question: str, language: HelpLanguage | None = None
    ) -> list[HelpSection]:
        """The sections that answer, best first, at most three; none if not covered.

        They are in the merchant's language, by default in that of the question.
        """
        asked_in = written_in(question, language or HelpLanguage.ENGLISH)
        ranked = self.ranked(question, asked_in)
        floor = max(self._floor(asked_in), ranked[0][0] * _NEAR_THE_BEST)
        found = [each.id for score, each in ranked[:_MOST_SECTIONS] if score >= floor]
        told = {each.id: each for each in self.sections_in(language or asked_in)}
        return [told[each] for each in found]

    def ranked(
        self, question: str, language: HelpLanguage
    ) -> list[tuple[float, HelpSection]]:
        """Every section with its score from 0 to 1 for a question in this language."""
        index = self._index(language)
        if self._vectors is None or index.meanings is None:
            return index.ranked(question)
        return index.ranked(question, self._vectors.of_question(question))

    def _index(self, language: HelpLanguage) -> HelpIndex:
        return self._indexes.get(language, self._indexes[HelpLanguage.ENGLISH])

    def _floor(self, language: HelpLanguage) -> float:
        of_meaning, of_letters = (
            _HIGHER_IN_THAI if language is HelpLanguage.THAI else (0.0, 0.0)
        )
        if self._vectors and self._index(language).meanings is not None:
            return _FLOOR + of_meaning
        spaced = language is HelpLanguage.ENGLISH
        return of_letters + (_FLOOR_OF_WORDS if spaced else _FLOOR_OF_CHARACTERS)


@cache
def help_text() -> HelpText:
    """The pages of `docs/help/`, read once. Raises BrokenHelp."""
    languages = help_languages(help_folder())
    return HelpText(
        {
            language: HelpIndex(sections, stored_vectors(language, sections))
            for language, sections in languages.items()
        },
        sentence_vectors(),
    )

"""The program's English sentences in the language of the merchant.

The English stands in the code: in a finding, a reason, a change, an error's docstring.
`phrases/` has it word for word, with a placeholder wherever the code fills in a fact.
What a fact says is kept as it is, unless its placeholder begins with `said`: that one
is a sentence of the program again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Final

import yaml
from pydantic import TypeAdapter, ValidationError

from marketing_agent.agent.planner.language import (
    CHINESE,
    ENGLISH,
    JAPANESE,
    LANGUAGES,
)
from marketing_agent.core.errors import SetupMissing
from marketing_agent.services.product_text import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_FOLDER: Final = Path(__file__).parent / "phrases"
_FILE: Final = TypeAdapter(list[dict[str, str]])
_END_OF_SENTENCE: Final = re.compile(r"(?<=[.?!]) ")
_MOST_SENTENCES: Final = 8
_SAID: Final = "said"
_ID: Final = "_id"
_UNSPACED: Final = frozenset({JAPANESE, CHINESE})


class BrokenPhrase(SetupMissing):
    """The phrase "{phrase}" cannot be used: {problem}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One sentence, or more that belong together, in every language."""

    texts: Mapping[str, str]
    shape: re.Pattern[str] | None
    """Of the English; None where nothing is filled in."""


class PhraseBook:
    """All phrases. Those with more words of their own are tried first."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._plain: dict[str, Phrase] = {}
        shaped: list[tuple[int, re.Pattern[str], Phrase]] = []
        for phrase in phrases:
            english = phrase.texts[ENGLISH]
            if phrase.shape is None:
                self._plain[english] = phrase
            else:
                shaped.append((len(_words_of_its_own(english)), phrase.shape, phrase))
        shaped.sort(key=lambda each: -each[0])
        self._shaped = [(shape, phrase) for _, shape, phrase in shaped]

    def said(self, english: str, language: str) -> str:
        """The same in a language; a sentence that no phrase has stays as it is."""
        if language == ENGLISH:
            return english
        between = "" if language in _UNSPACED else " "
        text, was_plain = "", False
        for plain, own in self._in_turn(english, language):
            is_plain = own is None
            gap = " " if was_plain and is_plain else between
            text = f"{text}{gap if text else ''}{plain if own is None else own}"
            was_plain = is_plain
        return text

    def has(self, english: str) -> bool:
        """Whether all of its sentences can be said in the other languages."""
        return all(own is not None for _, own in self._in_turn(english, JAPANESE))

    def _in_turn(self, english: str, language: str) -> list[tuple[str, str | None]]:
        """Sentence by sentence, the longest run that is known first."""
        left = _END_OF_SENTENCE.split(" ".join(english.split()), _MOST_SENTENCES)
        told: list[tuple[str, str | None]] = []
        while left:
            for size in range(len(left), 0, -1):
                run = " ".join(left[:size])
                found = self._whole(run, language)
                if found is not None or size == 1:
                    told.append((run, found))
                    del left[:size]
                    break
        return told

    def _whole(self, text: str, language: str) -> str | None:
        """A sentence within another one begins with a small letter."""
        for words in dict.fromkeys((text, f"{text[:1].upper()}{text[1:]}")):
            if plain := self._plain.get(words):
                return plain.texts[language]
            for shape, phrase in self._shaped:
                if found := shape.fullmatch(words):
                    facts = found.groupdict()
                    return phrase.texts[language].format_map(
                        {k: self._fact(k, v, language) for k, v in facts.items()}
                    )
        return None

    def _fact(self, name: str, fact: str, language: str) -> str:
        return self.said(fact, language) if name.startswith(_SAID) else fact


@cache
def phrase_book() -> PhraseBook:
    """The phrases of this program. Raises BrokenPhrase."""
    return PhraseBook(load_phrases())


def load_phrases(folder: Path = _FOLDER) -> list[Phrase]:
    """Every phrase, in all languages with the same facts. Raises BrokenPhrase."""
    return [
        _phrase(each) for path in sorted(folder.glob("*.yaml")) for each in _of(path)
    ]


def _of(path: Path) -> list[dict[str, str]]:
    try:
        return _FILE.validate_python(read_yaml(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        raise BrokenPhrase(phrase=path.name, problem=str(error)) from error


def _phrase(texts: dict[str, str]) -> Phrase:
    english = texts.get(ENGLISH, "")
    if texts.keys() != LANGUAGES:
        raise BrokenPhrase(phrase=english, problem="not every language has it")
    if any(facts_of(each) != facts_of(english) for each in texts.values()):
        raise BrokenPhrase(phrase=english, problem="the facts differ")
    return Phrase(texts=texts, shape=_shape(english) if facts_of(english) else None)


def facts_of(text: str) -> set[str]:
    """The names of the placeholders."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def _words_of_its_own(english: str) -> str:
    return "".join(words for words, _, _, _ in Formatter().parse(english))


def _shape(english: str) -> re.Pattern[str]:
    """An id has no space and no comma; any other fact may be anything."""
    parts = [
        re.escape(words) + (f"(?P<{name}>{_of_fact(name)})" if name else "")
        for words, name, _, _ in Formatter().parse(english)
    ]
    return re.compile("".join(parts), re.DOTALL)


def _of_fact(name: str) -> str:
    return "[^ ,]+" if name.endswith(_ID) else ".*?"

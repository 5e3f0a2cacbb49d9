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
        text = " ".join(english.split())
        found = self._whole(text, language)
        return self._in_turn(text, language) if found is None else found

    def has(self, english: str) -> bool:
        """Whether the whole of it can be said in every language."""
        return self._whole(" ".join(english.split()), JAPANESE) is not None

    def _whole(self, text: str, language: str) -> str | None:
        for words in (text, f"{text[:1].upper()}{text[1:]}"):
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

    def _in_turn(self, text: str, language: str) -> str:
        """Sentence by sentence, the longest run that is known first."""
        left = _END_OF_SENTENCE.split(text, _MOST_SENTENCES)
        told: list[str] = []
        while left:
            for size in range(len(left), 0, -1):
                found = self._whole(" ".join(left[:size]), language)
                if found is not None or size == 1:
                    told.append(left[0] if found is None else found)
                    del left[:size]
                    break
        return ("" if language in _UNSPACED else " ").join(told)


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

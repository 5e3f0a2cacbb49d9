"""The planner's texts: one folder per language in `wording/`, a file for each subject.

Every language has the keys and placeholders of English, which is checked at loading.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Final

import yaml
from pydantic import TypeAdapter, ValidationError

from marketing_agent.agent.planner.language import ENGLISH
from marketing_agent.core.errors import SetupMissing
from marketing_agent.services.product_text import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER: Final = Path(__file__).parent / "wording"
_SECTIONS: Final = TypeAdapter(dict[str, dict[str, str]])
_LONGEST_QUOTE: Final = 100


class BrokenWording(SetupMissing):
    """The planner's texts in the language {language} cannot be used: {problem}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The texts in one language, by `section.name`."""

    language: str
    texts: Mapping[str, str] = field(repr=False)

    def text(self, key: str, **facts: object) -> str:
        """The text with its placeholders filled."""
        return self.texts[key].format_map(facts).strip()

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self.texts

    def section(self, name: str) -> dict[str, str]:
        """The texts of a section by their names in it."""
        start = f"{name}."
        return {
            key.removeprefix(start): text
            for key, text in self.texts.items()
            if key.startswith(start)
        }


def capped(foreign: str) -> str:
    """A name from elsewhere on one line, cut to 100 characters: data, not words."""
    line = " ".join(foreign.split())
    return line if len(line) <= _LONGEST_QUOTE else f"{line[: _LONGEST_QUOTE - 1]}…"


@cache
def wordings() -> dict[str, Wording]:
    """This program's texts, read once. Raises BrokenWording."""
    return load_wordings()


def load_wordings(folder: Path = _FOLDER) -> dict[str, Wording]:
    """Every language by its tag. Raises BrokenWording naming language and key."""
    # Beside the languages Python keeps what it compiled.
    languages = sorted({path.parent for path in folder.glob("*/*.yaml")})
    wordings = {path.name: _read(path) for path in languages}
    expected = _placeholders(wordings[ENGLISH])
    for language, wording in wordings.items():
        found = _placeholders(wording)
        for key in sorted(expected.keys() | found.keys()):
            if expected.get(key) != found.get(key):
                raise BrokenWording(language=language, problem=f"{key} differs")
    return wordings


def _read(folder: Path) -> Wording:
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        of_file = _texts(path)
        if twice := sorted(texts.keys() & of_file.keys()):
            problem = f"{twice[0]} stands in two files"
            raise BrokenWording(language=folder.name, problem=problem)
        texts |= of_file
    return Wording(language=folder.name, texts=texts)


def _texts(path: Path) -> dict[str, str]:
    try:
        content = read_yaml(path.read_text(encoding="utf-8"))
        sections = _SECTIONS.validate_python(content)
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        raise BrokenWording(language=path.parent.name, problem=str(error)) from error
    return {
        f"{section}.{name}": text
        for section, named in sections.items()
        for name, text in named.items()
    }


def _placeholders(wording: Wording) -> dict[str, frozenset[str]]:
    return {
        key: frozenset(name for _, name, _, _ in Formatter().parse(text) if name)
        for key, text in wording.texts.items()
    }

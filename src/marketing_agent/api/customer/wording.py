"""The texts of the customer's pages: one YAML file per language, its name the language.

Every file has the keys and placeholders of English, which is checked at loading: a
customer never meets a missing word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Final

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from marketing_agent.core.errors import SetupMissing
from marketing_agent.services.product_text import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_LANGUAGE: Final = "en"
CATALOGUES: Final = Path(__file__).parent / "catalogues"


class BrokenCatalogue(SetupMissing):
    """The texts in the language {language} cannot be used: {detail}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The texts in one language."""

    language: str
    """BCP 47, such as `ja` or `zh-TW`."""
    answers_to: tuple[str, ...] = ()
    """Other tags that these texts are right for, such as `zh-Hant`."""
    texts: Mapping[str, str] = field(repr=False)

    def text(self, key: str, **facts: str) -> str:
        """The text `section.name` with its placeholders filled; it is not HTML."""
        return self.texts[key].format_map(facts)


class _Catalogue(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    answers_to: list[str] = []
    texts: dict[str, dict[str, str]]


@cache
def load_wordings(folder: Path = CATALOGUES) -> Mapping[str, Wording]:
    """Every language by its tag; read once.

    Raises BrokenCatalogue naming the language and the key.
    """
    wordings = {path.stem: _read(path) for path in sorted(folder.glob("*.yaml"))}
    if DEFAULT_LANGUAGE not in wordings:
        raise BrokenCatalogue(language=DEFAULT_LANGUAGE, detail="there is no file")
    expected = _placeholders(wordings[DEFAULT_LANGUAGE])
    for wording in wordings.values():
        _compare(wording, expected)
    return wordings


def _read(path: Path) -> Wording:
    try:
        content = read_yaml(path.read_text(encoding="utf-8"))
        catalogue = _Catalogue.model_validate(content)
    except (yaml.YAMLError, UnicodeDecodeError, ValidationError) as error:
        raise BrokenCatalogue(language=path.stem, detail=str(error)) from error
    return Wording(
        language=path.stem,
        answers_to=tuple(catalogue.answers_to),
        texts={
            f"{section}.{name}": text
            for section, texts in catalogue.texts.items()
            for name, text in texts.items()
        },
    )


def _compare(wording: Wording, expected: Mapping[str, frozenset[str]]) -> None:
    found = _placeholders(wording)
    flaws = [
        *(f"{key} is missing" for key in sorted(expected.keys() - found.keys())),
        *(f"{key} is not in English" for key in sorted(found.keys() - expected.keys())),
        *(
            f"{key} has the placeholders {_listed(found[key])}, "
            f"English has {_listed(expected[key])}"
            for key in sorted(expected.keys() & found.keys())
            if found[key] != expected[key]
        ),
    ]
    if flaws:
        raise BrokenCatalogue(language=wording.language, detail="; ".join(flaws))


def _placeholders(wording: Wording) -> dict[str, frozenset[str]]:
    return {
        key: _placeholders_of(wording.language, key, text)
        for key, text in wording.texts.items()
    }


def _placeholders_of(language: str, key: str, text: str) -> frozenset[str]:
    try:
        parts = list(Formatter().parse(text))
    except ValueError as error:
        raise BrokenCatalogue(language=language, detail=f"{key}: {error}") from error
    if not text.strip():
        raise BrokenCatalogue(language=language, detail=f"{key} is empty")
    names = [name for _, name, _, _ in parts if name is not None]
    odd = [part for part in parts if part[2] or part[3]]
    if odd or not all(name.isidentifier() for name in names):
        detail = f"{key}: a placeholder is a plain name in braces"
        raise BrokenCatalogue(language=language, detail=detail)
    return frozenset(names)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names)) or "none"

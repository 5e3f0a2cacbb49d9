"""The terminal's own words: one YAML file per language, all with the same keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from marketing_agent.wiring.chat_terminal.speech import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Mapping

_CATALOGUES: Final = Path(__file__).parent / "catalogues"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words in one language."""

    language: str
    texts: Mapping[str, str] = field(repr=False)

    @property
    def is_english(self) -> bool:
        """Whether the tools' own sentences are in this language."""
        return self.language == ENGLISH

    def say(self, key: str, **facts: object) -> str:
        """A text with its placeholders filled."""
        return self.texts[key].format_map(facts)


@cache
def wording(language: str) -> Wording:
    """The words in one of the four languages of the chat."""
    text = (_CATALOGUES / f"{language}.yaml").read_text(encoding="utf-8")
    texts: dict[str, str] = yaml.safe_load(text)
    return Wording(language=language, texts=texts)

"""The lines of a file of utterances: what a merchant wrote, and what it means."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict

Language: TypeAlias = Literal["en", "ja", "zh-Hant", "th"]
Value: TypeAlias = bool | str
LANGUAGES: Final[tuple[Language, ...]] = ("en", "ja", "zh-Hant", "th")
HERE: Final = Path(__file__).parent
SCORED: Final = HERE / "scored.jsonl"
DEVELOPMENT: Final = HERE / "development.jsonl"
_CHINESE: Final = frozenset({"zh", "zh-tw", "zh-hant", "zh-hant-tw"})


def _language(code: object) -> object:
    is_chinese = isinstance(code, str) and code.replace("_", "-").lower() in _CHINESE
    return "zh-Hant" if is_chinese else code


class Line(BaseModel):
    """One utterance; `args` holds only what the sentence itself says."""

    model_config = ConfigDict(frozen=True, coerce_numbers_to_str=True)

    id: str
    lang: Annotated[Language, BeforeValidator(_language)]
    text: str
    intent: str
    args: dict[str, Value] = {}
    also_ok: list[str] = []

    @property
    def labels(self) -> frozenset[str]:
        """Every label that is right."""
        return frozenset({self.intent, *self.also_ok})


def read_lines(file: Path) -> list[Line]:
    """The lines of a file of JSON Lines; empty lines are none.

    Raises pydantic's ValidationError for a line that is none of ours.
    """
    written = file.read_text(encoding="utf-8").split("\n")
    return [Line.model_validate_json(each) for each in written if each.strip()]

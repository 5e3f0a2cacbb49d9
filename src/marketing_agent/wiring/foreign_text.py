"""Text and JSON that came from somewhere else, made safe to show on a terminal."""

from __future__ import annotations

import json
import unicodedata
from typing import Any, Final, TypeAlias

Json: TypeAlias = dict[str, Any]

_UNSEEN: Final = frozenset({"Cc", "Cs"})
"""Controls, which a terminal obeys, and surrogates, which it cannot be sent."""
_DIRECTIONS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e") | (
    frozenset("\u2066\u2067\u2068\u2069")
)
"""Marks that make the rest of a line read the other way round."""


def visible(value: Any) -> Any:
    """The value without control characters and direction marks, however deep."""
    match value:
        case str():
            return "".join(each for each in value if _is_visible(each))
        case list():
            return [visible(each) for each in value]
        case dict():
            return {visible(key): visible(each) for key, each in value.items()}
        case _:
            return value


def decoded(text: str) -> Any:
    """What a JSON text says, made safe to show. Raises ValueError."""
    try:
        return visible(json.loads(text))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def an_object(value: Any) -> Json:
    """The value as a JSON object, also where it is one as text; else an empty one."""
    if isinstance(value, str):
        try:
            value = decoded(value)
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}


def _is_visible(character: str) -> bool:
    if character in "\n\t":
        return True
    unseen = unicodedata.category(character) in _UNSEEN
    return not unseen and character not in _DIRECTIONS

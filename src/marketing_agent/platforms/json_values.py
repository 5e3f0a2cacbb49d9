"""JSON from outside, read without trust.

Each reader takes any JSON value and gives the shape asked for, or a plain nothing
(`None`, an empty mapping, an empty list) where the value has another shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

JsonValue: TypeAlias = (
    "str | int | float | bool | Sequence[JsonValue] | Mapping[str, JsonValue] | None"
)
JsonObject: TypeAlias = Mapping[str, JsonValue]


def read_object(raw: bytes) -> JsonObject | None:
    """Give the JSON object in `raw`; None where it is no JSON or no object."""
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def as_object(value: JsonValue) -> JsonObject:
    """Give an object; an empty one where it is none."""
    return value if isinstance(value, Mapping) else {}


def as_rows(value: JsonValue) -> Sequence[JsonValue]:
    """Give a list; an empty one where it is none."""
    return value if isinstance(value, list) else []


def as_text(value: JsonValue) -> str | None:
    """Give a text with something in it."""
    return value if isinstance(value, str) and value else None


def as_flag(value: JsonValue) -> bool | None:
    """Give true or false."""
    return value if isinstance(value, bool) else None


def as_whole_number(value: JsonValue) -> int | None:
    """Give an integer; a boolean is none."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value


def as_moment(value: JsonValue) -> datetime | None:
    """Give an ISO 8601 time as an aware UTC datetime; without a zone it is UTC."""
    text = as_text(value)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        return None

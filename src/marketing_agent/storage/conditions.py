"""Conditions that several repositories ask with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Text, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import Column, ColumnElement


def is_one_of(column: Column[str], values: Collection[str]) -> ColumnElement[bool]:
    """`column = ANY(values)`, with one parameter however many values there are.

    PostgreSQL takes 65,535 parameters in a statement, and a profile whose link was
    shared in public has more claims than fit.
    """
    return column == any_(literal(sorted(values), ARRAY(Text)))


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold this text: strangers send NUL and lone surrogates."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)

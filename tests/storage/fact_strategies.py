"""Any fact that the types allow, for Hypothesis: read from the types themselves."""

from __future__ import annotations

from dataclasses import is_dataclass
from datetime import UTC, datetime
from enum import Enum
from types import UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

names: Final = st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), max_size=12
)
"""Keys and ids: anything that PostgreSQL can hold."""
moments: Final = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - the zone is given beside
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
numbers: Final = st.integers(min_value=-(2**31), max_value=2**31 - 1)


def any_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of this type."""
    if hasattr(kind, "__supertype__"):
        return names
    if get_origin(kind) in {Union, UnionType}:
        return st.one_of([any_of(each) for each in get_args(kind)])
    if get_origin(kind) in {tuple, frozenset}:
        return st.lists(any_of(get_args(kind)[0]), max_size=3).map(get_origin(kind))
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{name: any_of(hint) for name, hint in hints.items()})
    if issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    return _PLAIN[kind]


_PLAIN: Final[dict[type, st.SearchStrategy[Any]]] = {
    datetime: moments,
    bool: st.booleans(),
    int: numbers,
    type(None): st.none(),
}

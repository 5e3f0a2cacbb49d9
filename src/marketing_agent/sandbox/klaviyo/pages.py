"""Cursor pages that lose and repeat nothing while the collection changes.

A cursor names the item it stands at (its sort key and id), not an offset. To a client
it is opaque text taken from `links.next`.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from marketing_agent.sandbox.klaviyo.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Item = TypeVar("Item")
Place = tuple[str, str]
"""A sort key as text, and an id that makes it unique."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A collection's order by name, as in the `sort` parameter (`-` for descending)."""

    name: str

    @property
    def field(self) -> str:
        """The field's name without its direction."""
        return self.name.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.name.startswith("-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """One page, and the cursors of its neighbours if there are any."""

    items: tuple[Item, ...]
    previous: str | None
    next: str | None


def page_of(
    items: Iterable[Item],
    *,
    place: Callable[[Item], Place],
    order: Order,
    size: int,
    cursor: str | None,
) -> Page[Item]:
    """Cut the page of `size` items at the cursor, the first one without it.

    Raises:
        Invalid: the cursor is none of ours or belongs to another sort.

    """
    ordered = sorted(items, key=place, reverse=order.descending)
    start = _start(ordered, place, order, size, cursor)
    chosen = ordered[start : start + size]
    return Page(
        items=tuple(chosen),
        previous=_cursor("prev", order, place(chosen[0])) if start and chosen else None,
        next=_cursor("next", order, place(chosen[-1]))
        if start + size < len(ordered)
        else None,
    )


def _start(
    ordered: list[Item],
    place: Callable[[Item], Place],
    order: Order,
    size: int,
    cursor: str | None,
) -> int:
    if cursor is None:
        return 0
    direction, at = _decoded(cursor, order)
    passed = [_precedes(place(item), at, order) for item in ordered].count(True)
    if direction == "prev":
        return max(0, passed - size)
    stands_there = passed < len(ordered) and place(ordered[passed]) == at
    return passed + 1 if stands_there else passed


def _precedes(here: Place, there: Place, order: Order) -> bool:
    return here > there if order.descending else here < there


def _cursor(direction: str, order: Order, at: Place) -> str:
    text = json.dumps([direction, order.name, *at], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _decoded(cursor: str, order: Order) -> tuple[str, Place]:
    try:
        direction, name, key, item_id = json.loads(base64.urlsafe_b64decode(cursor))
    except (ValueError, TypeError):
        raise Invalid("Invalid cursor.", parameter="page[cursor]") from None
    if name != order.name:
        raise Invalid("The cursor has another sort.", parameter="page[cursor]")
    return str(direction), (str(key), str(item_id))

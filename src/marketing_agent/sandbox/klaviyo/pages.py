"""Cursor pages that lose and repeat nothing while the collection changes.

A cursor names the item it stands at (its sort key and id), not an offset. To a client
it is opaque text taken from `links.next`.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Generic, TypeVar

from marketing_agent.sandbox.klaviyo.places import Place, PlaceIndex, Places
from marketing_agent.sandbox.klaviyo.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Other = TypeVar("Other")
_BACK = "prev"
_ON = "next"


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
class Cut:
    """Which page is wanted of a collection: its order, size, and cursor if any."""

    order: Order
    size: int
    cursor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """One page, and the cursors of its neighbours if there are any."""

    items: tuple[Item, ...]
    previous: str | None
    next: str | None

    def of(self, items: Iterable[Other]) -> Page[Other]:
        """Give the page with other items in its place."""
        return Page(items=tuple(items), previous=self.previous, next=self.next)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Between which places a page has to look, both excluded; none for no bound."""

    low: Place | None = None
    high: Place | None = None


def cut_page(
    places: Places,
    cut: Cut,
    *,
    bounds: Bounds | None = None,
    wanted: Callable[[Place], bool] = lambda _: True,
) -> Page[Place]:
    """Cut the page at the cursor, the first one without it.

    `bounds` saves looking at what a filter excludes anyway; `wanted` says what of the
    rest the page shows.

    Raises:
        Invalid: the cursor is none of ours or belongs to another sort.

    """
    direction, at = _decoded(cut) if cut.cursor is not None else (_ON, None)
    back = direction == _BACK
    walk = _walk(
        places,
        at,
        descending=cut.order.descending is not back,
        bounds=bounds or Bounds(),
    )
    found = list(islice((place for place in walk if wanted(place)), cut.size + 1))
    more, chosen = len(found) > cut.size, found[: cut.size]
    if back:
        chosen.reverse()
    before, after = (more, True) if back else (at is not None, more)
    return Page(
        items=tuple(chosen),
        previous=_cursor(_BACK, cut, chosen[0]) if before and chosen else None,
        next=_cursor(_ON, cut, chosen[-1]) if after and chosen else None,
    )


def page_of(
    items: Iterable[Item], *, place: Callable[[Item], Place], cut: Cut
) -> Page[Item]:
    """Cut a page of a collection that is small enough to be sorted for it.

    Raises:
        Invalid: the cursor is none of ours or belongs to another sort.

    """
    placed = {place(item): item for item in items}
    page = cut_page(PlaceIndex(placed), cut)
    return page.of(placed[at] for at in page.items)


def _walk(
    places: Places, at: Place | None, *, descending: bool, bounds: Bounds
) -> Iterator[Place]:
    first, last = bounds.low, bounds.high
    if descending:
        first, last = last, first
    start = _later(at, first, descending=descending)
    for place in places.beyond(start, descending=descending):
        if last and not (place > last if descending else place < last):
            return
        yield place


def _later(one: Place | None, other: Place | None, *, descending: bool) -> Place | None:
    if one is None or other is None:
        return one or other
    return min(one, other) if descending else max(one, other)


def _cursor(direction: str, cut: Cut, at: Place) -> str:
    text = json.dumps([direction, cut.order.name, *at], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def _decoded(cut: Cut) -> tuple[str, Place]:
    try:
        written = base64.urlsafe_b64decode(cut.cursor or "")
        direction, name, key, item_id = json.loads(written)
    except (ValueError, TypeError):
        raise Invalid("Invalid cursor.", parameter="page[cursor]") from None
    if name != cut.order.name:
        raise Invalid("The cursor has another sort.", parameter="page[cursor]")
    return str(direction), (str(key), str(item_id))

"""Collections in order, to be read from any place on without sorting or copying them.

A place is where an item stands: its sort key as text, and an id that makes it unique.
What is asked for with `beyond` costs by the items that are taken, not by all there are.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right, insort
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Place = tuple[str, str]
"""A sort key as text, and an id that makes it unique."""

LAST_ID = "\U0010ffff"
"""Sorts after every id."""


class Places(Protocol):
    """An ordered collection."""

    def beyond(self, at: Place | None, *, descending: bool) -> Iterator[Place]:
        """Walk from the place, itself excluded, or from the end one starts at."""


class PlaceIndex:
    """Places kept in order while they come and go."""

    def __init__(self, places: Iterable[Place] = ()) -> None:
        self._places = sorted(places)

    def __len__(self) -> int:
        return len(self._places)

    def add(self, place: Place) -> None:
        """Put a place in."""
        insort(self._places, place)

    def extend(self, places: Iterable[Place]) -> None:
        """Put many places in."""
        self._places.extend(places)
        self._places.sort()

    def discard(self, place: Place) -> None:
        """Take a place out, if it is there."""
        number = bisect_left(self._places, place)
        if number < len(self._places) and self._places[number] == place:
            del self._places[number]

    def beyond(self, at: Place | None, *, descending: bool) -> Iterator[Place]:
        """Walk from the place on; the index must not change meanwhile."""
        places = self._places
        if descending:
            end = len(places) if at is None else bisect_left(places, at)
            return (places[number] for number in range(end - 1, -1, -1))
        start = 0 if at is None else bisect_right(places, at)
        return (places[number] for number in range(start, len(places)))


class Together:
    """Several collections read as one."""

    def __init__(self, parts: Iterable[Places]) -> None:
        self._parts = tuple(parts)

    def beyond(self, at: Place | None, *, descending: bool) -> Iterator[Place]:
        """Walk from the place on."""
        walks = [part.beyond(at, descending=descending) for part in self._parts]
        return heapq.merge(*walks, reverse=descending)


def instant_key(at: datetime) -> str:
    """Spell an instant so that text sorts as time does: UTC, cut to seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds")

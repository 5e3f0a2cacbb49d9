"""Who is in a list or segment, and since when: ordered by that, at any size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo.places import Place, PlaceIndex, Together

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from marketing_agent.sandbox.klaviyo.crowd import Crowd


class Members:
    """Profile ids with the instant at which each joined, as `places.instant_key`.

    A whole crowd can be a member: each of it joined when it was made.
    """

    def __init__(self) -> None:
        self._joined: dict[str, str] = {}
        self._index = PlaceIndex()
        self._crowds: list[tuple[Crowd, set[int]]] = []

    def __len__(self) -> int:
        crowds = (crowd.count - len(gone) for crowd, gone in self._crowds)
        return len(self._joined) + sum(crowds)

    def joined(self, profile_id: str) -> str | None:
        """Tell since when the profile is a member; none if it is not."""
        written = self._joined.get(profile_id)
        if written is not None:
            return written
        for crowd, gone in self._crowds:
            number = crowd.number(profile_id)
            if number is not None and number not in gone:
                return crowd.at(number)
        return None

    def put(self, profile_id: str, joined: str) -> None:
        """Make the profile a member since then, whether it was one before or not."""
        self.take_out(profile_id)
        self._joined[profile_id] = joined
        self._index.add((joined, profile_id))

    def fill(self, rows: Iterable[tuple[str, str]]) -> None:
        """Make many profiles members that were none."""
        new = dict(rows)
        self._joined.update(new)
        self._index.extend((joined, profile_id) for profile_id, joined in new.items())

    def fill_with(self, crowd: Crowd) -> None:
        """Make a whole crowd members."""
        self._crowds.append((crowd, set()))

    def take_out(self, profile_id: str) -> None:
        """Make the profile no member, if it was one."""
        joined = self._joined.pop(profile_id, None)
        if joined is not None:
            self._index.discard((joined, profile_id))
        for crowd, gone in self._crowds:
            number = crowd.number(profile_id)
            if number is not None:
                gone.add(number)

    def beyond(self, at: Place | None, *, descending: bool) -> Iterator[Place]:
        """Walk the members by when they joined."""
        crowds = (crowd.in_order_of("joined", gone) for crowd, gone in self._crowds)
        return Together((self._index, *crowds)).beyond(at, descending=descending)

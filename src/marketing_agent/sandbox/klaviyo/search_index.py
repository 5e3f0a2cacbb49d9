"""What filters see: a copy of every profile that trails the truth.

Klaviyo finds a new or edited profile by id at once, by email or phone only after "up to
a few minutes". Each edit enters here with the time at which filters may see it.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo.profiles import IDENTIFIERS, SandboxProfile

if TYPE_CHECKING:
    from collections.abc import Iterable

_Entry = tuple[datetime, int, SandboxProfile]


class SearchIndex:
    """Profiles by identifier, as of what is visible."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, SandboxProfile]] = {}
        self._holders: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._pending: list[_Entry] = []
        self._entries = 0

    def enter(self, profile: SandboxProfile, visible_at: datetime) -> None:
        """Let filters see this state of the profile from that time on."""
        self._entries += 1
        heapq.heappush(self._pending, (visible_at, self._entries, profile))

    def show(self, profile: SandboxProfile) -> None:
        """Let filters see this state of a profile that is new to the index, now."""
        self._entries += 1
        self._show(self._entries, profile)

    def remove(self, profile_id: str) -> None:
        """Forget the profile at once, and what was still to come of it."""
        self._pending = [e for e in self._pending if e[2].id != profile_id]
        heapq.heapify(self._pending)
        self._hide(profile_id)

    def catch_up(self, now: datetime) -> None:
        """Make visible what is due."""
        while self._pending and self._pending[0][0] <= now:
            _, entry, profile = heapq.heappop(self._pending)
            # A shorter delay may have let a later edit through first: never step back.
            if entry > self._seen.get(profile.id, (0, profile))[0]:
                self._hide(profile.id)
                self._show(entry, profile)

    def seen(self, profile_id: str) -> SandboxProfile | None:
        """Give the visible state of the profile, if any is visible yet."""
        entry = self._seen.get(profile_id)
        return entry[1] if entry else None

    def holders(self, name: str, values: Iterable[str]) -> set[str]:
        """Find the profiles that visibly hold one of these identifiers."""
        found = (self._holders.get((name, value), set()) for value in values)
        return set[str]().union(*found)

    def _show(self, entry: int, profile: SandboxProfile) -> None:
        self._seen[profile.id] = (entry, profile)
        for key in _keys(profile):
            self._holders[key].add(profile.id)

    def _hide(self, profile_id: str) -> None:
        gone = self._seen.pop(profile_id, None)
        for key in _keys(gone[1]) if gone else ():
            self._holders[key].discard(profile_id)


def _keys(profile: SandboxProfile) -> Iterable[tuple[str, str]]:
    for name in IDENTIFIERS:
        value = getattr(profile, name)
        if value is not None:
            yield name, value

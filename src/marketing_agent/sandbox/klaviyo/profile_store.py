"""The account's profiles: identifiers stay unique, filters see them late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from marketing_agent.sandbox.klaviyo.identifiers import Mint, canonical_exchange_id
from marketing_agent.sandbox.klaviyo.places import PlaceIndex, Together
from marketing_agent.sandbox.klaviyo.profiles import (
    IDENTIFIERS,
    SORTS,
    PropertyEdit,
    SandboxProfile,
    edited,
    merged,
)
from marketing_agent.sandbox.klaviyo.refusals import DuplicateProfile, Invalid, NotFound
from marketing_agent.sandbox.klaviyo.search_index import SearchIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta

    from marketing_agent.sandbox.klaviyo.crowd import Crowd


class ProfileStore:
    """Profiles by id and by identifier. Every write enters the search index too."""

    def __init__(self, mint: Mint) -> None:
        self._mint = mint
        self._profiles: dict[str, SandboxProfile] = {}
        self._owners: dict[tuple[str, str], str] = {}
        self._exchange_ids: dict[str, str] = {}
        self._index = SearchIndex()
        self._crowds: list[Crowd] = []
        self._places = {sort: PlaceIndex() for sort in SORTS}

    def __contains__(self, profile_id: object) -> bool:
        return profile_id in self._profiles or bool(
            isinstance(profile_id, str) and self._in_a_crowd(profile_id)
        )

    def __len__(self) -> int:
        return len(self._profiles) + sum(map(len, self._crowds))

    def all(self) -> tuple[SandboxProfile, ...]:
        """List the profiles that stand on their own, oldest first; no crowds."""
        return tuple(self._profiles.values())

    @property
    def crowds(self) -> tuple[Crowd, ...]:
        """The crowds, oldest first."""
        return tuple(self._crowds)

    def add_crowd(self, crowd: Crowd) -> None:
        """Keep a crowd; filters see it at once."""
        self._crowds.append(crowd)

    def get(self, profile_id: str) -> SandboxProfile:
        """Give the profile as it is now.

        Raises:
            NotFound: there is none, or no longer.

        """
        profile = self._profiles.get(profile_id) or self._in_a_crowd(profile_id)
        if profile is None:
            raise NotFound(f"A profile with id {profile_id} does not exist.")
        return profile

    def owner(self, name: str, value: str) -> str | None:
        """Tell which profile holds this identifier now."""
        if name == "_kx":
            return self._exchange_ids.get(canonical_exchange_id(value))
        crowds = (crowd.holder(name, value) for crowd in self._crowds)
        return self._owners.get((name, value)) or next(filter(None, crowds), None)

    def add(self, profile: SandboxProfile, delay: timedelta) -> SandboxProfile:
        """Keep a new profile.

        Raises:
            DuplicateProfile: another profile holds one of its identifiers.

        """
        return self._keep(profile, profile.created, delay)

    def edit(
        self,
        profile_id: str,
        changes: Mapping[str, Any],
        properties: PropertyEdit,
        now: datetime,
        delay: timedelta,
    ) -> SandboxProfile:
        """Change a profile.

        Raises:
            NotFound: there is no such profile.
            DuplicateProfile: another profile holds one of the new identifiers.

        """
        at = now.replace(microsecond=0)
        after = edited(self._on_its_own(profile_id), changes, properties, at)
        return self._keep(after, now, delay)

    def note_event(self, profile_id: str, at: datetime) -> SandboxProfile:
        """Remember when the profile's latest event was; that is no edit."""
        profile = self._on_its_own(profile_id)
        latest = max(at, profile.last_event_date or at)
        self._profiles[profile_id] = replace(profile, last_event_date=latest)
        return self._profiles[profile_id]

    def merge(
        self, source_id: str, destination_id: str, now: datetime, delay: timedelta
    ) -> SandboxProfile:
        """Fold the source into the destination; the source is gone, for good.

        Raises:
            NotFound: one of them does not exist.
            Invalid: they are the same.

        """
        if source_id == destination_id:
            raise Invalid("A profile cannot be merged into itself.")
        source = self._on_its_own(source_id)
        destination = self._on_its_own(destination_id)
        self.remove(source_id)
        at = now.replace(microsecond=0)
        return self._keep(merged(destination, source, at), now, delay)

    def remove(self, profile_id: str) -> None:
        """Delete a profile; its identifiers are free again."""
        gone = self._on_its_own(profile_id)
        self._forget(gone)
        del self._profiles[gone.id]
        written = self._mint.exchange_id(gone.id)
        self._exchange_ids.pop(canonical_exchange_id(written), None)
        self._index.remove(gone.id)

    def exchange_id(self, profile_id: str) -> str:
        """Give the profile's `_kx` value, which from now on can be looked up."""
        value = self._mint.exchange_id(self.get(profile_id).id)
        self._exchange_ids[canonical_exchange_id(value)] = profile_id
        return value

    # -- what is found

    def catch_up(self, now: datetime) -> None:
        """Let filters see what is due."""
        self._index.catch_up(now)

    def seen(self, profile_id: str) -> SandboxProfile | None:
        """Give the profile as filters see it; none if they do not yet."""
        return self._index.seen(profile_id) or self._in_a_crowd(profile_id)

    def seen_holders(self, name: str, values: Iterable[str]) -> set[str]:
        """Find the profiles that hold one of these identifiers, as filters see it."""
        wanted = tuple(values)
        crowds = (c.holder(name, value) for c in self._crowds for value in wanted)
        found = self._index.holders(name, wanted)
        return found | {holder for holder in crowds if holder}

    def in_order_of(self, key: str) -> Together:
        """Read everyone in an order of `SORTS`."""
        crowds = (crowd.in_order_of(key) for crowd in self._crowds)
        return Together((self._places[key], *crowds))

    def _keep(
        self, profile: SandboxProfile, now: datetime, delay: timedelta
    ) -> SandboxProfile:
        self._refuse_taken(profile)
        before = self._profiles.get(profile.id)
        self._remember(profile, before)
        self._index.enter(profile, now + delay)
        self._index.catch_up(now)
        return profile

    def _remember(
        self, profile: SandboxProfile, before: SandboxProfile | None = None
    ) -> None:
        self._profiles[profile.id] = profile
        for key in _owned(before) if before else ():
            del self._owners[key]
        for key in _owned(profile):
            self._owners[key] = profile.id
        for sort, places in self._places.items():
            here, there = profile.place(sort), before and before.place(sort)
            if here != there:
                places.add(here)
                if there:
                    places.discard(there)

    def _forget(self, profile: SandboxProfile) -> None:
        for key in _owned(profile):
            del self._owners[key]
        for sort, places in self._places.items():
            places.discard(profile.place(sort))

    def _in_a_crowd(self, profile_id: str) -> SandboxProfile | None:
        members = (crowd.profile(profile_id) for crowd in self._crowds)
        return next(filter(None, members), None)

    def _on_its_own(self, profile_id: str) -> SandboxProfile:
        """Give the profile, which from now on is no crowd's."""
        profile = self.get(profile_id)
        for crowd in self._crowds:
            number = crowd.number(profile_id)
            if number is not None and number not in crowd.left:
                crowd.left.add(number)
                self._remember(profile)
                self._index.show(profile)
        return profile

    def _refuse_taken(self, profile: SandboxProfile) -> None:
        for key in _owned(profile):
            owner = self.owner(*key)
            if owner and owner != profile.id:
                raise DuplicateProfile(owner)


def _owned(profile: SandboxProfile) -> list[tuple[str, str]]:
    names = (*IDENTIFIERS, "anonymous_id")
    pairs = ((name, getattr(profile, name)) for name in names)
    return [(name, value) for name, value in pairs if value is not None]

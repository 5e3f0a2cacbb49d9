"""The account's profiles: identifiers stay unique, filters see them late."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from marketing_agent.sandbox.klaviyo.identifiers import Mint, canonical_exchange_id
from marketing_agent.sandbox.klaviyo.profiles import (
    IDENTIFIERS,
    PropertyEdit,
    SandboxProfile,
    edited,
    merged,
)
from marketing_agent.sandbox.klaviyo.refusals import DuplicateProfile, Invalid, NotFound
from marketing_agent.sandbox.klaviyo.search_index import SearchIndex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from marketing_agent.sandbox.klaviyo.filters import Condition


class ProfileStore:
    """Profiles by id and by identifier. Every write enters the search index too."""

    def __init__(self, mint: Mint) -> None:
        self._mint = mint
        self._profiles: dict[str, SandboxProfile] = {}
        self._owners: dict[tuple[str, str], str] = {}
        self._exchange_ids: dict[str, str] = {}
        self._index = SearchIndex()

    def __contains__(self, profile_id: object) -> bool:
        return profile_id in self._profiles

    def all(self) -> tuple[SandboxProfile, ...]:
        """List every profile, oldest first."""
        return tuple(self._profiles.values())

    def get(self, profile_id: str) -> SandboxProfile:
        """Give the profile as it is now.

        Raises:
            NotFound: there is none, or no longer.

        """
        profile = self._profiles.get(profile_id)
        if profile is None:
            raise NotFound(f"A profile with id {profile_id} does not exist.")
        return profile

    def owner(self, name: str, value: str) -> str | None:
        """Tell which profile holds this identifier now."""
        if name == "_kx":
            return self._exchange_ids.get(canonical_exchange_id(value))
        return self._owners.get((name, value))

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
        after = edited(self.get(profile_id), changes, properties, at)
        return self._keep(after, now, delay)

    def note_event(self, profile_id: str, at: datetime) -> SandboxProfile:
        """Remember when the profile's latest event was; that is no edit."""
        profile = self.get(profile_id)
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
        source, destination = self.get(source_id), self.get(destination_id)
        self.remove(source_id)
        at = now.replace(microsecond=0)
        return self._keep(merged(destination, source, at), now, delay)

    def remove(self, profile_id: str) -> None:
        """Delete a profile; its identifiers are free again."""
        gone = self._profiles.pop(self.get(profile_id).id)
        self._owners = {k: v for k, v in self._owners.items() if v != gone.id}
        self._exchange_ids = {
            k: v for k, v in self._exchange_ids.items() if v != gone.id
        }
        self._index.remove(gone.id)

    def exchange_id(self, profile_id: str) -> str:
        """Give the profile's `_kx` value, which from now on can be looked up."""
        value = self._mint.exchange_id(self.get(profile_id).id)
        self._exchange_ids[canonical_exchange_id(value)] = profile_id
        return value

    def find(
        self, conditions: Sequence[Condition], now: datetime
    ) -> list[SandboxProfile]:
        """Find the profiles for which all conditions hold, as they are now.

        `id` and `_kx` are compared at once, everything else with what the index shows.
        """
        self._index.catch_up(now)
        candidates = self._candidates(conditions)
        return [p for p in candidates if all(self._holds(c, p) for c in conditions)]

    def _candidates(self, conditions: Sequence[Condition]) -> list[SandboxProfile]:
        for condition in conditions:
            if condition.field in IDENTIFIERS:
                values = [str(value) for value in condition.values]
                holders = self._index.holders(condition.field, values)
                return [self._profiles[profile_id] for profile_id in holders]
        return list(self._profiles.values())

    def _holds(self, condition: Condition, profile: SandboxProfile) -> bool:
        match condition.field:
            case "id":
                return condition.holds(profile.id)
            case "_kx":
                return self.owner("_kx", str(condition.values[0])) == profile.id
            case field:
                seen = self._index.seen(profile.id)
                return condition.holds(_compared(seen, field)) if seen else False

    def _keep(
        self, profile: SandboxProfile, now: datetime, delay: timedelta
    ) -> SandboxProfile:
        self._refuse_taken(profile)
        before = self._profiles.get(profile.id)
        for key in _owned(before) if before else ():
            del self._owners[key]
        for key in _owned(profile):
            self._owners[key] = profile.id
        self._profiles[profile.id] = profile
        self._index.enter(profile, now + delay)
        return profile

    def _refuse_taken(self, profile: SandboxProfile) -> None:
        for key in _owned(profile):
            owner = self._owners.get(key, profile.id)
            if owner != profile.id:
                raise DuplicateProfile(owner)


def _compared(profile: SandboxProfile, field: str) -> str | datetime | None:
    suppression = profile.suppression
    match field.removeprefix("subscriptions.email.marketing."):
        case "suppression.reason":
            return suppression.reason if suppression else None
        case "suppression.timestamp":
            return suppression.at if suppression else None
        case list_suppression if list_suppression.startswith("list_suppressions."):
            return None
        case name:
            value: str | datetime | None = getattr(profile, name)
            return value


def _owned(profile: SandboxProfile) -> list[tuple[str, str]]:
    names = (*IDENTIFIERS, "anonymous_id")
    pairs = ((name, getattr(profile, name)) for name in names)
    return [(name, value) for name, value in pairs if value is not None]

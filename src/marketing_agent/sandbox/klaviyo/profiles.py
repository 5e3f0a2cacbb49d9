"""A profile's state and the pure rules by which edits and merges change it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from marketing_agent.sandbox.klaviyo.places import Place, instant_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from marketing_agent.sandbox.klaviyo.subscriptions import Suppression

IDENTIFIERS = ("external_id", "email", "phone_number")
"""Each is at most one profile's; strongest first (help article 12902308138011)."""

EDITABLE = (
    *IDENTIFIERS,
    "first_name",
    "last_name",
    "organization",
    "locale",
    "title",
    "image",
    "location",
)

SORTS = ("created", "email", "id", "updated")
"""By what profiles are sorted (published OpenAPI, `get_profiles`)."""

LOCATION = (
    "address1",
    "address2",
    "city",
    "country",
    "latitude",
    "longitude",
    "region",
    "zip",
    "timezone",
    "ip",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxProfile:
    """One profile, whole. Times are aware UTC, cut to seconds as Klaviyo shows them."""

    id: str
    created: datetime
    updated: datetime
    email: str | None = None
    phone_number: str | None = None
    external_id: str | None = None
    anonymous_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    organization: str | None = None
    locale: str | None = None
    title: str | None = None
    image: str | None = None
    location: Mapping[str, JsonValue] | None = None
    last_event_date: datetime | None = None
    suppression: Suppression | None = None
    properties: Mapping[str, JsonValue] = field(default_factory=dict)

    def place(self, key: str) -> Place:
        """Tell where the profile stands in this order."""
        value = getattr(self, key)
        text = instant_key(value) if isinstance(value, datetime) else value or ""
        return text, self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyEdit:
    """What one call does to the custom properties, in this order.

    `set_to` merges key by key and keeps a null as a null. `append` and `unappend` add
    and remove values of a list; a value that was no list becomes one. `unset` drops
    keys.
    """

    set_to: Mapping[str, JsonValue] = field(default_factory=dict)
    append: Mapping[str, JsonValue] = field(default_factory=dict)
    unappend: Mapping[str, JsonValue] = field(default_factory=dict)
    unset: tuple[str, ...] = ()

    def applied_to(self, properties: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
        """Give the properties afterwards."""
        after = {**properties, **self.set_to}
        for key, value in self.append.items():
            after[key] = [*_as_list(after.get(key)), *_as_list(value)]
        for key, value in self.unappend.items():
            gone = _as_list(value)
            after[key] = [item for item in _as_list(after.get(key)) if item not in gone]
        return {key: value for key, value in after.items() if key not in self.unset}


def edited(
    profile: SandboxProfile,
    changes: Mapping[str, Any],
    properties: PropertyEdit,
    at: datetime,
) -> SandboxProfile:
    """Give the profile after an edit; `changes` has names from `EDITABLE`."""
    after = properties.applied_to(profile.properties)
    return replace(profile, **changes, properties=after, updated=at)


def merged(
    destination: SandboxProfile, source: SandboxProfile, at: datetime
) -> SandboxProfile:
    """Give the destination after a merge: its own values, then what it lacked."""
    filled = {
        name: getattr(source, name)
        for name in (*EDITABLE, "anonymous_id")
        if getattr(destination, name) is None
    }
    properties = {**source.properties, **destination.properties}
    return replace(destination, **filled, properties=properties, updated=at)


def _as_list(value: JsonValue) -> list[JsonValue]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]

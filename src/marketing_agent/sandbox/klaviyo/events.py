"""Metrics and the events recorded under them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pydantic import JsonValue

    from marketing_agent.sandbox.klaviyo.identifiers import Mint

_KLAVIYO_METRICS = (
    "Received Email",
    "Opened Email",
    "Clicked Email",
    "Subscribed to List",
    "Form submitted by profile",
    "Form completed by profile",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A kind of event, owned by the integration that sends it."""

    id: str
    name: str
    integration_id: str
    integration_name: str
    integration_category: str
    created: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """An event as a caller sends it.

    `profile_id` and `identifiers` (names as in profiles, and `_kx`) say whose it is;
    `attributes` and `profile_properties` update that profile. Without `time` it is now.
    """

    metric: str
    properties: Mapping[str, JsonValue]
    service: str | None = None
    profile_id: str | None = None
    identifiers: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    profile_properties: Mapping[str, JsonValue] = field(default_factory=dict)
    time: datetime | None = None
    value: float | None = None
    unique_id: str | None = None
    backfill: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedEvent:
    """An event that Klaviyo took. The API shows it from `visible_at` on."""

    id: str
    uuid: str
    profile_id: str
    metric: Metric
    unique_id: str
    time: datetime
    properties: Mapping[str, JsonValue]
    backfill: bool
    visible_at: datetime


class EventStore:
    """The account's events, de-duplicated, and its metrics."""

    def __init__(self, mint: Mint, now: datetime) -> None:
        self._mint = mint
        self._metrics: dict[tuple[str, str], Metric] = {}
        self._events: dict[tuple[str, str, str], RecordedEvent] = {}
        integration = mint.short_id(6)
        for name in _KLAVIYO_METRICS:
            self._add_metric(name, integration, "Klaviyo", "Internal", now)
        self._api = mint.short_id(6)

    def __iter__(self) -> Iterator[RecordedEvent]:
        return iter(tuple(self._events.values()))

    def metrics(self) -> tuple[Metric, ...]:
        """Every metric, oldest first."""
        return tuple(self._metrics.values())

    def record(
        self, draft: EventDraft, profile_id: str, now: datetime, visible_at: datetime
    ) -> RecordedEvent | None:
        """Keep the event, unless it is a repeat (none is returned then).

        A repeat has the same profile, metric and `unique_id`; without a `unique_id` its
        time cut to seconds takes that place, so two events in one second are one.
        """
        metric = self._metric(draft.metric, draft.service or "API", now)
        time = (draft.time or now).replace(microsecond=0)
        unique_id = draft.unique_id or str(int(time.timestamp()))
        key = (profile_id, metric.id, unique_id)
        if key in self._events:
            return None
        self._events[key] = RecordedEvent(
            id=self._mint.short_id(11),
            uuid=self._mint.uuid(),
            profile_id=profile_id,
            metric=metric,
            unique_id=unique_id,
            time=time,
            properties=_shown_properties(draft, unique_id),
            backfill=draft.backfill,
            visible_at=visible_at,
        )
        return self._events[key]

    def move(self, source: str, destination: str) -> None:
        """Give a merged profile's events to the profile that stays."""
        for key, event in tuple(self._events.items()):
            if event.profile_id == source:
                del self._events[key]
                moved = replace(event, profile_id=destination)
                self._events.setdefault((destination, *key[1:]), moved)

    def drop(self, profile_id: str) -> None:
        """Delete a deleted profile's events."""
        for key in [key for key in self._events if key[0] == profile_id]:
            del self._events[key]

    def metric_named(self, name: str, now: datetime) -> Metric:
        """Give one of Klaviyo's own metrics."""
        return self._metric(name, "Klaviyo", now)

    def _metric(self, name: str, service: str, now: datetime) -> Metric:
        known = [m for m in self._metrics.values() if m.name == name]
        match = [m for m in known if m.integration_name == service]
        return match[0] if match else self._add_api_metric(name, service, now)

    def _add_api_metric(self, name: str, service: str, now: datetime) -> Metric:
        return self._add_metric(name, self._api, service, "API", now)

    def _add_metric(
        self, name: str, integration: str, service: str, category: str, now: datetime
    ) -> Metric:
        metric = Metric(
            id=self._mint.short_id(6),
            name=name,
            integration_id=integration,
            integration_name=service,
            integration_category=category,
            created=now.replace(microsecond=0),
        )
        return self._metrics.setdefault((service, name), metric)


def _shown_properties(draft: EventDraft, unique_id: str) -> dict[str, JsonValue]:
    value: dict[str, JsonValue] = {} if draft.value is None else {"$value": draft.value}
    return {**draft.properties, **value, "$event_id": unique_id}

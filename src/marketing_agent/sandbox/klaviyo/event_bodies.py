"""Bodies of events, parsed strictly (`EventCreateQueryV2` of the published OpenAPI)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from pydantic import AwareDatetime, Field, JsonValue

from marketing_agent.sandbox.klaviyo.bodies import Part, ProfileAttributes, Properties
from marketing_agent.sandbox.klaviyo.events import EventDraft
from marketing_agent.sandbox.klaviyo.profiles import IDENTIFIERS
from marketing_agent.sandbox.klaviyo.refusals import NotEmulated


class MetricAttributes(Part):
    """A metric by name."""

    name: str = Field(min_length=1)
    service: str | None = None


class MetricData(Part):
    """The metric's resource in an event."""

    type: Literal["metric"]
    attributes: MetricAttributes


class EventMetric(Part):
    """The event's metric."""

    data: MetricData


class EventProfileAttributes(ProfileAttributes):
    """Whose event it is, and what else is known about them."""

    anonymous_id: str | None = None
    kx: str | None = Field(default=None, alias="_kx")
    meta: JsonValue = None

    def identifiers(self) -> dict[str, str]:
        """Tell the identifiers, `_kx` and anonymous id among them."""
        more = {"anonymous_id": self.anonymous_id, "_kx": self.kx}
        return {**super().identifiers(), **{k: v for k, v in more.items() if v}}


class EventProfileData(Part):
    """The profile's resource in an event."""

    type: Literal["profile"]
    id: str | None = None
    attributes: EventProfileAttributes
    meta: JsonValue = None


class EventProfile(Part):
    """The event's profile."""

    data: EventProfileData


class EventFacts(Part):
    """What happened."""

    properties: Properties
    metric: EventMetric
    time: AwareDatetime | None = None
    value: float | None = None
    value_currency: str | None = None
    unique_id: str | None = None
    backfill: bool | None = None


class EventAttributes(EventFacts):
    """The event itself."""

    profile: EventProfile


class EventData(Part):
    """The event's resource."""

    type: Literal["event"]
    attributes: EventAttributes


class EventCreate(Part):
    """Body of `POST /api/events`."""

    data: EventData

    def draft(self) -> EventDraft:
        """Give the event as our state takes it.

        Raises:
            NotEmulated: it patches the profile's properties or identifiers.

        """
        event = self.data.attributes
        return event_draft(event, event.profile.data, backfill=bool(event.backfill))


def event_draft(
    event: EventFacts, person: EventProfileData, *, backfill: bool
) -> EventDraft:
    """Give an event of a body as our state takes it.

    Raises:
        NotEmulated: it patches the profile's properties or identifiers.

    """
    if person.attributes.meta is not None or person.meta is not None:
        raise NotEmulated("Patching a profile by an event.", pointer="/data/attributes")
    known = {k: v for k, v in person.attributes.changes().items() if v is not None}
    return EventDraft(
        metric=event.metric.data.attributes.name,
        service=event.metric.data.attributes.service,
        profile_id=person.id,
        identifiers=person.attributes.identifiers(),
        attributes={k: v for k, v in known.items() if k not in IDENTIFIERS},
        profile_properties=person.attributes.properties or {},
        properties=event.properties,
        time=_utc(event.time),
        value=event.value,
        unique_id=event.unique_id,
        backfill=backfill,
    )


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None

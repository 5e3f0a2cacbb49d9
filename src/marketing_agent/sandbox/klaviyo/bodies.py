"""Request bodies, parsed strictly; what is wrong with one becomes a JSON:API error.

Shapes are `ProfileCreateQuery`, `ProfilePartialUpdateQuery` and `EventCreateQueryV2` of
the published OpenAPI. A body may have 100 KB (profiles; Klaviyo's documented cap).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
)

from marketing_agent.sandbox.klaviyo.events import EventDraft
from marketing_agent.sandbox.klaviyo.identifiers import canonical_email, canonical_phone
from marketing_agent.sandbox.klaviyo.profiles import (
    EDITABLE,
    IDENTIFIERS,
    PropertyEdit,
)
from marketing_agent.sandbox.klaviyo.refusals import (
    Invalid,
    Malformed,
    NotEmulated,
    UnsupportedMediaType,
)

MAXIMUM_BYTES = 100_000
_MEDIA_TYPES = ("application/vnd.api+json", "application/json")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Body = TypeVar("Body", bound=_Part)
Email = Annotated[str, AfterValidator(canonical_email)]
Phone = Annotated[str, AfterValidator(canonical_phone)]
Properties = dict[str, JsonValue]


class Location(_Part):
    """Where a profile lives."""

    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    country: str | None = None
    latitude: str | float | None = None
    longitude: str | float | None = None
    region: str | None = None
    zip: str | None = None
    timezone: str | None = None
    ip: str | None = None


class ProfileAttributes(_Part):
    """What a caller may say about a profile. Null clears, absence leaves alone."""

    email: Email | None = None
    phone_number: Phone | None = None
    external_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    organization: str | None = None
    locale: str | None = None
    title: str | None = None
    image: str | None = None
    location: Location | None = None
    properties: Properties | None = None

    def changes(self) -> dict[str, Any]:
        """Tell the attributes that the body named, custom properties apart."""
        return self.model_dump(include=set(EDITABLE), exclude_unset=True)

    def identifiers(self) -> dict[str, str]:
        """Tell the identifiers that the body named."""
        named = ((name, getattr(self, name, None)) for name in IDENTIFIERS)
        return {name: value for name, value in named if value}


class ProfileCreateData(_Part):
    """The resource of a new profile."""

    type: Literal["profile"]
    attributes: ProfileAttributes


class ProfileCreate(_Part):
    """Body of `POST /api/profiles`."""

    data: ProfileCreateData


class PatchProperties(_Part):
    """Edits of custom properties that a merge cannot express."""

    append: Properties | None = None
    unappend: Properties | None = None
    unset: str | list[str] | None = None


class ProfileMeta(_Part):
    """What goes with an update."""

    patch_properties: PatchProperties | None = None
    patch_identifiers: JsonValue = None


class ProfileUpdateData(_Part):
    """The resource of an update."""

    type: Literal["profile"]
    id: str
    attributes: ProfileAttributes
    meta: ProfileMeta | None = None

    def property_edit(self) -> PropertyEdit:
        """Tell what the update does to the custom properties.

        Raises:
            NotEmulated: it manages secondary email addresses.

        """
        meta = self.meta or ProfileMeta()
        if meta.patch_identifiers is not None:
            raise NotEmulated("meta.patch_identifiers", pointer="/data/meta")
        patch = meta.patch_properties or PatchProperties()
        unset = [patch.unset] if isinstance(patch.unset, str) else patch.unset or []
        return PropertyEdit(
            set_to=self.attributes.properties or {},
            append=patch.append or {},
            unappend=patch.unappend or {},
            unset=tuple(unset),
        )


class ProfileUpdate(_Part):
    """Body of `PATCH /api/profiles/{id}`."""

    data: ProfileUpdateData


class MetricAttributes(_Part):
    """A metric by name."""

    name: str = Field(min_length=1)
    service: str | None = None


class MetricData(_Part):
    """The metric's resource in an event."""

    type: Literal["metric"]
    attributes: MetricAttributes


class EventMetric(_Part):
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


class EventProfileData(_Part):
    """The profile's resource in an event."""

    type: Literal["profile"]
    id: str | None = None
    attributes: EventProfileAttributes


class EventProfile(_Part):
    """The event's profile."""

    data: EventProfileData


class EventAttributes(_Part):
    """The event itself."""

    properties: Properties
    metric: EventMetric
    profile: EventProfile
    time: AwareDatetime | None = None
    value: float | None = None
    value_currency: str | None = None
    unique_id: str | None = None
    backfill: bool | None = None


class EventData(_Part):
    """The event's resource."""

    type: Literal["event"]
    attributes: EventAttributes


class EventCreate(_Part):
    """Body of `POST /api/events`."""

    data: EventData

    def draft(self) -> EventDraft:
        """Give the event as our state takes it.

        Raises:
            NotEmulated: it patches the profile's properties or identifiers.

        """
        event = self.data.attributes
        person = event.profile.data
        if person.attributes.meta is not None:
            raise NotEmulated(
                "Patching a profile by an event.", pointer="/data/attributes"
            )
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
            backfill=bool(event.backfill),
        )


def parsed(model: type[Body], raw: bytes, content_type: str) -> Body:
    """Read the body as *model*.

    Raises:
        UnsupportedMediaType: it is not announced as JSON.
        Malformed: it is not JSON.
        Invalid: it is too large or does not have the documented shape.

    """
    if content_type.split(";", maxsplit=1)[0].strip().lower() not in _MEDIA_TYPES:
        raise UnsupportedMediaType(f'Unsupported media type "{content_type}".')
    if len(raw) > MAXIMUM_BYTES:
        raise Invalid(f"The payload is larger than {MAXIMUM_BYTES} bytes.")
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise _refusal(error) from None


def _refusal(error: ValidationError) -> Malformed | Invalid:
    first = error.errors(include_input=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        return Malformed("JSON parse error.")
    pointer = "/" + "/".join(str(part) for part in first["loc"])
    return Invalid(f"{first['msg']}.", pointer=pointer)


def _utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at else None

"""Request bodies, parsed strictly; what is wrong with one becomes a JSON:API error.

Shapes are `ProfileCreateQuery` and `ProfilePartialUpdateQuery` of the published
OpenAPI. A body may have 100 KB (profiles; Klaviyo's documented cap).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    JsonValue,
    ValidationError,
)

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


class Part(BaseModel):
    """A part of a body: nothing undeclared, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Body = TypeVar("Body", bound=Part)
Email = Annotated[str, AfterValidator(canonical_email)]
Phone = Annotated[str, AfterValidator(canonical_phone)]
Properties = dict[str, JsonValue]


class Location(Part):
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


class ProfileAttributes(Part):
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


class ProfileCreateData(Part):
    """The resource of a new profile."""

    type: Literal["profile"]
    attributes: ProfileAttributes


class ProfileCreate(Part):
    """Body of `POST /api/profiles`."""

    data: ProfileCreateData


class PatchProperties(Part):
    """Edits of custom properties that a merge cannot express."""

    append: Properties | None = None
    unappend: Properties | None = None
    unset: str | list[str] | None = None


class ProfileMeta(Part):
    """What goes with an update."""

    patch_properties: PatchProperties | None = None
    patch_identifiers: JsonValue = None


def property_edit(
    attributes: ProfileAttributes, meta: ProfileMeta | None
) -> PropertyEdit:
    """Tell what a body does to the custom properties.

    Raises:
        NotEmulated: it manages secondary email addresses.

    """
    if meta and meta.patch_identifiers is not None:
        raise NotEmulated("meta.patch_identifiers", pointer="/data/meta")
    patch = (meta and meta.patch_properties) or PatchProperties()
    unset = [patch.unset] if isinstance(patch.unset, str) else patch.unset or []
    return PropertyEdit(
        set_to=attributes.properties or {},
        append=patch.append or {},
        unappend=patch.unappend or {},
        unset=tuple(unset),
    )


class ProfileUpdateData(Part):
    """The resource of an update."""

    type: Literal["profile"]
    id: str
    attributes: ProfileAttributes
    meta: ProfileMeta | None = None

    def property_edit(self) -> PropertyEdit:
        """Tell what the update does to the custom properties; raises NotEmulated."""
        return property_edit(self.attributes, self.meta)


class ProfileUpdate(Part):
    """Body of `PATCH /api/profiles/{id}`."""

    data: ProfileUpdateData


def parsed(
    model: type[Body], raw: bytes, content_type: str, *, most: int = MAXIMUM_BYTES
) -> Body:
    """Read the body, of at most *most* bytes, as *model*.

    Raises:
        UnsupportedMediaType: it is not announced as JSON.
        Malformed: it is not JSON.
        Invalid: it is too large or does not have the documented shape.

    """
    if content_type.split(";", maxsplit=1)[0].strip().lower() not in _MEDIA_TYPES:
        raise UnsupportedMediaType(f'Unsupported media type "{content_type}".')
    if len(raw) > most:
        raise Invalid(f"The payload is larger than {most} bytes.")
    try:
        return model.model_validate_json(raw)
    except ValidationError as error:
        raise refusal(error) from None


def refusal(error: ValidationError) -> Malformed | Invalid:
    """Make the refusal of a body that could not be read: its first problem."""
    first = error.errors(include_input=False, include_url=False)[0]
    if first["type"] == "json_invalid":
        return Malformed("JSON parse error.")
    pointer = "/" + "/".join(str(part) for part in first["loc"])
    return Invalid(f"{first['msg']}.", pointer=pointer)

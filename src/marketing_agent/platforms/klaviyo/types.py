"""What Klaviyo's answers become here; personal fields stay out of `repr` and logs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from marketing_agent.core.signals import ProfileId
    from marketing_agent.platforms.json_values import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class KlaviyoCredentials:
    """What the merchant gave us to call Klaviyo with."""

    private_key: str = field(repr=False)

    @property
    def authorization(self) -> str:
        """The value of the `Authorization` header (OpenAPI `securitySchemes`)."""
        return f"Klaviyo-API-Key {self.private_key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KlaviyoAccount:
    """The account that the credentials belong to."""

    id: str
    public_id: str
    """The six-character site id, also the suffix of every exchange id (`_kx`)."""
    organization: str | None = None
    timezone: str | None = None
    """An IANA name such as `Asia/Tokyo`."""
    locale: str | None = None
    currency: str | None = None
    website: str | None = None
    is_test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KlaviyoProfile:
    """A profile as Klaviyo gives it: email and phone are raw, not canonical."""

    id: ProfileId
    email: str | None = field(default=None, repr=False)
    phone_number: str | None = field(default=None, repr=False)
    """Usually E.164; old ones may be written nationally."""
    properties: Mapping[str, JsonValue] = field(default_factory=dict, repr=False)
    updated: datetime | None = None
    suppressed: bool | None = None
    """Whether email marketing is ruled out; None where Klaviyo did not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KlaviyoMetric:
    """A kind of event."""

    id: str
    name: str
    integration: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KlaviyoEvent:
    """Something that happened to a profile."""

    id: str
    metric: str | None = None
    """The metric's name."""
    at: datetime | None = None
    properties: Mapping[str, JsonValue] = field(default_factory=dict, repr=False)

"""The shop's customers, as its email tool knows them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One profile of the list. `id` is the Klaviyo profile id (`person.KlaviyoID`)."""

    id: str
    email: str | None = None
    phone: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    external_id: str | None = None
    properties: Mapping[str, object] = field(
        default_factory=lambda: MappingProxyType({})
    )

    @property
    def name(self) -> str:
        """What to call this customer on a page."""
        return self.first_name or self.email or self.id


CustomerSource = Callable[[], Sequence[Customer]]
"""Lists the customers as they are now."""

"""Profiles: list and filter, get, create, update."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import wire
from marketing_agent.sandbox.klaviyo.bodies import ProfileCreate, ProfileUpdate, parsed
from marketing_agent.sandbox.klaviyo.filters import Field, parse
from marketing_agent.sandbox.klaviyo.limits import Tier
from marketing_agent.sandbox.klaviyo.operations import Ask, Operation, Reply
from marketing_agent.sandbox.klaviyo.pages import Order, Place, page_of
from marketing_agent.sandbox.klaviyo.profiles import (
    EDITABLE,
    LOCATION,
    SandboxProfile,
)
from marketing_agent.sandbox.klaviyo.query import Query
from marketing_agent.sandbox.klaviyo.refusals import Invalid
from marketing_agent.sandbox.klaviyo.subscriptions import EMAIL_MARKETING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

_ONE_OF = frozenset({"equals", "any"})
_BEYOND = Field(operators=frozenset({"greater-than", "less-than"}), kind=datetime)
_EQUALS = Field(operators=frozenset({"equals"}))
_COMPARED = Field(
    operators=frozenset(
        {"greater-than", "greater-or-equal", "less-than", "less-or-equal"}
    ),
    kind=datetime,
)
_MARKETING = "subscriptions.email.marketing"
PROFILE_FILTERS: Mapping[str, Field] = {
    "id": Field(operators=_ONE_OF),
    "email": Field(operators=_ONE_OF, canonical=lambda text: text.strip().lower()),
    "phone_number": Field(operators=_ONE_OF),
    "external_id": Field(operators=_ONE_OF),
    "_kx": _EQUALS,
    "created": _BEYOND,
    "updated": _BEYOND,
    f"{_MARKETING}.suppression.reason": _EQUALS,
    f"{_MARKETING}.suppression.timestamp": _COMPARED,
    f"{_MARKETING}.list_suppressions.reason": _EQUALS,
    f"{_MARKETING}.list_suppressions.timestamp": _COMPARED,
    f"{_MARKETING}.list_suppressions.list_id": _EQUALS,
}
PROFILE_SORTS = ("created", "email", "id", "updated")
PROFILE_FIELDS = (
    *EDITABLE,
    "id",
    "created",
    "updated",
    "last_event_date",
    "properties",
    "subscriptions",
    "subscriptions.email",
    _MARKETING,
    *(f"{_MARKETING}.{name}" for name in EMAIL_MARKETING),
    *(f"location.{name}" for name in LOCATION),
)
_NARROWING = "fields[profile]"
_ADDITIONAL = "additional-fields[profile]"
_NOT_EMULATED = (
    "fields[conversation]",
    "fields[list]",
    "fields[push-token]",
    "fields[segment]",
    "include",
)


def get_profiles(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of the profiles that the filter finds."""
    known = ("filter", "sort", "page[cursor]", "page[size]", _NARROWING, _ADDITIONAL)
    query = Query(ask.query, known=known, not_emulated=_NOT_EMULATED)
    conditions = parse(query.text("filter"), PROFILE_FILTERS, world.now())
    shown = _shown(ask, query)
    order = query.order(PROFILE_SORTS, default="id")
    page = page_of(
        world.find_profiles(conditions),
        place=lambda profile: _place(profile, order),
        order=order,
        size=query.page_size(default=20, maximum=100),
        cursor=query.text("page[cursor]"),
    )
    links = query.links(f"{ask.base}/api/profiles", page)
    return Reply(document=wire.collection(map(shown, page.items), links, []))


def get_profile(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer one profile by id, at once and whole."""
    shown = _shown(ask, _one_profile(ask))
    return Reply(document=wire.single(shown(world.profile(ask.path["id"]))))


def create_profile(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Make a profile; 409 with the other's id if an identifier is taken."""
    shown = _shown(ask, _one_profile(ask))
    given = parsed(ProfileCreate, ask.body, ask.content_type).data.attributes
    if not given.identifiers():
        raise Invalid(
            "One of email, phone_number or external_id must be provided.",
            pointer="/data/attributes",
        )
    profile_id = world.add_profile(**given.changes(), properties=given.properties)
    return Reply(status=201, document=wire.single(shown(world.profile(profile_id))))


def update_profile(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Edit a profile by id; this never makes one."""
    shown = _shown(ask, _one_profile(ask))
    update = parsed(ProfileUpdate, ask.body, ask.content_type).data
    if update.id != ask.path["id"]:
        raise Invalid("The id differs from the one in the path.", pointer="/data/id")
    profile = world.edit_profile(
        update.id, update.attributes.changes(), update.property_edit()
    )
    return Reply(document=wire.single(shown(profile)))


def _one_profile(ask: Ask) -> Query:
    known = (_NARROWING, _ADDITIONAL)
    return Query(ask.query, known=known, not_emulated=_NOT_EMULATED)


def _shown(ask: Ask, query: Query) -> Callable[[SandboxProfile], wire.Json]:
    fields = query.fields("profile", PROFILE_FIELDS)
    additional = query.listed(
        _ADDITIONAL, known=("subscriptions",), not_emulated=("predictive_analytics",)
    )
    return lambda p: wire.profile_resource(p, ask.base, fields, additional)


def _place(profile: SandboxProfile, order: Order) -> Place:
    value = getattr(profile, order.field)
    key = value.isoformat() if isinstance(value, datetime) else value or ""
    return key, profile.id


PROFILE_OPERATIONS = (
    Operation(
        method="GET",
        path="/api/profiles",
        scope="profiles:read",
        tier=Tier.L,
        carry_out=get_profiles,
    ),
    Operation(
        method="GET",
        path="/api/profiles/{id}",
        scope="profiles:read",
        tier=Tier.L,
        carry_out=get_profile,
    ),
    Operation(
        method="POST",
        path="/api/profiles",
        scope="profiles:write",
        tier=Tier.L,
        carry_out=create_profile,
    ),
    Operation(
        method="PATCH",
        path="/api/profiles/{id}",
        scope="profiles:write",
        tier=Tier.L,
        carry_out=update_profile,
    ),
)

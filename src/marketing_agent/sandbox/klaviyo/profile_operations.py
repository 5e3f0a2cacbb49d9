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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

_ONE_OF = frozenset({"equals", "any"})
_INSTANT = Field(operators=frozenset({"greater-than", "less-than"}), kind=datetime)
PROFILE_FILTERS: Mapping[str, Field] = {
    "id": Field(operators=_ONE_OF),
    "email": Field(operators=_ONE_OF, canonical=lambda text: text.strip().lower()),
    "phone_number": Field(operators=_ONE_OF),
    "external_id": Field(operators=_ONE_OF),
    "_kx": Field(operators=frozenset({"equals"})),
    "created": _INSTANT,
    "updated": _INSTANT,
}
PROFILE_SORTS = ("created", "email", "id", "updated")
PROFILE_FIELDS = (
    *EDITABLE,
    "id",
    "created",
    "updated",
    "last_event_date",
    "properties",
    *(f"location.{name}" for name in LOCATION),
)
_NARROWING = "fields[profile]"
_NOT_EMULATED = (
    "additional-fields[profile]",
    "fields[conversation]",
    "fields[list]",
    "fields[push-token]",
    "fields[segment]",
    "include",
)


def get_profiles(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of the profiles that the filter finds."""
    known = ("filter", "sort", "page[cursor]", "page[size]", _NARROWING)
    query = Query(ask.query, known=known, not_emulated=_NOT_EMULATED)
    conditions = parse(query.text("filter"), PROFILE_FILTERS, world.now())
    fields = query.fields("profile", PROFILE_FIELDS)
    order = query.order(PROFILE_SORTS, default="id")
    page = page_of(
        world.find_profiles(conditions),
        place=lambda profile: _place(profile, order),
        order=order,
        size=query.page_size(default=20, maximum=100),
        cursor=query.text("page[cursor]"),
    )
    found = [wire.profile_resource(p, ask.base, fields) for p in page.items]
    links = query.links(f"{ask.base}/api/profiles", page)
    return Reply(document=wire.collection(found, links, []))


def get_profile(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer one profile by id, at once and whole."""
    query = Query(ask.query, known=(_NARROWING,), not_emulated=_NOT_EMULATED)
    return _shown(world.profile(ask.path["id"]), ask, query)


def create_profile(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Make a profile; 409 with the other's id if an identifier is taken."""
    query = Query(ask.query, known=(_NARROWING,), not_emulated=_NOT_EMULATED)
    given = parsed(ProfileCreate, ask.body, ask.content_type).data.attributes
    if not given.identifiers():
        raise Invalid(
            "One of email, phone_number or external_id must be provided.",
            pointer="/data/attributes",
        )
    profile_id = world.add_profile(**given.changes(), properties=given.properties)
    reply = _shown(world.profile(profile_id), ask, query)
    return Reply(status=201, document=reply.document)


def update_profile(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Edit a profile by id; this never makes one."""
    query = Query(ask.query, known=(_NARROWING,), not_emulated=_NOT_EMULATED)
    update = parsed(ProfileUpdate, ask.body, ask.content_type).data
    if update.id != ask.path["id"]:
        raise Invalid("The id differs from the one in the path.", pointer="/data/id")
    profile = world.edit_profile(
        update.id, update.attributes.changes(), update.property_edit()
    )
    return _shown(profile, ask, query)


def _shown(profile: SandboxProfile, ask: Ask, query: Query) -> Reply:
    fields = query.fields("profile", PROFILE_FIELDS)
    resource = wire.profile_resource(profile, ask.base, fields)
    return Reply(document=wire.single(resource))


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

"""Profiles: list and filter, get, create, update."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import wire
from marketing_agent.sandbox.klaviyo.bodies import ProfileCreate, ProfileUpdate, parsed
from marketing_agent.sandbox.klaviyo.filters import Field, parse
from marketing_agent.sandbox.klaviyo.group_wire import (
    LIST_FIELDS,
    SEGMENT_FIELDS,
    list_resource,
    segment_resource,
)
from marketing_agent.sandbox.klaviyo.limits import Tier
from marketing_agent.sandbox.klaviyo.operations import Ask, Costly, Operation, Reply
from marketing_agent.sandbox.klaviyo.profiles import (
    EDITABLE,
    LOCATION,
    SORTS,
    SandboxProfile,
)
from marketing_agent.sandbox.klaviyo.query import Query
from marketing_agent.sandbox.klaviyo.refusals import Invalid
from marketing_agent.sandbox.klaviyo.subscriptions import EMAIL_MARKETING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from marketing_agent.sandbox.klaviyo.profile_rows import Writes
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

ONE_OF = frozenset({"equals", "any"})
_BEYOND = Field(operators=frozenset({"greater-than", "less-than"}), kind=datetime)
EQUALS = Field(operators=frozenset({"equals"}))
COMPARED = Field(
    operators=frozenset(
        {"greater-than", "greater-or-equal", "less-than", "less-or-equal"}
    ),
    kind=datetime,
)
_MARKETING = "subscriptions.email.marketing"
PROFILE_FILTERS: Mapping[str, Field] = {
    "id": Field(operators=ONE_OF),
    "email": Field(operators=ONE_OF, canonical=lambda text: text.strip().lower()),
    "phone_number": Field(operators=ONE_OF),
    "external_id": Field(operators=ONE_OF),
    "_kx": EQUALS,
    "created": _BEYOND,
    "updated": _BEYOND,
    f"{_MARKETING}.suppression.reason": EQUALS,
    f"{_MARKETING}.suppression.timestamp": COMPARED,
    f"{_MARKETING}.list_suppressions.reason": EQUALS,
    f"{_MARKETING}.list_suppressions.timestamp": COMPARED,
    f"{_MARKETING}.list_suppressions.list_id": EQUALS,
}
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
NARROWING = "fields[profile]"
ADDITIONAL = "additional-fields[profile]"
_GROUPS = ("include", "fields[list]", "fields[segment]")
_INCLUDED = ("lists", "segments")
_NOT_INCLUDED = ("fields[conversation]", "fields[push-token]")
_NOT_EMULATED = (
    "fields[conversation]",
    "fields[list]",
    "fields[push-token]",
    "fields[segment]",
    "include",
)


def get_profiles(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of the profiles that the filter finds."""
    known = ("filter", "sort", "page[cursor]", "page[size]", NARROWING, ADDITIONAL)
    query = Query(ask.query, known=known, not_emulated=_NOT_EMULATED)
    conditions = parse(query.text("filter"), PROFILE_FILTERS, world.now())
    shown = shown_profile(ask, query)
    cut = query.cut(SORTS, default="id", size=20, maximum=100)
    page = world.find_profiles(conditions, cut)
    rows = world.profile_rows(shown)
    links = query.links(f"{ask.base}/api/profiles", page)
    return Reply(document=wire.written_collection(map(rows.row, page.items), links))


def get_profile(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer one profile by id, at once and whole; its lists and segments if asked."""
    query = Query(
        ask.query, known=(NARROWING, ADDITIONAL, *_GROUPS), not_emulated=_NOT_INCLUDED
    )
    profile = world.profile(ask.path["id"])
    document = wire.single(shown_profile(ask, query)(profile))
    wanted = query.listed("include", _INCLUDED, ("conversations", "push-tokens"))
    included: list[wire.Json] = []
    if "lists" in wanted:
        fields = query.fields("list", LIST_FIELDS)
        lists = world.lists.of(profile.id)
        included += [list_resource(each, ask.base, fields) for each in lists]
    if "segments" in wanted:
        fields = query.fields("segment", SEGMENT_FIELDS)
        segments = world.segments.of(profile.id)
        included += [segment_resource(each, ask.base, fields) for each in segments]
    return Reply(document={**document, "included": included} if wanted else document)


def create_profile(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Make a profile; 409 with the other's id if an identifier is taken."""
    shown = shown_profile(ask, _one_profile(ask))
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
    shown = shown_profile(ask, _one_profile(ask))
    update = parsed(ProfileUpdate, ask.body, ask.content_type).data
    if update.id != ask.path["id"]:
        raise Invalid("The id differs from the one in the path.", pointer="/data/id")
    profile = world.edit_profile(
        update.id, update.attributes.changes(), update.property_edit()
    )
    return Reply(document=wire.single(shown(profile)))


def _one_profile(ask: Ask) -> Query:
    known = (NARROWING, ADDITIONAL)
    return Query(ask.query, known=known, not_emulated=_NOT_EMULATED)


def shown_profile(
    ask: Ask, query: Query, known: Iterable[str] = PROFILE_FIELDS
) -> Writes:
    """Read what is to be shown of profiles: sparse and additional fields."""
    fields = query.fields("profile", known)
    additional = query.listed(
        ADDITIONAL, known=("subscriptions",), not_emulated=("predictive_analytics",)
    )

    def write(profile: SandboxProfile, joined: str | None = None) -> wire.Json:
        return wire.profile_resource(profile, ask.base, fields, additional, joined)

    return write


PROFILE_OPERATIONS = (
    Operation(
        method="GET",
        path="/api/profiles",
        scopes=("profiles:read",),
        tier=Tier.L,
        carry_out=get_profiles,
    ),
    Operation(
        method="GET",
        path="/api/profiles/{id}",
        scopes=("profiles:read",),
        tier=Tier.L,
        costly=(
            Costly(parameter="include", values=frozenset(_INCLUDED), tier=Tier.XS),
        ),
        carry_out=get_profile,
    ),
    Operation(
        method="POST",
        path="/api/profiles",
        scopes=("profiles:write",),
        tier=Tier.L,
        carry_out=create_profile,
    ),
    Operation(
        method="PATCH",
        path="/api/profiles/{id}",
        scopes=("profiles:write",),
        tier=Tier.L,
        carry_out=update_profile,
    ),
)

"""Segments: list, get, their members, those of a profile."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import group_wire, wire
from marketing_agent.sandbox.klaviyo.filters import Condition, Field, parse
from marketing_agent.sandbox.klaviyo.group_wire import SEGMENT_FIELDS
from marketing_agent.sandbox.klaviyo.limits import Tier
from marketing_agent.sandbox.klaviyo.member_pages import (
    SEGMENT_MEMBER_FILTERS,
    page_of_members,
)
from marketing_agent.sandbox.klaviyo.operations import Ask, Costly, Operation, Reply
from marketing_agent.sandbox.klaviyo.pages import page_of
from marketing_agent.sandbox.klaviyo.places import Place, instant_key
from marketing_agent.sandbox.klaviyo.query import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.sandbox.klaviyo.segments import Segment
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

_ONE_OF = frozenset({"any", "equals"})
_SINCE = Field(operators=frozenset({"greater-than"}), kind=datetime)
SEGMENT_FILTERS: Mapping[str, Field] = {
    "name": Field(operators=_ONE_OF, equals_a_list=True),
    "id": Field(operators=_ONE_OF, equals_a_list=True),
    "created": _SINCE,
    "updated": _SINCE,
    "is_active": Field(operators=_ONE_OF, kind=bool, equals_a_list=True),
    "is_starred": Field(operators=frozenset({"equals"}), kind=bool),
}
SEGMENT_SORTS = ("created", "id", "name", "updated")
_COUNT = "profile_count"
_COUNTING = "additional-fields[segment]"
_NOT_EMULATED = ("fields[flow]", "fields[tag]", "include")
_PER_PAGE = 10


def get_segments(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of at most 10 segments."""
    known = ("filter", "sort", "page[cursor]", "page[size]", "fields[segment]")
    query = Query(ask.query, known=known, not_emulated=_NOT_EMULATED)
    conditions = parse(query.text("filter"), SEGMENT_FILTERS, world.now())
    fields = query.fields("segment", SEGMENT_FIELDS)
    cut = query.cut(SEGMENT_SORTS, default="id", size=_PER_PAGE, maximum=_PER_PAGE)
    page = page_of(
        (s for s in world.segments.all() if all(_holds(c, s) for c in conditions)),
        place=lambda segment: _place(segment, cut.order.field),
        cut=cut,
    )
    found = [group_wire.segment_resource(s, ask.base, fields) for s in page.items]
    links = query.links(f"{ask.base}/api/segments", page)
    return Reply(document=wire.collection(found, links, []))


def get_segment(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer one segment; how many are in it only if that is asked for."""
    known = ("fields[segment]", _COUNTING)
    query = Query(ask.query, known=known, not_emulated=_NOT_EMULATED)
    segment = world.segments.get(ask.path["id"])
    counted = _COUNT in query.listed(_COUNTING, (_COUNT,))
    fields = query.fields("segment", (*SEGMENT_FIELDS, _COUNT))
    count = len(world.segments.members(segment.id)) if counted else None
    resource = group_wire.segment_resource(segment, ask.base, fields, count)
    return Reply(document=wire.single(resource))


def get_profiles_for_segment(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of a segment's members, as full profiles."""
    segment_id = ask.path["id"]
    members = world.segments.members(segment_id)
    path = f"/api/segments/{segment_id}/profiles"
    return page_of_members(world, ask, members, SEGMENT_MEMBER_FILTERS, path)


def get_segments_for_profile(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer every segment that a profile is in, on one page."""
    query = Query(ask.query, known=("fields[segment]",))
    fields = query.fields("segment", SEGMENT_FIELDS)
    profile_id = world.profile(ask.path["id"]).id
    segments = world.segments.of(profile_id)
    found = [group_wire.segment_resource(s, ask.base, fields) for s in segments]
    links = {"self": f"{ask.base}/api/profiles/{profile_id}/segments"}
    return Reply(document=wire.collection(found, links, []))


def _holds(condition: Condition, segment: Segment) -> bool:
    return condition.holds(getattr(segment, condition.field))


def _place(segment: Segment, field: str) -> Place:
    value = getattr(segment, field)
    text = instant_key(value) if isinstance(value, datetime) else value
    return text, segment.id


SEGMENT_OPERATIONS = (
    Operation(
        method="GET",
        path="/api/segments",
        scopes=("segments:read",),
        tier=Tier.L,
        carry_out=get_segments,
    ),
    Operation(
        method="GET",
        path="/api/segments/{id}",
        scopes=("segments:read",),
        tier=Tier.L,
        costly=(Costly(parameter=_COUNTING, values=frozenset({_COUNT}), tier=Tier.XS),),
        carry_out=get_segment,
    ),
    Operation(
        method="GET",
        path="/api/segments/{id}/profiles",
        scopes=("profiles:read", "segments:read"),
        tier=Tier.L,
        carry_out=get_profiles_for_segment,
    ),
    Operation(
        method="GET",
        path="/api/profiles/{id}/segments",
        scopes=("profiles:read", "segments:read"),
        tier=Tier.S,
        carry_out=get_segments_for_profile,
    ),
)

"""`.../profiles` of a list or segment: full profiles, by when they joined."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import wire
from marketing_agent.sandbox.klaviyo.filters import Field, parse
from marketing_agent.sandbox.klaviyo.operations import Ask, Reply
from marketing_agent.sandbox.klaviyo.profile_operations import (
    ADDITIONAL,
    COMPARED,
    EQUALS,
    NARROWING,
    ONE_OF,
    PROFILE_FIELDS,
    PROFILE_FILTERS,
    shown_profile,
)
from marketing_agent.sandbox.klaviyo.query import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.sandbox.klaviyo.members import Members
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

MEMBER_FILTERS: Mapping[str, Field] = {
    "email": Field(
        operators=ONE_OF,
        canonical=PROFILE_FILTERS["email"].canonical,
        equals_a_list=True,
    ),
    "phone_number": Field(operators=ONE_OF, equals_a_list=True),
    "push_token": Field(operators=ONE_OF, equals_a_list=True),
    "_kx": EQUALS,
    "joined_group_at": COMPARED,
}
SEGMENT_MEMBER_FILTERS: Mapping[str, Field] = {
    **MEMBER_FILTERS,
    "profile_id": Field(operators=ONE_OF, equals_a_list=True),
}
MEMBER_SORTS = ("joined_group_at",)
MEMBER_FIELDS = (*PROFILE_FIELDS, "joined_group_at")


def page_of_members(
    world: KlaviyoWorld,
    ask: Ask,
    members: Members,
    filters: Mapping[str, Field],
    path: str,
) -> Reply:
    """Answer a page of full profiles. Without `sort` the newest come first.

    The published OpenAPI names no default order: a scan should say which it wants.
    """
    known = ("filter", "sort", "page[cursor]", "page[size]", NARROWING, ADDITIONAL)
    query = Query(ask.query, known=known)
    conditions = parse(query.text("filter"), filters, world.now())
    rows = world.profile_rows(shown_profile(ask, query, MEMBER_FIELDS))
    cut = query.cut(MEMBER_SORTS, default="-joined_group_at", size=20, maximum=100)
    page = world.find_members(members, conditions, cut)
    links = query.links(f"{ask.base}{path}", page)
    written = (rows.row(profile_id, joined) for joined, profile_id in page.items)
    return Reply(document=wire.written_collection(written, links))

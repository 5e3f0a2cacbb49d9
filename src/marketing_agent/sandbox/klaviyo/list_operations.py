"""Lists: list, get, their members."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import group_wire, wire
from marketing_agent.sandbox.klaviyo.filters import Field, parse
from marketing_agent.sandbox.klaviyo.group_wire import LIST_FIELDS
from marketing_agent.sandbox.klaviyo.limits import Tier
from marketing_agent.sandbox.klaviyo.member_pages import (
    MEMBER_FILTERS,
    page_of_members,
)
from marketing_agent.sandbox.klaviyo.operations import Ask, Costly, Operation, Reply
from marketing_agent.sandbox.klaviyo.pages import page_of
from marketing_agent.sandbox.klaviyo.places import Place, instant_key
from marketing_agent.sandbox.klaviyo.query import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.sandbox.klaviyo.lists import ProfileList
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

_ONE_OF = Field(operators=frozenset({"any", "equals"}), equals_a_list=True)
_SINCE = Field(operators=frozenset({"greater-than"}), kind=datetime)
LIST_FILTERS: Mapping[str, Field] = {
    "name": _ONE_OF,
    "id": _ONE_OF,
    "created": _SINCE,
    "updated": _SINCE,
}
LIST_SORTS = ("created", "id", "name", "updated")
_COUNT = "profile_count"
_COUNTING = "additional-fields[list]"
_NOT_EMULATED = ("fields[flow]", "fields[tag]", "include")
_PER_PAGE = 10


def get_lists(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of at most 10 lists."""
    known = ("filter", "sort", "page[cursor]", "page[size]", "fields[list]")
    query = Query(ask.query, known=known, not_emulated=_NOT_EMULATED)
    conditions = parse(query.text("filter"), LIST_FILTERS, world.now())
    fields = query.fields("list", LIST_FIELDS)
    cut = query.cut(LIST_SORTS, default="id", size=_PER_PAGE, maximum=_PER_PAGE)
    page = page_of(
        (
            each
            for each in world.lists.all()
            if all(c.holds(getattr(each, c.field)) for c in conditions)
        ),
        place=lambda each: _place(each, cut.order.field),
        cut=cut,
    )
    found = [group_wire.list_resource(each, ask.base, fields) for each in page.items]
    links = query.links(f"{ask.base}/api/lists", page)
    return Reply(document=wire.collection(found, links, []))


def get_list(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer one list; how many are on it only if that is asked for."""
    known = ("fields[list]", _COUNTING)
    query = Query(ask.query, known=known, not_emulated=_NOT_EMULATED)
    found = world.lists.get(ask.path["id"])
    counted = _COUNT in query.listed(_COUNTING, (_COUNT,))
    fields = query.fields("list", (*LIST_FIELDS, _COUNT))
    count = len(world.lists.members(found.id)) if counted else None
    resource = group_wire.list_resource(found, ask.base, fields, count)
    return Reply(document=wire.single(resource))


def get_profiles_for_list(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of who is on a list, as full profiles."""
    list_id = ask.path["id"]
    members = world.lists.members(list_id)
    path = f"/api/lists/{list_id}/profiles"
    return page_of_members(world, ask, members, MEMBER_FILTERS, path)


def _place(one: ProfileList, field: str) -> Place:
    value = getattr(one, field)
    return instant_key(value) if isinstance(value, datetime) else value, one.id


LIST_OPERATIONS = (
    Operation(
        method="GET",
        path="/api/lists",
        scopes=("lists:read",),
        tier=Tier.L,
        carry_out=get_lists,
    ),
    Operation(
        method="GET",
        path="/api/lists/{id}",
        scopes=("lists:read",),
        tier=Tier.L,
        costly=(Costly(parameter=_COUNTING, values=frozenset({_COUNT}), tier=Tier.XS),),
        carry_out=get_list,
    ),
    Operation(
        method="GET",
        path="/api/lists/{id}/profiles",
        scopes=("lists:read", "profiles:read"),
        tier=Tier.L,
        carry_out=get_profiles_for_list,
    ),
)

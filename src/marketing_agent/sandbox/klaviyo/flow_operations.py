"""Flows: list, get with definition."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import wire
from marketing_agent.sandbox.klaviyo.filters import Field, parse
from marketing_agent.sandbox.klaviyo.limits import Tier
from marketing_agent.sandbox.klaviyo.operations import Ask, Operation, Reply
from marketing_agent.sandbox.klaviyo.pages import page_of
from marketing_agent.sandbox.klaviyo.places import Place, instant_key
from marketing_agent.sandbox.klaviyo.query import Query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.sandbox.klaviyo.flow_definitions import Flow
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

_EQUALS = frozenset({"equals"})
_COMPARED = Field(
    operators=frozenset(
        {"equals", "greater-than", "greater-or-equal", "less-than", "less-or-equal"}
    ),
    kind=datetime,
)
FLOW_FILTERS: Mapping[str, Field] = {
    "id": Field(operators=frozenset({"any"})),
    "name": Field(
        operators=frozenset({"contains", "ends-with", "equals", "starts-with"})
    ),
    "status": Field(operators=_EQUALS),
    "archived": Field(operators=_EQUALS, kind=bool),
    "created": _COMPARED,
    "updated": _COMPARED,
    "trigger_type": Field(operators=_EQUALS),
}
FLOW_SORTS = ("created", "id", "name", "status", "trigger_type", "updated")
FLOW_FIELDS = (
    "archived",
    "created",
    "id",
    "name",
    "status",
    "trigger_type",
    "updated",
)
WHOLE_FLOW_FIELDS = (
    *FLOW_FIELDS,
    "definition",
    "definition.actions",
    "definition.entry_action_id",
    "definition.profile_filter",
    "definition.triggers",
)
_NOT_EMULATED = ("fields[flow-action]", "fields[tag]", "include")
_DEFINITION = "additional-fields[flow]"


def get_flows(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of at most 50 flows."""
    known = ("filter", "sort", "page[cursor]", "page[size]", "fields[flow]")
    query = Query(ask.query, known=known, not_emulated=_NOT_EMULATED)
    conditions = parse(query.text("filter"), FLOW_FILTERS, world.now())
    fields = query.fields("flow", FLOW_FIELDS)
    cut = query.cut(FLOW_SORTS, default="id", size=50, maximum=50)
    page = page_of(
        (
            flow
            for flow in world.flows.all()
            if all(c.holds(getattr(flow, c.field)) for c in conditions)
        ),
        place=lambda flow: _place(flow, cut.order.field),
        cut=cut,
    )
    found = [_resource(flow, ask, fields) for flow in page.items]
    links = query.links(f"{ask.base}/api/flows", page)
    return Reply(document=wire.collection(found, links, []))


def get_flow(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer one flow, with its definition if that is asked for."""
    known = ("fields[flow]", _DEFINITION)
    query = Query(ask.query, known=known, not_emulated=_NOT_EMULATED)
    fields = query.fields("flow", WHOLE_FLOW_FIELDS)
    whole = bool(query.listed(_DEFINITION, ("definition",)))
    flow = world.flows.get(ask.path["id"])
    return Reply(document=wire.single(_resource(flow, ask, fields, whole=whole)))


def _resource(
    flow: Flow, ask: Ask, fields: wire.Narrowing, *, whole: bool = False
) -> wire.Json:
    attributes: wire.Json = {
        "name": flow.name,
        "status": flow.status,
        "archived": flow.archived,
        "created": wire.instant(flow.created),
        "updated": wire.instant(flow.updated),
        "trigger_type": flow.trigger_type,
    }
    if whole:
        attributes["definition"] = flow.definition
    link = f"{ask.base}/api/flows/{flow.id}"
    written = wire.resource("flow", flow.id, attributes, fields, link)
    action = {"type": "flow-action", "id": flow.action_id}
    written["relationships"] = {
        "flow-actions": {"data": [action], **wire.related(link, "flow-actions")},
        "tags": wire.related(link, "tags"),
    }
    return written


def _place(flow: Flow, field: str) -> Place:
    value = getattr(flow, field)
    return instant_key(value) if isinstance(value, datetime) else value, flow.id


FLOW_OPERATIONS = tuple(
    Operation(
        method="GET",
        path=path,
        scopes=("flows:read",),
        tier=Tier.S,
        carry_out=carry_out,
    )
    for path, carry_out in (
        ("/api/flows", get_flows),
        ("/api/flows/{id}", get_flow),
    )
)

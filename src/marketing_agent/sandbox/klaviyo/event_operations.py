"""Events and metrics: record, list."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import wire
from marketing_agent.sandbox.klaviyo.bodies import parsed
from marketing_agent.sandbox.klaviyo.event_bodies import EventCreate
from marketing_agent.sandbox.klaviyo.filters import Condition, Field, Value, parse
from marketing_agent.sandbox.klaviyo.limits import Tier
from marketing_agent.sandbox.klaviyo.operations import Ask, Operation, Reply
from marketing_agent.sandbox.klaviyo.pages import Cut, Order, page_of
from marketing_agent.sandbox.klaviyo.profile_operations import PROFILE_FIELDS
from marketing_agent.sandbox.klaviyo.query import Query
from marketing_agent.sandbox.klaviyo.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.sandbox.klaviyo.events import EventDraft, Metric, RecordedEvent
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

_EQUALS = frozenset({"equals"})
_COMPARED = frozenset(
    {"greater-than", "greater-or-equal", "less-than", "less-or-equal"}
)
EVENT_FILTERS: Mapping[str, Field] = {
    "profile_id": Field(operators=_EQUALS),
    "metric_id": Field(operators=_EQUALS),
    "datetime": Field(operators=_COMPARED, kind=datetime),
    "timestamp": Field(operators=_COMPARED, kind=float),
}
EVENT_SORTS = ("datetime", "timestamp")
METRIC_FILTERS: Mapping[str, Field] = {
    "integration.name": Field(operators=_EQUALS),
    "integration.category": Field(operators=_EQUALS),
}
_EVENT_FIELDS = ("datetime", "event_properties", "id", "timestamp", "uuid")
_METRIC_FIELDS = ("created", "id", "integration", "name", "updated")
_METRICS_PER_PAGE = 200


def create_event(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Take an event: 202 without a body, whatever becomes of it."""
    Query(ask.query, known=())
    draft = parsed(EventCreate, ask.body, ask.content_type).draft()
    refuse_nobody(draft)
    world.record_event(draft)
    return Reply(status=202)


def refuse_nobody(draft: EventDraft) -> None:
    """Refuse an event that does not say whose it is.

    Raises:
        Invalid: it has neither id nor identifier.

    """
    if not draft.profile_id and not draft.identifiers:
        raise Invalid(
            "At least one profile identifier must be provided.",
            pointer="/data/attributes/profile/data/attributes",
        )


def get_events(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of the visible events that the filter finds."""
    kinds = ("event", "metric", "profile")
    query = Query(
        ask.query,
        known=(
            *("filter", "sort", "include", "page[cursor]", "page[size]"),
            *(f"fields[{kind}]" for kind in kinds),
        ),
        not_emulated=("fields[attribution]",),
    )
    conditions = parse(query.text("filter"), EVENT_FILTERS, world.now())
    fields = query.fields("event", _EVENT_FIELDS)
    page = page_of(
        _visible(world, conditions),
        place=lambda event: (event.time.isoformat(), event.id),
        cut=query.cut(EVENT_SORTS, default="datetime", size=200, maximum=1000),
    )
    found = [wire.event_resource(e, ask.base, fields) for e in page.items]
    links = query.links(f"{ask.base}/api/events", page)
    included = _included(world, ask, query, page.items)
    return Reply(document=wire.collection(found, links, included))


def get_metrics(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of metrics; there is no filter by name and no page size."""
    query = Query(
        ask.query,
        known=("filter", "page[cursor]", "fields[metric]"),
        not_emulated=("fields[flow]", "include"),
    )
    conditions = parse(query.text("filter"), METRIC_FILTERS, world.now())
    fields = query.fields("metric", _METRIC_FIELDS)
    page = page_of(
        [m for m in world.metrics() if all(_metric_holds(c, m) for c in conditions)],
        place=lambda metric: (metric.created.isoformat(), metric.id),
        cut=Cut(
            order=Order(name="created"),
            size=_METRICS_PER_PAGE,
            cursor=query.text("page[cursor]"),
        ),
    )
    found = [wire.metric_resource(m, ask.base, fields) for m in page.items]
    links = query.links(f"{ask.base}/api/metrics", page)
    return Reply(document=wire.collection(found, links, []))


def _visible(
    world: KlaviyoWorld, conditions: tuple[Condition, ...]
) -> list[RecordedEvent]:
    now = world.now()
    return [
        event
        for event in world.events()
        if event.visible_at <= now and all(_event_holds(c, event) for c in conditions)
    ]


def _event_holds(condition: Condition, event: RecordedEvent) -> bool:
    actual: dict[str, Value] = {
        "profile_id": event.profile_id,
        "metric_id": event.metric.id,
        "datetime": event.time,
        "timestamp": event.time.timestamp(),
    }
    return condition.holds(actual[condition.field])


def _metric_holds(condition: Condition, metric: Metric) -> bool:
    actual = {
        "integration.name": metric.integration_name,
        "integration.category": metric.integration_category,
    }
    return condition.holds(actual[condition.field])


def _included(
    world: KlaviyoWorld, ask: Ask, query: Query, events: tuple[RecordedEvent, ...]
) -> list[wire.Json]:
    wanted = query.listed("include", ("metric", "profile"), ("attributions",))
    metric_fields = query.fields("metric", _METRIC_FIELDS)
    profile_fields = query.fields("profile", PROFILE_FIELDS)
    included: list[wire.Json] = []
    if "metric" in wanted:
        metrics = {event.metric.id: event.metric for event in events}.values()
        included += [wire.metric_resource(m, ask.base, metric_fields) for m in metrics]
    if "profile" in wanted:
        people = [world.profile(p) for p in dict.fromkeys(e.profile_id for e in events)]
        included += [wire.profile_resource(p, ask.base, profile_fields) for p in people]
    return included


EVENT_OPERATIONS = (
    Operation(
        method="POST",
        path="/api/events",
        scopes=("events:write",),
        tier=Tier.XL,
        carry_out=create_event,
    ),
    Operation(
        method="GET",
        path="/api/events",
        scopes=("events:read",),
        tier=Tier.XL,
        carry_out=get_events,
    ),
    Operation(
        method="GET",
        path="/api/metrics",
        scopes=("metrics:read",),
        tier=Tier.M,
        carry_out=get_metrics,
    ),
)

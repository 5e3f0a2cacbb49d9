"""Segments and lists as Klaviyo writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo.wire import (
    Json,
    Narrowing,
    instant,
    related,
    resource,
)

if TYPE_CHECKING:
    from marketing_agent.sandbox.klaviyo.lists import ProfileList
    from marketing_agent.sandbox.klaviyo.segments import Segment

SEGMENT_FIELDS = (
    "created",
    "definition",
    "definition.condition_groups",
    "id",
    "is_active",
    "is_processing",
    "is_starred",
    "name",
    "updated",
)
LIST_FIELDS = ("created", "id", "name", "opt_in_process", "updated")
_RELATED = ("profiles", "tags", "flow-triggers")


def segment_resource(
    segment: Segment, base: str, fields: Narrowing, count: int | None = None
) -> Json:
    """Write a segment, and how many profiles are in it if that was asked for."""
    attributes: Json = {
        "name": segment.name,
        "definition": segment.definition,
        "created": instant(segment.created),
        "updated": instant(segment.updated),
        "is_active": segment.is_active,
        "is_processing": segment.is_processing,
        "is_starred": segment.is_starred,
    }
    if count is not None:
        attributes["profile_count"] = count
    link = f"{base}/api/segments/{segment.id}"
    written = resource("segment", segment.id, attributes, fields, link)
    written["relationships"] = {name: related(link, name) for name in _RELATED}
    return written


def list_resource(
    one: ProfileList, base: str, fields: Narrowing, count: int | None = None
) -> Json:
    """Write a list, and how many profiles are on it if that was asked for."""
    attributes: Json = {
        "name": one.name,
        "created": instant(one.created),
        "updated": instant(one.updated),
        "opt_in_process": one.opt_in_process,
    }
    if count is not None:
        attributes["profile_count"] = count
    link = f"{base}/api/lists/{one.id}"
    written = resource("list", one.id, attributes, fields, link)
    written["relationships"] = {name: related(link, name) for name in _RELATED}
    return written

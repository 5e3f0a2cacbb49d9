"""Klaviyo's JSON:API and our types, both ways.

Tolerant: unknown fields are ignored, missing ones become None, and a row without an
id is left out of its page. Shapes: Klaviyo OpenAPI, revision 2026-07-15.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from marketing_agent.core.signals import ProfileId
from marketing_agent.platforms.json_values import (
    JsonObject,
    JsonValue,
    as_flag,
    as_moment,
    as_object,
    as_rows,
    as_text,
)
from marketing_agent.platforms.klaviyo.types import (
    KlaviyoAccount,
    KlaviyoEvent,
    KlaviyoMetric,
    KlaviyoProfile,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

log = logging.getLogger(__name__)

RowT = TypeVar("RowT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The first error of an answer with status 4xx."""

    code: str
    detail: str
    parameter: str | None = None
    """The query parameter that it is about."""
    duplicate_profile_id: str | None = None


def read_refusal(body: JsonObject) -> Refusal | None:
    """None where `body` is not an error of Klaviyo's."""
    errors = as_rows(body.get("errors"))
    if not errors:
        return None
    first = as_object(errors[0])
    code = as_text(first.get("code")) or "unknown"
    detail = as_text(first.get("detail")) or as_text(first.get("title")) or code
    other = as_object(first.get("meta")).get("duplicate_profile_id")
    return Refusal(
        code=code,
        detail=detail,
        parameter=as_text(as_object(first.get("source")).get("parameter")),
        duplicate_profile_id=as_text(other),
    )


def read_rows(
    body: JsonObject, read: Callable[[JsonObject], RowT | None]
) -> list[RowT]:
    """Give the readable rows of a page, in its order."""
    rows = as_rows(body.get("data"))
    found = [row for row in (read(as_object(row)) for row in rows) if row is not None]
    if len(found) < len(rows):
        log.warning("%s rows of a Klaviyo page left out", len(rows) - len(found))
    return found


def next_page(body: JsonObject) -> str | None:
    """Give the link to the page after this one, as Klaviyo gave it."""
    return as_text(as_object(body.get("links")).get("next"))


def read_profile(row: JsonObject) -> KlaviyoProfile | None:
    """Read a profile; an id is the least."""
    profile_id = as_text(row.get("id"))
    if profile_id is None:
        return None
    attributes = as_object(row.get("attributes"))
    return KlaviyoProfile(
        id=ProfileId(profile_id),
        email=as_text(attributes.get("email")),
        phone_number=as_text(attributes.get("phone_number")),
        properties=as_object(attributes.get("properties")),
        updated=as_moment(attributes.get("updated")),
        suppressed=_suppressed(attributes),
    )


def _suppressed(attributes: JsonObject) -> bool | None:
    email = as_object(as_object(attributes.get("subscriptions")).get("email"))
    allowed = as_object(email.get("marketing")).get("can_receive_email_marketing")
    flag = as_flag(allowed)
    return None if flag is None else not flag


def read_account(row: JsonObject) -> KlaviyoAccount | None:
    """Read an account; both ids are the least."""
    account_id = as_text(row.get("id"))
    attributes = as_object(row.get("attributes"))
    public_id = as_text(attributes.get("public_api_key"))
    if account_id is None or public_id is None:
        return None
    contact = as_object(attributes.get("contact_information"))
    return KlaviyoAccount(
        id=account_id,
        public_id=public_id,
        organization=as_text(contact.get("organization_name")),
        timezone=as_text(attributes.get("timezone")),
        locale=as_text(attributes.get("locale")),
        currency=as_text(attributes.get("preferred_currency")),
        website=as_text(contact.get("website_url")),
        is_test=as_flag(attributes.get("test_account")) or False,
    )


def read_metric(row: JsonObject) -> KlaviyoMetric | None:
    """Read a metric; id and name are the least."""
    metric_id = as_text(row.get("id"))
    attributes = as_object(row.get("attributes"))
    name = as_text(attributes.get("name"))
    if metric_id is None or name is None:
        return None
    integration = as_object(attributes.get("integration")).get("name")
    return KlaviyoMetric(id=metric_id, name=name, integration=as_text(integration))


def read_events(body: JsonObject) -> list[KlaviyoEvent]:
    """Read a page of events asked for with `include=metric`, which brings the names."""
    included = [as_object(row) for row in as_rows(body.get("included"))]
    metrics = [read_metric(row) for row in included if row.get("type") == "metric"]
    names = {metric.id: metric.name for metric in metrics if metric is not None}
    return read_rows(body, lambda row: _read_event(row, names))


def _read_event(row: JsonObject, names: Mapping[str, str]) -> KlaviyoEvent | None:
    event_id = as_text(row.get("id"))
    if event_id is None:
        return None
    attributes = as_object(row.get("attributes"))
    metric = as_object(as_object(row.get("relationships")).get("metric"))
    metric_id = as_text(as_object(metric.get("data")).get("id")) or ""
    return KlaviyoEvent(
        id=event_id,
        metric=names.get(metric_id),
        at=as_moment(attributes.get("datetime")),
        properties=as_object(attributes.get("event_properties")),
    )


def properties_patch(
    profile_id: ProfileId, properties: Mapping[str, JsonValue], unset: Sequence[str]
) -> JsonObject:
    """Give the body of Update Profile that touches custom properties and nothing else.

    Email and phone are never sent back: Klaviyo may answer 409 `duplicate_profile`.
    """
    data: dict[str, JsonValue] = {
        "type": "profile",
        "id": profile_id,
        "attributes": {"properties": dict(properties)} if properties else {},
    }
    if unset:
        data["meta"] = {"patch_properties": {"unset": list(unset)}}
    return {"data": data}


def event_body(
    profile_id: ProfileId,
    metric: str,
    properties: Mapping[str, JsonValue],
    unique_id: str,
    at: datetime,
) -> JsonObject:
    """Give the body of Create Event; naming the profile by id creates none."""
    about: JsonObject = {"data": {"type": "metric", "attributes": {"name": metric}}}
    whose: JsonObject = {
        "data": {"type": "profile", "id": profile_id, "attributes": {}}
    }
    attributes: JsonObject = {
        "properties": dict(properties),
        "time": at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "unique_id": unique_id,
        "metric": about,
        "profile": whose,
    }
    return {"data": {"type": "event", "attributes": attributes}}

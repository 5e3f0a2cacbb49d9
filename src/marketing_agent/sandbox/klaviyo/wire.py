"""Our state as Klaviyo writes it: JSON:API documents, links and error bodies.

Media type `application/vnd.api+json`. Shapes are those of the published OpenAPI
(revision 2026-07-15); error bodies also carry `status`, `links` and `meta`, as live
answers do.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from starlette.responses import Response

from marketing_agent.sandbox.klaviyo import subscriptions
from marketing_agent.sandbox.klaviyo.profiles import LOCATION, SandboxProfile

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from marketing_agent.sandbox.klaviyo.account import Account
    from marketing_agent.sandbox.klaviyo.events import Metric, RecordedEvent
    from marketing_agent.sandbox.klaviyo.refusals import KlaviyoError

MEDIA_TYPE = "application/vnd.api+json"
Json: TypeAlias = dict[str, Any]
Narrowing: TypeAlias = frozenset[str] | None
"""The `fields[...]` asked for; none means all."""


def answer(status: int, document: Json | None, headers: Mapping[str, str]) -> Response:
    """Make a JSON:API answer; without a document it has no body."""
    if document is None:
        return Response(status_code=status, headers=dict(headers))
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status, dict(headers), MEDIA_TYPE)


def error(reason: KlaviyoError, error_id: str) -> Response:
    """Make an error answer with one error in it."""
    body = {
        "id": error_id,
        "status": reason.status,
        "code": reason.code,
        "title": reason.title,
        "detail": reason.detail,
        "source": reason.source,
        "links": {},
        "meta": reason.meta,
    }
    return answer(reason.status, {"errors": [body]}, reason.headers)


def account_resource(account: Account, base: str, fields: Narrowing) -> Json:
    """Write the account."""
    attributes: Json = {
        "test_account": account.test_account,
        "contact_information": {
            "default_sender_name": account.organization,
            "default_sender_email": account.sender_email,
            "website_url": account.website_url,
            "organization_name": account.organization,
            "street_address": {
                "address1": account.street,
                "address2": None,
                "city": account.city,
                "region": account.region,
                "country": account.country,
                "zip": account.zip,
            },
        },
        "industry": account.industry,
        "timezone": account.timezone,
        "preferred_currency": account.currency,
        "public_api_key": account.public_id,
        "locale": account.locale,
    }
    link = f"{base}/api/accounts/{account.public_id}"
    return _resource("account", account.public_id, attributes, fields, link)


def profile_resource(
    profile: SandboxProfile,
    base: str,
    fields: Narrowing,
    additional: frozenset[str] = frozenset(),
) -> Json:
    """Write a profile with its custom properties, and what is `additional`."""
    location = profile.location or {}
    attributes: Json = {
        "email": profile.email,
        "phone_number": profile.phone_number,
        "external_id": profile.external_id,
        "first_name": profile.first_name,
        "last_name": profile.last_name,
        "organization": profile.organization,
        "locale": profile.locale,
        "title": profile.title,
        "image": profile.image,
        "created": _instant(profile.created),
        "updated": _instant(profile.updated),
        "last_event_date": _instant(profile.last_event_date),
        "location": {name: location.get(name) for name in LOCATION},
        "properties": dict(profile.properties),
    }
    if "subscriptions" in additional:
        attributes["subscriptions"] = subscriptions.written(profile.suppression)
    link = f"{base}/api/profiles/{profile.id}"
    resource = _resource("profile", profile.id, attributes, fields, link)
    names = ("lists", "segments", "push-tokens")
    resource["relationships"] = {name: _related(link, name) for name in names}
    return resource


def event_resource(event: RecordedEvent, base: str, fields: Narrowing) -> Json:
    """Write an event with its profile and metric named."""
    attributes: Json = {
        "timestamp": int(event.time.timestamp()),
        "event_properties": dict(event.properties),
        "datetime": _instant(event.time),
        "uuid": event.uuid,
    }
    link = f"{base}/api/events/{event.id}"
    resource = _resource("event", event.id, attributes, fields, link)
    owners = {"profile": event.profile_id, "metric": event.metric.id}
    resource["relationships"] = {
        name: {"data": {"type": name, "id": owner}, **_related(link, name)}
        for name, owner in owners.items()
    }
    return resource


def metric_resource(metric: Metric, base: str, fields: Narrowing) -> Json:
    """Write a metric."""
    attributes: Json = {
        "name": metric.name,
        "created": _instant(metric.created),
        "updated": _instant(metric.created),
        "integration": {
            "object": "integration",
            "id": metric.integration_id,
            "name": metric.integration_name,
            "category": metric.integration_category,
        },
    }
    link = f"{base}/api/metrics/{metric.id}"
    resource = _resource("metric", metric.id, attributes, fields, link)
    resource["relationships"] = {"flow-triggers": _related(link, "flow-triggers")}
    return resource


def single(resource: Json) -> Json:
    """Make a document with one resource."""
    return {"data": resource, "links": dict(resource["links"])}


def collection(
    resources: Iterable[Json], links: Mapping[str, str | None], included: list[Json]
) -> Json:
    """Make a document with many resources; links to nowhere are left out."""
    document: Json = {
        "data": list(resources),
        "links": {name: link for name, link in links.items() if link},
    }
    return {**document, "included": included} if included else document


def _resource(
    kind: str, resource_id: str, attributes: Json, fields: Narrowing, link: str
) -> Json:
    return {
        "type": kind,
        "id": resource_id,
        "attributes": _narrowed(attributes, fields),
        "links": {"self": link},
    }


def _narrowed(attributes: Json, fields: Narrowing) -> Json:
    if fields is None:
        return attributes
    kept: Json = {}
    # Longest first, so that a parent that is asked for too comes out whole.
    for path in sorted(fields, key=len, reverse=True):
        _keep(attributes, path, kept)
    return kept


def _keep(whole: Json, path: str, kept: Json) -> None:
    name, _, rest = path.partition(".")
    if name in whole and rest:
        _keep(whole[name], rest, kept.setdefault(name, {}))
    elif name in whole:
        kept[name] = whole[name]


def _related(link: str, name: str) -> Json:
    return {
        "links": {"self": f"{link}/relationships/{name}", "related": f"{link}/{name}"}
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None

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


def answer(
    status: int, document: Json | str | None, headers: Mapping[str, str]
) -> Response:
    """Make a JSON:API answer; without a document it has no body."""
    if document is None:
        return Response(status_code=status, headers=dict(headers))
    body = document if isinstance(document, str) else _dumped(document)
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
    return resource("account", account.public_id, attributes, fields, link)


def profile_resource(
    profile: SandboxProfile,
    base: str,
    fields: Narrowing,
    additional: frozenset[str] = frozenset(),
    joined: str | None = None,
) -> Json:
    """Write a profile with its custom properties, and what is `additional`.

    `joined` is the instant at which a member came into a list or segment.
    """
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
        "created": instant(profile.created),
        "updated": instant(profile.updated),
        "last_event_date": instant(profile.last_event_date),
        "location": {name: location.get(name) for name in LOCATION},
        "properties": dict(profile.properties),
    }
    if "subscriptions" in additional:
        attributes["subscriptions"] = subscriptions.written(profile.suppression)
    if joined is not None:
        attributes["joined_group_at"] = joined
    link = f"{base}/api/profiles/{profile.id}"
    written = resource("profile", profile.id, attributes, fields, link)
    names = ("lists", "segments", "push-tokens")
    written["relationships"] = {name: related(link, name) for name in names}
    return written


def event_resource(event: RecordedEvent, base: str, fields: Narrowing) -> Json:
    """Write an event with its profile and metric named."""
    attributes: Json = {
        "timestamp": int(event.time.timestamp()),
        "event_properties": dict(event.properties),
        "datetime": instant(event.time),
        "uuid": event.uuid,
    }
    link = f"{base}/api/events/{event.id}"
    written = resource("event", event.id, attributes, fields, link)
    owners = {"profile": event.profile_id, "metric": event.metric.id}
    written["relationships"] = {
        name: {"data": {"type": name, "id": owner}, **related(link, name)}
        for name, owner in owners.items()
    }
    return written


def metric_resource(metric: Metric, base: str, fields: Narrowing) -> Json:
    """Write a metric."""
    attributes: Json = {
        "name": metric.name,
        "created": instant(metric.created),
        "updated": instant(metric.created),
        "integration": {
            "object": "integration",
            "id": metric.integration_id,
            "name": metric.integration_name,
            "category": metric.integration_category,
        },
    }
    link = f"{base}/api/metrics/{metric.id}"
    written = resource("metric", metric.id, attributes, fields, link)
    written["relationships"] = {"flow-triggers": related(link, "flow-triggers")}
    return written


def single(written: Json) -> Json:
    """Make a document with one resource."""
    return {"data": written, "links": dict(written["links"])}


def collection(
    resources: Iterable[Json], links: Mapping[str, str | None], included: list[Json]
) -> Json:
    """Make a document with many resources; links to nowhere are left out."""
    document: Json = {
        "data": list(resources),
        "links": {name: link for name, link in links.items() if link},
    }
    return {**document, "included": included} if included else document


def written_collection(rows: Iterable[str], links: Mapping[str, str | None]) -> str:
    """Make a document of resources that are JSON text already."""
    known = {name: link for name, link in links.items() if link}
    return f'{{"data":[{",".join(rows)}],"links":{_dumped(known)}}}'


def _dumped(document: Json) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def resource(
    kind: str, resource_id: str, attributes: Json, fields: Narrowing, link: str
) -> Json:
    """Write a resource with those of its attributes that are asked for."""
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


def related(link: str, name: str) -> Json:
    """Write the links of a relationship."""
    return {
        "links": {"self": f"{link}/relationships/{name}", "related": f"{link}/{name}"}
    }


def instant(at: datetime | None) -> str | None:
    """Write an instant, to the second."""
    return at.isoformat(timespec="seconds") if at else None

"""Klaviyo's JSON of forms and flows, read into our types.

Tolerant like `wire`: of a definition only what linking looks at is read, and what has
another shape is nothing. Shapes: Klaviyo OpenAPI, revision 2026-07-15.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.facts import FormId
from marketing_agent.core.form_definitions import FormButton, FormStep, FormVersion
from marketing_agent.core.signals import SignalKind
from marketing_agent.platforms.json_values import (
    JsonObject,
    JsonValue,
    as_flag,
    as_moment,
    as_object,
    as_rows,
    as_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

_ASKS: Final = {"$email": SignalKind.EMAIL, "$phone_number": SignalKind.PHONE}
_ASKS_BY_TYPE: Final = {
    "email": SignalKind.EMAIL,
    "phone_number": SignalKind.PHONE,
}
"""`property_name` has these as its defaults, and may be left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KlaviyoForm:
    """A sign-up form; the name is the merchant's text in Klaviyo."""

    id: FormId
    name: str
    live: bool
    """A live form may have a draft of its next version beside it."""
    ab_test: bool = False
    updated: datetime | None = None
    versions: tuple[FormVersion, ...] = ()
    """Only of a form that was read by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KlaviyoFlow:
    """A flow; `webhooks` are the addresses that it calls, if it was read by its id."""

    id: str
    name: str
    live: bool
    webhooks: tuple[str, ...] = ()
    """Of Webhook actions that are switched on."""


def read_form(row: JsonObject) -> KlaviyoForm | None:
    """Read a form; an id is the least."""
    form_id = as_text(row.get("id"))
    if form_id is None:
        return None
    attributes = as_object(row.get("attributes"))
    definition = as_object(attributes.get("definition"))
    return KlaviyoForm(
        id=FormId(form_id),
        name=as_text(attributes.get("name")) or form_id,
        live=attributes.get("status") == "live",
        ab_test=as_flag(attributes.get("ab_test")) or False,
        updated=as_moment(attributes.get("updated_at")),
        versions=tuple(map(_version, as_rows(definition.get("versions")))),
    )


def read_flow(row: JsonObject) -> KlaviyoFlow | None:
    """Read a flow; an id is the least."""
    flow_id = as_text(row.get("id"))
    if flow_id is None:
        return None
    attributes = as_object(row.get("attributes"))
    actions = as_rows(as_object(attributes.get("definition")).get("actions"))
    called = [_webhook(as_object(action)) for action in actions]
    return KlaviyoFlow(
        id=flow_id,
        name=as_text(attributes.get("name")) or flow_id,
        live=attributes.get("status") == "live",
        webhooks=tuple(url for url in called if url is not None),
    )


def _version(value: JsonValue) -> FormVersion:
    version = as_object(value)
    return FormVersion(
        name=as_text(version.get("name")) or str(version.get("id") or ""),
        live=version.get("status") == "live",
        steps=tuple(map(_step, as_rows(version.get("steps")))),
    )


def _step(value: JsonValue) -> FormStep:
    blocks = list(_blocks(as_object(value)))
    return FormStep(
        buttons=tuple(_button(each) for each in blocks if each.get("type") == "button"),
        asks=frozenset(kind for each in blocks if (kind := _asked(each)) is not None),
    )


def _blocks(step: JsonObject) -> Iterator[JsonObject]:
    """Every block of a step, also of the steps inside it."""
    for column in as_rows(step.get("columns")):
        for row in as_rows(as_object(column).get("rows")):
            yield from map(as_object, as_rows(as_object(row).get("blocks")))
    for inner in as_rows(step.get("steps")):
        yield from _blocks(as_object(inner))


def _button(block: JsonObject) -> FormButton:
    label = as_text(as_object(block.get("properties")).get("label")) or ""
    action = as_object(block.get("action"))
    url = as_object(action.get("properties")).get("url")
    redirects = action.get("type") == "redirect"
    return FormButton(label=label, url=as_text(url) if redirects else None)


def _asked(block: JsonObject) -> SignalKind | None:
    name = as_text(as_object(block.get("properties")).get("property_name"))
    if name is not None:
        return _ASKS.get(name)
    return _ASKS_BY_TYPE.get(as_text(block.get("type")) or "")


def _webhook(action: JsonObject) -> str | None:
    data = as_object(action.get("data"))
    if action.get("type") != "send-webhook" or data.get("status") != "live":
        return None
    return as_text(as_object(data.get("message")).get("url"))

"""Forms and their versions as Klaviyo writes them."""

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
    from marketing_agent.sandbox.klaviyo.forms import Form, FormVersion


def form_resource(form: Form, base: str, fields: Narrowing) -> Json:
    """Write a form as lists have it, without its definition."""
    link = f"{base}/api/forms/{form.id}"
    written = resource("form", form.id, _attributes(form), fields, link)
    versions = [{"type": "form-version", "id": str(v["id"])} for v in form.versions]
    written["relationships"] = {
        "form-versions": {"data": versions, **related(link, "form-versions")}
    }
    return written


def whole_form_resource(form: Form, base: str, fields: Narrowing) -> Json:
    """Write a form with its definition; this one has no relationships."""
    link = f"{base}/api/forms/{form.id}"
    attributes = {**_attributes(form), "definition": form.definition}
    return resource("form", form.id, attributes, fields, link)


def form_version_resource(version: FormVersion, base: str, fields: Narrowing) -> Json:
    """Write a version."""
    link = f"{base}/api/form-versions/{version.id}"
    attributes: Json = {
        "form_type": version.form_type,
        "variation_name": version.variation_name,
        "status": version.status,
        "created_at": instant(version.created_at),
        "updated_at": instant(version.updated_at),
    }
    if version.ab_test:
        attributes["ab_test"] = {"variation_name": version.variation_name}
    written = resource("form-version", version.id, attributes, fields, link)
    form = {"type": "form", "id": version.form.id}
    written["relationships"] = {"form": {"data": form, **related(link, "form")}}
    return written


def _attributes(form: Form) -> Json:
    return {
        "name": form.name,
        "status": form.status,
        "ab_test": form.ab_test,
        "created_at": instant(form.created_at),
        "updated_at": instant(form.updated_at),
    }

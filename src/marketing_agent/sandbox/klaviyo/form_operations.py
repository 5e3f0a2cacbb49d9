"""Forms: list, get with definition, their versions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import form_wire, wire
from marketing_agent.sandbox.klaviyo.filters import Field, parse
from marketing_agent.sandbox.klaviyo.limits import Tier
from marketing_agent.sandbox.klaviyo.operations import Ask, Operation, Reply
from marketing_agent.sandbox.klaviyo.pages import page_of
from marketing_agent.sandbox.klaviyo.places import Place, instant_key
from marketing_agent.sandbox.klaviyo.query import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from marketing_agent.sandbox.klaviyo.forms import Form, FormVersion
    from marketing_agent.sandbox.klaviyo.pages import Cut
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

_EQUALS = frozenset({"equals"})
_ONE_OF = frozenset({"any", "equals"})
_COMPARED = Field(
    operators=frozenset(
        {"greater-than", "greater-or-equal", "less-than", "less-or-equal"}
    ),
    kind=datetime,
)
FORM_FILTERS: Mapping[str, Field] = {
    "id": Field(operators=_ONE_OF),
    "name": Field(operators=frozenset({"any", "equals", "contains"})),
    "ab_test": Field(operators=_EQUALS, kind=bool),
    "status": Field(operators=_EQUALS),
    "created_at": _COMPARED,
    "updated_at": _COMPARED,
}
FORM_VERSION_FILTERS: Mapping[str, Field] = {
    "form_type": Field(operators=_ONE_OF),
    "status": Field(operators=_EQUALS),
    "created_at": _COMPARED,
    "updated_at": _COMPARED,
}
FORM_SORTS = ("created_at", "updated_at")
FORM_FIELDS = ("ab_test", "created_at", "id", "name", "status", "updated_at")
WHOLE_FORM_FIELDS = (*FORM_FIELDS, "definition", "definition.versions")
FORM_VERSION_FIELDS = (
    "ab_test",
    "ab_test.variation_name",
    "created_at",
    "form_type",
    "id",
    "status",
    "updated_at",
    "variation_name",
)
_PAGING = ("filter", "sort", "page[cursor]", "page[size]")


def get_forms(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of forms, without their definitions."""
    query = Query(ask.query, known=(*_PAGING, "fields[form]"))
    conditions = parse(query.text("filter"), FORM_FILTERS, world.now())
    fields = query.fields("form", FORM_FIELDS)
    cut = query.cut(FORM_SORTS, default="-updated_at", size=20, maximum=100)
    page = page_of(
        (
            form
            for form in world.forms.all()
            if all(c.holds(getattr(form, c.field)) for c in conditions)
        ),
        place=lambda form: _place(form, cut),
        cut=cut,
    )
    found = [form_wire.form_resource(form, ask.base, fields) for form in page.items]
    links = query.links(f"{ask.base}/api/forms", page)
    return Reply(document=wire.collection(found, links, []))


def get_form(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer one form with its definition."""
    fields = Query(ask.query, known=("fields[form]",)).fields("form", WHOLE_FORM_FIELDS)
    form = world.forms.get(ask.path["id"])
    written = form_wire.whole_form_resource(form, ask.base, fields)
    return Reply(document=wire.single(written))


def get_versions_for_form(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer a page of a form's versions."""
    query = Query(ask.query, known=(*_PAGING, "fields[form-version]"))
    conditions = parse(query.text("filter"), FORM_VERSION_FILTERS, world.now())
    fields = query.fields("form-version", FORM_VERSION_FIELDS)
    cut = query.cut(FORM_SORTS, default="created_at", size=20, maximum=100)
    form_id = ask.path["id"]
    page = page_of(
        (
            version
            for version in world.forms.versions(form_id)
            if all(c.holds(getattr(version, c.field)) for c in conditions)
        ),
        place=lambda version: _place(version, cut),
        cut=cut,
    )
    links = query.links(f"{ask.base}/api/forms/{form_id}/form-versions", page)
    found = _versions(page.items, ask, fields)
    return Reply(document=wire.collection(found, links, []))


def get_form_version(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer one version, with its form if that is asked for."""
    known = ("fields[form-version]", "fields[form]", "include")
    query = Query(ask.query, known=known)
    version = world.forms.version(ask.path["id"])
    (written,) = _versions(
        [version], ask, query.fields("form-version", FORM_VERSION_FIELDS)
    )
    document = wire.single(written)
    if "form" in query.listed("include", ("form",)):
        fields = query.fields("form", FORM_FIELDS)
        form = form_wire.form_resource(version.form, ask.base, fields)
        document["included"] = [form]
    return Reply(document=document)


def get_form_for_form_version(world: KlaviyoWorld, ask: Ask) -> Reply:
    """Answer the form that a version is of."""
    fields = Query(ask.query, known=("fields[form]",)).fields("form", FORM_FIELDS)
    form = world.forms.version(ask.path["id"]).form
    return Reply(document=wire.single(form_wire.form_resource(form, ask.base, fields)))


def _versions(
    versions: Iterable[FormVersion], ask: Ask, fields: wire.Narrowing
) -> list[wire.Json]:
    return [form_wire.form_version_resource(v, ask.base, fields) for v in versions]


def _place(one: Form | FormVersion, cut: Cut) -> Place:
    return instant_key(getattr(one, cut.order.field)), one.id


FORM_OPERATIONS = tuple(
    Operation(
        method="GET",
        path=path,
        scopes=("forms:read",),
        tier=Tier.S,
        carry_out=carry_out,
    )
    for path, carry_out in (
        ("/api/forms", get_forms),
        ("/api/forms/{id}", get_form),
        ("/api/forms/{id}/form-versions", get_versions_for_form),
        ("/api/form-versions/{id}", get_form_version),
        ("/api/form-versions/{id}/form", get_form_for_form_version),
    )
)

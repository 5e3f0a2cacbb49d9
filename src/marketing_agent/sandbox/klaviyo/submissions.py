"""What a visitor does on the shop's site: submit a form, confirm a subscription.

Klaviyo's own form events have undocumented properties; `form_id`, `form_name`,
`form_version_id`, `form_type` and `step_name` are inferred. Each submitted step is one
`Form submitted by profile`; the last one (or the whole form at once) also is one
`Form completed by profile`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marketing_agent.sandbox.klaviyo.events import EventDraft
from marketing_agent.sandbox.klaviyo.flows import SUBMITTED_FORM, SUBSCRIBED_TO_LIST
from marketing_agent.sandbox.klaviyo.forms import parts
from marketing_agent.sandbox.klaviyo.identifiers import canonical_email, canonical_phone
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.sandbox.klaviyo.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import JsonValue

    from marketing_agent.sandbox.klaviyo.form_building import Part
    from marketing_agent.sandbox.klaviyo.forms import Form
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

_COMPLETED = "Form completed by profile"
_IDENTIFIERS = {
    "email": ("email", canonical_email),
    "phone": ("phone_number", canonical_phone),
    "phone_number": ("phone_number", canonical_phone),
}
_ATTRIBUTES = ("first_name", "last_name", "organization", "title")


def submit_form(
    world: KlaviyoWorld, form_id: str, values: Mapping[str, str], step: str | None
) -> str:
    """Submit a live form, or one step of it; see `KlaviyoWorld.submit_form`."""
    form = world.forms.get(form_id)
    version = form.live
    if version is None:
        raise Invalid(f"The form {form_id} is not live.")
    given = {name.removeprefix("$"): value for name, value in values.items()}
    identifiers = _identifiers(given)
    if not identifiers:
        raise Invalid("A form needs an email or a phone number.")
    about = _about(form, version, step)
    draft = EventDraft(
        metric=SUBMITTED_FORM,
        service="Klaviyo",
        identifiers=identifiers,
        attributes={k: given[k] for k in _ATTRIBUTES if k in given},
        profile_properties=_custom(given),
        properties=about,
        unique_id=world.mint.uuid(),
    )
    event = world.record_event(draft)
    assert event, "a unique id is never a repeat"
    if _is_last(version, step):
        _note(world, event.profile_id, _COMPLETED, about)
        for list_id in _lists(version):
            subscribe(world, event.profile_id, list_id)
    return event.profile_id


def subscribe(world: KlaviyoWorld, profile_id: str, list_id: str) -> None:
    """Sign a profile up to a list; on a double opt-in list it has yet to confirm.

    Someone who is on the list already and takes email is no news: no event, no flow.
    """
    suppressed = world.profile(profile_id).suppression is not None
    on_it = world.lists.members(list_id).joined(profile_id) is not None
    if world.lists.sign_up(list_id, profile_id) or (on_it and suppressed):
        _subscribed(world, profile_id, list_id)


def confirm(world: KlaviyoWorld, profile_id: str, list_id: str) -> None:
    """Follow the link of the confirmation email; see `KlaviyoWorld`."""
    if world.lists.confirm(list_id, profile_id):
        _subscribed(world, profile_id, list_id)


def _subscribed(world: KlaviyoWorld, profile_id: str, list_id: str) -> None:
    if world.profile(profile_id).suppression:
        world.edit_profile(profile_id, {"suppression": None}, PropertyEdit())
    name = world.lists.get(list_id).name
    about: dict[str, JsonValue] = {"List": name, "$list_id": list_id}
    _note(world, profile_id, SUBSCRIBED_TO_LIST, about)
    world.flows.notice_subscription(list_id, world.profile(profile_id))


def _note(
    world: KlaviyoWorld, profile_id: str, metric: str, about: Mapping[str, JsonValue]
) -> None:
    world.record_event(
        EventDraft(
            metric=metric,
            service="Klaviyo",
            profile_id=profile_id,
            properties=about,
            unique_id=world.mint.uuid(),
        )
    )


def _about(form: Form, version: Part, step: str | None) -> dict[str, JsonValue]:
    about: dict[str, JsonValue] = {
        "form_id": form.id,
        "form_name": form.name,
        "form_version_id": version["id"],
        "form_type": version.get("type", "popup"),
    }
    return about if step is None else {**about, "step_name": step}


def _identifiers(given: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, (identifier, canonical) in _IDENTIFIERS.items():
        if given.get(name):
            try:
                found[identifier] = canonical(given[name])
            except ValueError as error:
                raise Invalid(f"{error}.") from None
    return found


def _custom(given: Mapping[str, str]) -> dict[str, JsonValue]:
    known = (*_IDENTIFIERS, *_ATTRIBUTES)
    return {name: value for name, value in given.items() if name not in known}


def _is_last(version: Part, step: str | None) -> bool:
    """Whether this was the step before the success step; none means the whole form."""
    *asking, _success = version["steps"]
    return step is None or not asking or step == asking[-1].get("name")


def _lists(version: Part) -> list[str]:
    found: list[Any] = [
        part["properties"].get("list_id")
        for part in parts(version)
        if part.get("submit")
    ]
    return [list_id for list_id in found if list_id]

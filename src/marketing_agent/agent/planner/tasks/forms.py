"""Form ID linkage: setting it up, changing it, and taking it out of use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.slots import answers, forms, known
from marketing_agent.agent.planner.slots.choosing import NAMED_FORM, one_of
from marketing_agent.agent.planner.tasks.task import Look, LookUp, Slot, Task, never
from marketing_agent.core.form_linkage import FormTiming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.tasks.task import Results, Slots

SHOWN_BY: Final = "show_form_linkage"
_CONTENTS: Final = ("cta_label", "landing_page", "timing", "trigger")
_FORMER: Final = "former_"
_FORM: Final = ("form_id", "form_name")
_OF_ANOTHER: Final = tuple(f"{_FORMER}{field}" for field in _CONTENTS)


def _is_new(slots: Slots) -> bool:
    return f"{_FORMER}cta_label" not in slots


def _is_same(slots: Slots) -> bool:
    told = (*_CONTENTS, "renew_header")
    return not _is_new(slots) and not any(field in slots for field in told)


def _value(slots: Slots, field: str) -> str | None:
    return slots.get(field) or slots.get(f"{_FORMER}{field}")


def _needs_a_trigger(slots: Slots) -> bool:
    by_flow = _value(slots, "timing") == FormTiming.FLOW
    return by_flow and _value(slots, "trigger") is None


def _former(results: Results, slots: Slots) -> Mapping[str, str] | None:
    """How the setting stands; nothing for a form that has none."""
    came = results.get(SHOWN_BY)
    if came is None or came.arguments.get("form_id") not in {None, slots["form_id"]}:
        return None
    card = known.form_linkage(slots["form_id"], results)
    if card is None:
        return {} if not came.arguments.get("form_id") else None
    kept = card.model_dump(mode="json", include=set(_CONTENTS), exclude_none=True)
    former = {f"{_FORMER}{field}": value for field, value in kept.items()}
    return {"form_name": card.form_name, **former}


def _configured(slots: Slots, _: Results) -> dict[str, Any]:
    """All of the setting: what is left out would become its default."""
    told = {field: _value(slots, field) for field in _CONTENTS}
    arguments: dict[str, Any] = {"form_id": slots["form_id"]}
    arguments |= {field: value for field, value in told.items() if value}
    if arguments.get("timing") != FormTiming.FLOW:
        arguments.pop("trigger", None)
    return arguments | ({"renew_header": True} if "renew_header" in slots else {})


def _of_form(slots: Slots, _: Results) -> dict[str, Any]:
    return {"form_id": slots["form_id"]}


def _named(slots: Slots, _: Results) -> Mapping[str, str]:
    return {"form": slots.get("form_name", slots["form_id"])}


FORMS: Final = (
    Task(
        tool="configure_form_linkage",
        steps=(
            Slot(
                name="form",
                hear=one_of(known.forms, *_FORM),
                fills=_FORM,
                clears=_OF_ANOTHER,
                look_up=LookUp(
                    tool="list_forms", choices=known.forms, by_name=NAMED_FORM
                ),
            ),
            Look(
                tool=SHOWN_BY,
                arguments=lambda _: {},
                sees=_former,
                instead="form",
            ),
            Slot(
                name="form_contents",
                hear=forms.changed,
                fills=(*_CONTENTS, "renew_header"),
                applies=_is_same,
            ),
            Slot(
                name="cta_label",
                hear=forms.cta_label,
                fills=("cta_label",),
                applies=_is_new,
                is_text=True,
            ),
            Slot(
                name="landing_page",
                hear=forms.landing_page,
                fills=("landing_page",),
                applies=_is_new,
            ),
            Slot(
                name="timing",
                hear=forms.timing,
                fills=("timing", "trigger"),
                applies=never,
            ),
            Slot(
                name="renew_header",
                hear=forms.renewed,
                fills=("renew_header",),
                applies=never,
            ),
            Slot(
                name="trigger",
                hear=forms.trigger,
                fills=("trigger",),
                applies=_needs_a_trigger,
            ),
        ),
        arguments=_configured,
        changeable=("cta_label", "landing_page", "timing"),
        seen_by=SHOWN_BY,
        facts=_named,
    ),
    Task(
        tool="remove_form_linkage",
        steps=(
            Slot(name="meant", hear=answers.removing_a_form, fills=("meant",)),
            Slot(
                name="linked_form",
                hear=one_of(known.linked_forms, *_FORM),
                fills=_FORM,
                look_up=LookUp(tool=SHOWN_BY, choices=known.linked_forms),
            ),
        ),
        arguments=_of_form,
        seen_by=SHOWN_BY,
        facts=_named,
    ),
)

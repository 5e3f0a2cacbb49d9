"""Looking into a symptom, and what a finding proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.slots import friends, known, qr_codes, symptoms
from marketing_agent.agent.planner.slots.choosing import NAMED_FORM, one_of
from marketing_agent.agent.planner.tasks.task import LookUp, Slot, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from marketing_agent.agent.planner.slots.heard import Heard
    from marketing_agent.agent.planner.tasks.task import Results, Slots

_ABOUT: Final = ("slug", "form_id", "line_user_id", "profile_id")
_OF_FORM: Final = ("form_id", "cta_label", "landing_page", "timing", "trigger")
_SLOTS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "configure_form_linkage": _OF_FORM,
    "create_qr_link": (),
    "remove_form_linkage": ("form_id",),
    "stop_import": (),
    "update_qr_link": ("slug",),
}
"""What of a remedy's arguments is taken over; what else is needed is asked for."""


def _diagnosed(slots: Slots, _: Results) -> dict[str, Any]:
    told = {field: slots[field] for field in _ABOUT if field in slots}
    return {"symptom": slots["symptom"], **told}


def _names_a_friend(slots: Slots) -> bool:
    known_already = "line_user_id" in slots or "profile_id" in slots
    return not known_already and bool(slots.keys() & {"friend_name", "one_friend"})


def _names_a_form(slots: Slots) -> bool:
    return NAMED_FORM in slots


def _names_a_qr_code(slots: Slots) -> bool:
    return "qr_name" in slots


def _only(
    applies: Callable[[Slots], bool], hear: Callable[[Heard], Mapping[str, str]]
) -> Callable[[Heard], Mapping[str, str]]:
    """Heard only where the symptom is about such a thing."""
    return lambda heard: hear(heard) if applies(heard.slots) else {}


DIAGNOSIS: Final = (
    Task(
        tool="diagnose_linkage",
        steps=(
            Slot(
                name="symptom",
                hear=symptoms.symptom,
                fills=("symptom", *_ABOUT),
            ),
            Slot(
                name="line_user_id",
                hear=_only(_names_a_friend, friends.friend),
                fills=("line_user_id", "without_id"),
                applies=_names_a_friend,
                dispensable="without_id",
            ),
            Slot(
                name="linked_form",
                hear=_only(_names_a_form, one_of(known.linked_forms, "form_id")),
                fills=("form_id",),
                look_up=LookUp(tool="show_form_linkage", choices=known.linked_forms),
                applies=_names_a_form,
            ),
            Slot(
                name="slug",
                hear=_only(_names_a_qr_code, qr_codes.described),
                fills=("slug",),
                look_up=LookUp(
                    tool=qr_codes.SHOWN_BY,
                    choices=lambda results, _: qr_codes.known(results),
                ),
                applies=_names_a_qr_code,
            ),
        ),
        arguments=_diagnosed,
    ),
)


def slots_of_remedy(tool: str, arguments: Mapping[str, Any]) -> dict[str, str] | None:
    """The slots of a finding's remedy; None for a tool that none of them names."""
    if tool in {"set_auto_link", "set_integration"}:
        return {"on": "on" if arguments.get("on") is True else "off"}
    if tool not in _SLOTS_OF:
        return None
    told = {field: arguments.get(field) for field in _SLOTS_OF[tool]}
    kept = {field: value for field, value in told.items() if isinstance(value, str)}
    is_ending = tool in {"remove_form_linkage", "stop_import"}
    return kept | ({"meant": "yes"} if is_ending else {})

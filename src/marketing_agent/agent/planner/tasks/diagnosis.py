"""Looking into a symptom, and what a finding proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.slots import symptoms
from marketing_agent.agent.planner.tasks.task import Slot, Task

if TYPE_CHECKING:
    from collections.abc import Mapping

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


DIAGNOSIS: Final = (
    Task(
        tool="diagnose_linkage",
        steps=(
            Slot(
                name="symptom",
                hear=symptoms.symptom,
                fills=("symptom", *_ABOUT),
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

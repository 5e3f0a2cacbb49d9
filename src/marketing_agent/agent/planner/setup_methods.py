"""What the setup plan says about each method: why, what was saved, what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marketing_agent.agent.planner.plan import PICK, Step
from marketing_agent.agent.planner.telling import diagnosis, forms, imports, qr_codes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn

_SAVED_UNDER = {
    "create_qr_link": "slug",
    "configure_form_linkage": "form_id",
    "start_import": "segment_id",
}


def saved(turn: Turn, came: Came) -> tuple[str, str]:
    """Under what it was saved, and the words for it."""
    what = str(came.data.get(_SAVED_UNDER[came.tool], ""))
    return what, turn.say(f"setup.saved_{came.tool}")


def to_look_at(step: Step, noted: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of a step's read."""
    match step.name:
        case "try_url":
            about = {"slug": noted["create"]} if noted.get("create") else {}
            return {"symptom": "no_linking_url", **about}
        case "try_form":
            form = noted.get("configure")
            about = {"form_id": form} if form else {}
            return {"symptom": "no_link_button", **about}
        case "verify" if noted.get("create"):
            return {"slug": noted["create"]}
        case "look" if noted.get("configure"):
            return {"form_id": noted["configure"]}
        case _:
            return {}


def tried(turn: Turn, came: Came) -> str:
    """What the live checks found right after the write.

    Raises Pydantic's ValidationError for a block of another shape.
    """
    return diagnosis.tried(turn, came)


def handed_over(turn: Turn, noted: Mapping[str, str], came: Came) -> str:
    """What was found saved, and the steps that only a person can do.

    Raises Pydantic's ValidationError for a block of another shape.
    """
    match noted[PICK]:
        case "qr_link":
            words = qr_codes.handed_over(turn, came, noted.get("create", ""))
        case "form_linkage":
            words = forms.handed_over(turn, came, noted.get("configure", ""))
        case _:
            words = imports.handed_over(turn, came, noted.get("start", ""))
    return words or turn.say(f"setup.not_verified_{noted[PICK]}")

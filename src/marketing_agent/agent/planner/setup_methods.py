"""What the setup plan says about each method: why, what was saved, what is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marketing_agent.agent.planner.plan import METHODS, PICK, Step
from marketing_agent.agent.planner.telling import forms, imports, qr_codes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn

_SAVED_UNDER = {
    "create_qr_link": "slug",
    "configure_form_linkage": "form_id",
    "start_import": "segment_id",
}


def recommended(turn: Turn, noted: Mapping[str, str]) -> str:
    """The methods that fit what the merchant told, and what works by itself."""
    told = [(channel, noted.get(channel)) for channel in METHODS.values()]
    lines = [
        turn.say(f"setup.recommend_{channel}_{answer}")
        for channel, answer in told
        if turn.wording.has(f"setup.recommend_{channel}_{answer}")
    ]
    if not lines:
        lines = [turn.say("setup.recommend_nothing")]
    return "\n".join([*lines, turn.say("setup.auto_link")])


def saved(turn: Turn, came: Came) -> tuple[str, str]:
    """Under what it was saved, and the words for it."""
    what = str(came.data.get(_SAVED_UNDER[came.tool], ""))
    return what, turn.say(f"setup.saved_{came.tool}")


def to_look_at(step: Step, noted: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of a step's read."""
    match step.name:
        case "verify" if noted.get("create"):
            return {"slug": noted["create"]}
        case "look" if noted.get("configure"):
            return {"form_id": noted["configure"]}
        case _:
            return {}


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

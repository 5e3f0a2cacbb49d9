"""What a conversation remembers of a set-up beyond its open questions.

How the shop works, and what is still to be done by hand: a method stays here from its
write until a look shows that it works.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marketing_agent.agent.planner.plan import BY_FACT, CHANNELS, SETUP, SKIPPED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.frames import Note
    from marketing_agent.agent.planner.history import Came

_SAVED: Final = {
    "create_qr_link": ("qr_link", "slug"),
    "update_qr_link": ("qr_link", "slug"),
    "configure_form_linkage": ("form_linkage", "form_id"),
}
_ENDED: Final = {"delete_qr_link": "qr_link", "remove_form_linkage": "form_linkage"}
_PROBLEM: Final = "problem"


def left_by_hand(before: Mapping[str, str], came: Came) -> Mapping[str, str]:
    """What is left after this result, by method."""
    if came.tool in _SAVED:
        method, field = _SAVED[came.tool]
        saved = came.data.get(field)
        return {**before, method: saved} if isinstance(saved, str) else before
    if came.tool == "undo_change":
        return {}
    over = _ENDED.get(came.tool) or _seen_at_work(before, came)
    return {method: about for method, about in before.items() if method != over}


def operations(note: Note) -> dict[str, str]:
    """What an open plan was told about the shop, without what facts settled."""
    plans = [frame.slots for frame in note.frames if frame.about == SETUP]
    return {
        channel: slots[channel]
        for slots in plans
        for channel in CHANNELS
        if channel in slots and f"{BY_FACT}{channel}" not in slots
        if slots[channel] != SKIPPED
    }


def _seen_at_work(before: Mapping[str, str], came: Came) -> str | None:
    match came.tool:
        case "diagnose_linkage":
            about = came.arguments.get("form_id")
            is_it = about is not None and about == before.get("form_linkage")
            return "form_linkage" if is_it and not _has_problem(came) else None
        case "show_qr_links":
            opened = (
                each.get("slug") == before.get("qr_link") and each.get("opened")
                for each in _objects(came.data.get("qr_links"))
            )
            return "qr_link" if any(opened) else None
        case _:
            return None


def _has_problem(came: Came) -> bool:
    found = _objects(came.data.get("findings"))
    return not found or any(each.get("state") == _PROBLEM for each in found)


def _objects(listed: Any) -> list[dict[str, Any]]:
    if not isinstance(listed, list):
        return []
    return [each for each in listed if isinstance(each, dict)]

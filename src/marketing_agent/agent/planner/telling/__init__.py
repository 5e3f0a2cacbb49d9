"""Results in the merchant's language, from the data of their blocks.

What tools bring along (names, reasons of platforms) is data: quoted and capped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from marketing_agent.agent.planner.telling import (
    changes,
    connection,
    diagnosis,
    forms,
    imports,
    linkage,
    qr_codes,
    recommendation,
    reviews,
    sections,
    segments,
    switches,
)
from marketing_agent.agent.planner.telling.told import Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from marketing_agent.agent.planner.history import Came
    from marketing_agent.agent.planner.turn import Turn

__all__ = ["Told", "told"]

_LONGEST_FALLBACK: Final = 1000
_TELLERS: Final[Mapping[str, Callable[[Turn, Came], Told]]] = {
    "check_setup": connection.checked,
    "recommend_methods": recommendation.recommended,
    "create_qr_link": qr_codes.created,
    "update_qr_link": qr_codes.updated,
    "delete_qr_link": qr_codes.deleted,
    "show_qr_links": qr_codes.shown,
    "list_forms": forms.listed,
    "configure_form_linkage": forms.saved,
    "remove_form_linkage": forms.removed,
    "show_form_linkage": forms.shown,
    "list_segments": imports.segments,
    "list_profile_properties": imports.properties,
    "start_import": imports.started,
    "stop_import": imports.stopped,
    "show_import": imports.shown,
    "create_segment": segments.created,
    "delete_segment": segments.deleted,
    "show_segments": segments.shown,
    "set_auto_link": switches.auto_link,
    "set_integration": switches.integration,
    "query_linkage_status": linkage.counted,
    "unlink_friend": linkage.unlinked,
    "erase_friend": linkage.erased,
    "resolve_conflict": reviews.resolved,
    "diagnose_linkage": diagnosis.found,
    "show_changes": changes.shown,
    "undo_change": changes.undone,
    "explain": sections.explained,
}


def told(turn: Turn, came: Came) -> Told:
    """What a tool did or found. A block of another shape is told by its sentence."""
    teller = _TELLERS.get(came.tool)
    try:
        return _plainly(turn, came) if teller is None else teller(turn, came)
    except ValidationError:
        return _plainly(turn, came)


def _plainly(turn: Turn, came: Came) -> Told:
    text = came.text[:_LONGEST_FALLBACK].strip() or turn.say("flow.done")
    return Told(text=text, quick=turn.quick("abilities"))

"""What the set-up fills in by itself: values that are usual and stand on the card.

Never a form, a segment, a property or a page: those are the merchant's to name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.core.qr_links import DEFAULT_VARIABLES
from marketing_agent.core.signals import SignalKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.turn import Turn

FILLED_IN: Final = "filled_in"
"""The slot of a write that the set-up began, and may fill in."""


def usual(
    turn: Turn, tool: str, slot: str, slots: Mapping[str, str]
) -> Mapping[str, str]:
    """The usual value of a slot that the set-up asks for; empty for all others."""
    if FILLED_IN not in slots:
        return {}
    match tool, slot:
        case "create_qr_link", "signals":
            return {"email_variable": DEFAULT_VARIABLES[SignalKind.EMAIL]}
        case "create_qr_link", "name":
            return {"name": turn.say("setup.qr_name")}
        case "configure_form_linkage", "cta_label":
            return {"cta_label": turn.say("quick.cta_label")}
        case _:
            return {}

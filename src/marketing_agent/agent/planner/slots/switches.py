"""On or off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.slots.words import Concept

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_OFF: Final = Concept("switched_off")
_ON: Final = Concept("switched_on")
_REFUSED: Final = Concept("switch_refused")
_WISHED: Final = Concept("wished")


def on_or_off(heard: Heard) -> Mapping[str, str]:
    """`on` or `off` if the sentence says one of them, and does not deny it.

    "Don't link them any more" is off; "don't stop it" is left to be asked about.
    """
    off, on = _OFF.is_in(heard.text), _ON.is_in(heard.text)
    if _REFUSED.is_in(heard.text):
        return {} if off or on else {"on": "off"}
    if off and on:
        return {}
    if off or on:
        return {"on": "off" if off else "on"}
    return {"on": "on"} if _WISHED.is_in(heard.text) else {}

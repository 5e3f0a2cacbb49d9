"""On or off."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.slots.words import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_OFF: Final = Concept("switched_off")
_ON: Final = Concept("switched_on")
_REFUSED: Final = Concept("switch_refused")
_WISHED: Final = Concept("wished")
_DENIED: Final = "denied"
_CLAUSES: Final = re.compile(
    r"[,;.!?、。\uff0c\uff1b\n]|(?<=[\u0e01-\u0e5b])\s+(?=[\u0e01-\u0e5b])"
)
"""Where one clause ends and the next begins; in Thai a space says so."""


def on_or_off(heard: Heard) -> Mapping[str, str]:
    """`on` or `off` if the sentence says one of them, and does not deny it.

    "Don't link them any more" is off; "don't stop it" is left to be asked about. Each
    clause says something of its own: "I don't want that, switch it off" is off.
    """
    said = _said(heard.text)
    if said not in {"on", "off"}:
        said = _together(map(_said, _CLAUSES.split(heard.text)))
    return {"on": said} if said in {"on", "off"} else {}


def _together(clauses: Iterable[str | None]) -> str | None:
    """What the clauses say if all that say something say the same."""
    told = set(filter(None, clauses))
    return told.pop() if len(told) == 1 else None


def _said(text: str) -> str | None:
    off, on = _OFF.is_in(text), _ON.is_in(text)
    if _REFUSED.is_in(text):
        return _DENIED if off or on else "off"
    if off or on:
        return None if off and on else "off" if off else "on"
    return "on" if _WISHED.is_in(text) else None

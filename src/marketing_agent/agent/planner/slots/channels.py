"""How a merchant says that they reach customers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.slots.words import Concept

if TYPE_CHECKING:
    from collections.abc import Mapping

_SPOKEN_OF: Final = {
    "email": Concept("by_email"),
    "form": Concept("by_form"),
    "ids": Concept("by_ids"),
}
_METHODS: Final = {
    "qr_link": Concept("pick_qr_link"),
    "form_linkage": Concept("pick_form_linkage"),
    "import": Concept("pick_import"),
}
_ONLY_ONE: Final = {
    "qr_link": Concept("only_qr_link"),
    "form_linkage": Concept("only_form_linkage"),
    "import": Concept("only_import"),
}
_DENIED: Final = Concept("denied")
_ONLY: Final = Concept("only")
_UNSURE: Final = Concept("unsure")
_CLAUSE: Final = Concept("clause")
_ID_LINKAGE: Final = Concept("id_linkage")


def channels(text: str) -> Mapping[str, str]:
    """`yes` or `no` for each channel that a clause speaks of; empty for "only"."""
    if _ONLY.is_in(text):
        return {}
    told: dict[str, str] = {}
    for clause in re.split(r"[,.;、。\n]", _CLAUSE.put_for(text, ",")):
        said = "no" if _DENIED.is_in(clause) else "yes"
        spoken = [name for name, words in _SPOKEN_OF.items() if words.is_in(clause)]
        if any(told.get(name, said) != said for name in spoken):
            return {}
        if not _UNSURE.is_in(clause):
            told |= dict.fromkeys(spoken, said)
    return told


def picked(text: str) -> list[str]:
    """The methods that are named; none where something is denied."""
    if _DENIED.is_in(text) or _ONLY.is_in(text):
        return []
    plain = _ID_LINKAGE.put_for(text, " ")
    return [method for method, words in _METHODS.items() if words.is_in(plain)]


def only_one(text: str) -> str | None:
    """The method that is wanted and no other: "only the QR code"."""
    plain = text.strip(" .。!")
    found = [method for method, words in _ONLY_ONE.items() if words.is_in(plain)]
    return found[0] if len(found) == 1 else None

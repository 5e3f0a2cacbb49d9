"""Which signals a custom QR code asks for, as Klaviyo merge variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import QUOTED, VARIABLE
from marketing_agent.agent.planner.slots.words import Concept
from marketing_agent.core.errors import BadInput
from marketing_agent.core.qr_links import DEFAULT_VARIABLES, LinkType, QrLinkDraft
from marketing_agent.core.signals import SignalKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_FIELDS: Final = {
    SignalKind.EMAIL: "email_variable",
    SignalKind.PHONE: "phone_variable",
}
_WORDS: Final = {
    SignalKind.EMAIL: Concept("email"),
    SignalKind.PHONE: Concept("phone"),
}
_OUTRIGHT: Final = {
    SignalKind.EMAIL: Concept("matching_email"),
    SignalKind.PHONE: Concept("matching_phone"),
}
_BOTH: Final = Concept("both")
_NEGATED: Final = Concept("not_matched")
_INSTEAD_OF: Final = Concept("instead_of_signal")
_BESIDES: Final = Concept("besides")
_ONLY: Final = Concept("only")
_NOBODY: Final = Concept("link_type_none")


def signals(heard: Heard) -> Mapping[str, str]:
    """The merge variables to use, in full; empty if the sentence leaves it open.

    A variable written out is taken as it is; a word stands for Klaviyo's default.
    """
    plain = QUOTED.sub(" ", VARIABLE.sub(" ", heard.text))
    if _NOBODY.is_in(plain):
        return {"link_type": LinkType.NONE.value}
    if variables := VARIABLE.findall(heard.text):
        return _written_out(variables, plain)
    wanted = _INSTEAD_OF.put_for(plain, " ")
    if _NEGATED.is_in(wanted):
        return {}
    is_free = heard.asked or _INSTEAD_OF.is_in(plain)
    return {
        field: DEFAULT_VARIABLES[kind] for kind, field in _said(wanted, is_free=is_free)
    }


def besides(heard: Heard) -> Mapping[str, str]:
    """Whether the signals are meant besides those that are used already.

    A merge variable alone says nothing about the other signal.
    """
    text = heard.text
    alone = VARIABLE.search(text) and not (_ONLY.is_in(text) or _INSTEAD_OF.is_in(text))
    return {"also": "yes"} if alone or _BESIDES.is_in(text) else {}


def _said(plain: str, *, is_free: bool) -> list[tuple[SignalKind, str]]:
    """The signals with their fields; if `is_free`, by any word for them."""
    loose = [kind for kind, words in _WORDS.items() if words.is_in(plain)]
    if _BOTH.is_in(plain) and (is_free or loose):
        return list(_FIELDS.items())
    named = [kind for kind, words in _OUTRIGHT.items() if words.is_in(plain)]
    return [(kind, _FIELDS[kind]) for kind in (loose if is_free else named)]


def _written_out(variables: list[str], plain: str) -> Mapping[str, str]:
    loose = [kind for kind, words in _WORDS.items() if words.is_in(plain)]
    found: dict[str, str] = {}
    for variable in variables:
        kinds = [kind for kind in _FIELDS if kind.value in variable.lower()]
        if len(kinds) != 1:
            kinds = loose if len(variables) == len(loose) == 1 else []
        if len(kinds) != 1 or _FIELDS[kinds[0]] in found:
            return {}
        found[_FIELDS[kinds[0]]] = variable
    return found if _is_usable(found) else {}


def _is_usable(found: Mapping[str, str]) -> bool:
    try:
        QrLinkDraft(name="x", link_type=LinkType.KLAVIYO_LINKAGE, **found)
    except BadInput:
        return False
    return True

"""One of several known things, named in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import URL, quoted
from marketing_agent.agent.planner.slots import stated
from marketing_agent.agent.planner.slots.answers import yes_or_no
from marketing_agent.agent.planner.slots.named import candidates
from marketing_agent.agent.planner.slots.words import Concept

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from marketing_agent.agent.planner.slots.heard import Heard
    from marketing_agent.agent.planner.slots.named import Named
    from marketing_agent.agent.planner.tasks.task import Results, Slots

NAMED_FORM: Final = "named_form"
NAMED_SEGMENT: Final = "named_segment"
SAID: Final[Mapping[str, Callable[[str], str | None]]] = {
    NAMED_FORM: stated.form,
    NAMED_SEGMENT: stated.segment,
}
"""What a sentence calls a form or segment, by the field that keeps it."""
_PLACES: Final = tuple(map(Concept, ("first", "second", "third")))


def one_of(
    choices: Callable[[Results, Slots], Sequence[Named] | None],
    id_field: str,
    name_field: str | None = None,
) -> Callable[[Heard], Mapping[str, str]]:
    """An extractor of the one thing that a sentence names; empty for several.

    What a first sentence calls by a name that is in no list yet stays as it was said,
    as `named_form` or `named_segment`: to be looked up, and no choice by itself.
    """

    def hear(heard: Heard) -> Mapping[str, str]:
        there = choices(heard.results, heard.slots)
        if there is None:
            return {} if heard.asked else _named(id_field, heard.text)
        text = URL.sub(" ", heard.text)
        fitting = candidates(text, there)
        if heard.asked and not fitting:
            fitting = _pointed_at(text, there)
        if len(fitting) != 1:
            return {}
        told = {id_field: fitting[0].id}
        return told if name_field is None else {**told, name_field: fitting[0].name}

    return hear


def _pointed_at(text: str, there: Sequence[Named]) -> list[Named]:
    """The first, second or third of those listed; a yes means the only one."""
    plain = text.strip(" .。!")
    if len(there) == 1 and yes_or_no(plain) == "yes":
        return [*there]
    for place, nth in enumerate(_PLACES):
        if nth.is_all_of(plain):
            return [*there[place : place + 1]]
    return []


def _named(id_field: str, text: str) -> Mapping[str, str]:
    field = NAMED_FORM if id_field == "form_id" else NAMED_SEGMENT
    name = SAID[field](text) or _quoted_alone(text)
    return {field: name} if name else {}


def _quoted_alone(text: str) -> str | None:
    """The one quoted text that is neither the button's words nor a property."""
    others = {stated.label(text), stated.property_name(text)}
    left = [each for each in quoted(text) if each not in others]
    return left[0] if len(left) == 1 and left[0].isprintable() else None

"""Short answers, and the words that a destructive request must contain."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.slots.words import Concept
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_YES: Final = Concept("agreed")
_NO: Final = Concept("declined")
_UNSURE: Final = Concept("unsure")
_AGAIN: Final = Concept("again")
_ON: Final = Concept("going_on")
_LATER: Final = Concept("later")
_THAT: Final = Concept("that_change")
_ONLY_UNDO: Final = Concept("only_undo")
_NUMBERED: Final = Concept("change_number")
_NUMBER: Final = re.compile(r"(?<![\d.])([1-9]\d{0,8})(?![\d.])")
_DELETING: Final = Concept("deleting")
_UNLINKING: Final = Concept("unlinking")
_ERASING: Final = Concept("erasing")
_REMOVING: Final = Concept("removing")
_REFUSED: Final = Concept("refused")
_EVERYBODY: Final = Concept("everybody")
_OF_SEGMENT: Final = Concept("of_segment")
_OF_FORM: Final = Concept("of_form")
_OF_IMPORT: Final = Concept("of_import")
_AROUND: Final = " 、,.。!"
_FEW_WORDS: Final = 2
_FEW_CHARACTERS: Final = 24


def yes_or_no(text: str) -> str | None:
    """`yes`, `no` or `unknown` as a short answer begins; None otherwise."""
    spoken = folded(text).strip(_AROUND)
    if _UNSURE.is_in(spoken):
        return "unknown"
    if _NO.begins(spoken):
        return "no"
    return "yes" if _YES.begins(spoken) else None


def brief_yes_or_no(text: str) -> str | None:
    """The same, but of an answer that has hardly more words: "no thanks".

    "We don't need those IDs in Klaviyo" begins with a no and is none.
    """
    said = folded(text).strip(f"{_AROUND}?")
    more = said if _NO.begins(said) is _YES.begins(said) else _rest_of(said)
    is_brief = len(more.split()) <= _FEW_WORDS and len(more) <= _FEW_CHARACTERS
    return yes_or_no(text) if is_brief else None


def _rest_of(said: str) -> str:
    answer = _NO if _NO.begins(said) else _YES
    return answer.after(said).strip(_AROUND)


def is_only_yes_or_no(text: str) -> bool:
    """Whether a sentence says no more than that."""
    said = folded(text).strip(f"{_AROUND}?")
    return _YES.is_all_of(said) or _NO.is_all_of(said)


def wants_again(text: str) -> bool:
    """Whether to try once more, or to look whether something is done now."""
    return _AGAIN.is_in(text)


def wants_on(text: str) -> bool:
    """Whether to go on although something is missing."""
    return _ON.is_in(text)


def wants_later(text: str) -> bool:
    """Whether what is left can wait."""
    return _LATER.is_in(text)


def deleting(heard: Heard) -> Mapping[str, str]:
    """Whether the sentence itself speaks of deleting."""
    return _meant(heard, _DELETING)


def deleting_a_segment(heard: Heard) -> Mapping[str, str]:
    """Whether it speaks of deleting a segment or saved conditions."""
    return _meant(heard, _DELETING, _OF_SEGMENT)


def unlinking(heard: Heard) -> Mapping[str, str]:
    """Whether the sentence itself speaks of unlinking."""
    return _meant(heard, _UNLINKING)


def erasing(heard: Heard) -> Mapping[str, str]:
    """Whether it speaks of erasing somebody's data, and not everybody's."""
    return {} if _EVERYBODY.is_in(heard.text) else _meant(heard, _ERASING)


def removing(heard: Heard) -> Mapping[str, str]:
    """Whether the sentence itself speaks of ending something."""
    return _meant(heard, _REMOVING)


def removing_a_form(heard: Heard) -> Mapping[str, str]:
    """Whether it speaks of ending the linkage of a form."""
    return _meant(heard, _REMOVING, _OF_FORM)


def stopping_the_import(heard: Heard) -> Mapping[str, str]:
    """Whether it speaks of ending the import."""
    return _meant(heard, _REMOVING, _OF_IMPORT)


def change_id(heard: Heard) -> Mapping[str, str]:
    """The change that is named by its number, or the newest of this conversation."""
    spoken = folded(heard.text)
    numbers = _NUMBER.findall(spoken)
    named = numbers if heard.asked else _NUMBERED.parts_in(spoken)
    if len(set(named)) == 1:
        return {"change_id": named[0]}
    if named or numbers or not heard.changes:
        return {}
    newest = _THAT.is_in(spoken) or _ONLY_UNDO.is_all_of(spoken.strip(" 。.!?"))
    return {"change_id": str(heard.changes[-1])} if newest else {}


def _meant(heard: Heard, *said: Concept) -> Mapping[str, str]:
    """Whether all of it is said, and none of it denied."""
    if _REFUSED.is_in(heard.text) or not all(each.is_in(heard.text) for each in said):
        return {}
    return {"meant": "yes"}

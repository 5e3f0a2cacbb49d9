"""What the merchant calls something: in quotes, after "called", or asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import VARIABLE, is_question, quoted
from marketing_agent.agent.planner.slots.stated import bare
from marketing_agent.agent.planner.slots.words import Announced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_LONGEST: Final = 100
_LONGEST_BARE: Final = 60
_CALLED: Final = Announced("called")
_CALLED_AT_LAST: Final = Announced("called_at_last")
_RENAMED: Final = Announced("renamed")
_TO_QUOTED: Final = re.compile(r"\b(?:to|it)\s+[\"\u201c'\u2018]|[」』]\s*(?:に|へ)")
_POLITE: Final = re.compile(
    r"[,\s]+(?:please|pls|thanks|thank\s+you)\s*[.!]?\s*$"
    r"|(?:で|に)(?:お願いします|してください|します)。?\s*$|です。?\s*$"
    r"|(?:吧|好了|就好|謝謝|喔|哦)[。!\uff01]?\s*$|(?:ครับ|ค่ะ|คะ|นะ|ละกัน|ก็ได้)+\s*$",
    re.IGNORECASE,
)
_POLITE_BEFORE: Final = re.compile(
    r"^(?:(?:please\s+)?(?:call|name)\s+it|就?叫做?|命名為|ชื่อว่า|ชื่อ|ใช้ชื่อ)\s*",
    re.IGNORECASE,
)


def new_name(heard: Heard) -> Mapping[str, str]:
    """The name given in the sentence, or the whole short answer to the question."""
    told = _new_name(heard, VARIABLE.sub(", ", heard.text))
    return told if told.get("name", "") in heard.text.replace("\0", "") else {}


def changed_name(heard: Heard) -> Mapping[str, str]:
    """The name that something is to have from now on, not the one that it has."""
    told = _changed_name(heard, VARIABLE.sub(", ", heard.text))
    return told if told.get("name", "") in heard.text.replace("\0", "") else {}


def another_name(heard: Heard) -> Mapping[str, str]:
    """The name to use instead of one that was given before."""
    return changed_name(heard) or new_name(heard)


def _new_name(heard: Heard, text: str) -> Mapping[str, str]:
    marked = quoted(text)
    if len(marked) == 1:
        return _named(marked[0])
    if found := _first(_CALLED, text):
        return found if not marked or found["name"] in marked else {}
    if marked:
        return {}
    if heard.asked and _is_bare(text):
        return _named(_POLITE_BEFORE.sub("", _POLITE.sub("", text)))
    return _first(_CALLED_AT_LAST, text)


def _changed_name(heard: Heard, text: str) -> Mapping[str, str]:
    if renamed := _first(_RENAMED, text):
        return renamed
    marked = quoted(text)
    if marked and (len(marked) > 1 or heard.asked or _TO_QUOTED.search(text)):
        return _named(marked[-1])
    return {} if marked else _first(_CALLED, text)


def _is_bare(text: str) -> bool:
    return len(text.strip()) <= _LONGEST_BARE and not is_question(text)


def _first(announced: Announced, text: str) -> Mapping[str, str]:
    found = (_named(_POLITE.sub("", part)) for part in announced.parts_in(text))
    return next(filter(None, found), {})


def _named(found: str) -> Mapping[str, str]:
    name = bare(found.replace("\0", "")).strip()
    has_letter = any(character.isalnum() for character in name)
    fits = has_letter and name.isprintable() and len(name) <= _LONGEST
    return {"name": name} if fits else {}

"""What the merchant calls something: in quotes, after "called", or asked for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import VARIABLE, is_question, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_LONGEST: Final = 100
_LONGEST_BARE: Final = 60
_END: Final = (
    r"(?=\s*(?:$|[.,;!?\n]|\s(?:that|which|instead|please|matching)\b"
    r"|\s(?:with|by|using|via|and)\s+(?:the\s|both|match|e-?mail|phone|\{\{)"
    r"|\sfor\s+(?:my|our|the|email)\b))"
)
_AFTER_CALLED: Final = re.compile(
    rf"\b(?:called|named|titled|(?:call|name)\s+it|its\s+name\s+is)\s+(.+?){_END}",
    re.IGNORECASE,
)
_RENAMED: Final = re.compile(
    rf"\b(?:rename|change\s+(?:the|its)\s+name)\b.*?\bto\s+(.+?){_END}", re.IGNORECASE
)
_TO_QUOTED: Final = re.compile(r"\b(?:to|it)\s+[\"\u201c'\u2018]|[」』]\s*(?:に|へ)")
_BEFORE_TO_IU: Final = re.compile(
    r"(?:^|[、。\s])([^、。「」『』\s]{1,60}?)という(?:名前|名称|タイトル|名)"
)
_NAME_WA: Final = re.compile(
    r"(?:名前|名称)(?:は|を)\s*([^、。「」『』\s]{1,60}?)"
    r"(?:です|でお願い|で作|にして|に変|にしたい|で$|に$|$|[、。])"
)
_POLITE: Final = re.compile(
    r",?\s+please\s*[.!]?\s*$|(?:で|に)(?:お願いします|してください|します)。?\s*$|です。?\s*$",
    re.IGNORECASE,
)


def new_name(heard: Heard) -> Mapping[str, str]:
    """The name given in the sentence, or the whole short answer to the question."""
    text = VARIABLE.sub(" ", heard.text)
    marked = quoted(text)
    if len(marked) == 1:
        return _named(marked[0])
    if marked:
        return {}
    for pattern in (_AFTER_CALLED, _BEFORE_TO_IU, _NAME_WA):
        if found := pattern.search(text):
            return _named(found[1])
    return _named(_POLITE.sub("", text)) if heard.asked and _is_bare(text) else {}


def changed_name(heard: Heard) -> Mapping[str, str]:
    """The name that something is to have from now on, not the one that it has."""
    text = VARIABLE.sub(" ", heard.text)
    marked = quoted(text)
    if marked and (len(marked) > 1 or heard.asked or _TO_QUOTED.search(text)):
        return _named(marked[-1])
    for pattern in (_RENAMED, _AFTER_CALLED, _NAME_WA):
        if found := pattern.search(text):
            return _named(found[1])
    return {}


def _is_bare(text: str) -> bool:
    return len(text.strip()) <= _LONGEST_BARE and not is_question(text)


def _named(found: str) -> Mapping[str, str]:
    name = (
        found.replace("\0", "")
        .strip(" \t\n\"'「」『』\u201c\u201d")
        .rstrip("。.!\uff01")
    )
    has_letter = any(character.isalnum() for character in name)
    return {"name": name} if has_letter and len(name) <= _LONGEST else {}

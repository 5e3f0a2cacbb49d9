"""Which property holds the LINE User IDs, and whether a preview is meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import (
    URL,
    VARIABLE,
    is_question,
    quoted,
)
from marketing_agent.agent.planner.slots import stated
from marketing_agent.agent.planner.slots.known import properties, source_segments
from marketing_agent.agent.planner.slots.words import Concept
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_LONGEST: Final = 255
_WORD: Final = re.compile(r"[^\s\"'「」『』、。,()?]+")
_SNAKE: Final = re.compile(
    r"(?<![\w$])[$A-Za-z][A-Za-z0-9$]*(?:_[A-Za-z0-9]+)+(?![\w])"
)
_PREVIEW: Final = Concept("preview")


def property_name(heard: Heard) -> Mapping[str, str]:
    """The property exactly as written: one that was seen, quoted, or asked for."""
    if found := _seen(heard) or _written(heard):
        return {"property": found}
    if not heard.asked or is_question(heard.text):
        return {}
    marked, bare = quoted(heard.text), heard.text.strip()
    told = marked[0] if len(marked) == 1 else bare if _is_one_word(bare) else ""
    fits = told.isprintable() and 0 < len(told) <= _LONGEST
    return {"property": told} if fits else {}


def wants_a_preview(text: str) -> bool:
    """Whether the sentence is about an import that is not started."""
    return _PREVIEW.is_in(text)


def _seen(heard: Heard) -> str | None:
    """The longest property of the segment that stands in the sentence as it is."""
    there = {each.name for each in properties(heard.results, heard.slots) or []}
    marked = [each for each in quoted(heard.text) if each in there]
    if marked:
        return marked[0] if len(marked) == 1 else None
    whole = heard.text.strip()
    if whole in there:
        return whole
    named = [each for each in there if _stands_in(each, heard.text)]
    if heard.asked:
        named += [each for each in there if whole.startswith(f"{each} (")]
    longest = max(map(len, named), default=0)
    fitting = {each for each in named if len(each) == longest}
    return fitting.pop() if len(fitting) == 1 else None


def _stands_in(name: str, text: str) -> bool:
    """As a word of its own, in its very letters."""
    alone = rf"(?<![A-Za-z0-9_]){re.escape(name)}(?![A-Za-z0-9_])"
    return re.search(alone, text) is not None


def _written(heard: Heard) -> str | None:
    """What is called a property, or the one word_like_this that is no segment."""
    found = stated.property_name(heard.text)
    if found is None:
        plain = VARIABLE.sub(" ", URL.sub(" ", heard.text))
        alone = set(_SNAKE.findall(plain)) - {stated.segment(heard.text)}
        found = alone.pop() if len(alone) == 1 else None
    return None if found is None or _is_a_segment(heard, found) else found


def _is_a_segment(heard: Heard, found: str) -> bool:
    names = {folded(e.name) for e in source_segments(heard.results, heard.slots) or []}
    return folded(found) in names


def _is_one_word(text: str) -> bool:
    return _WORD.fullmatch(text) is not None

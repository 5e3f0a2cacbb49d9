"""Which friend is meant: only a LINE User ID says so for certain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marketing_agent.agent.planner.marks import EMAIL, LINE_USER_ID, PHONE, quoted
from marketing_agent.agent.planner.slots import stated
from marketing_agent.agent.planner.slots.words import Concept
from marketing_agent.core.signals import Readable, read_line_user_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.planner.slots.heard import Heard

_ONE: Final = Concept("one_friend")


def line_user_ids(text: str) -> list[str]:
    """The LINE User IDs in a text, each once."""
    read = map(read_line_user_id, LINE_USER_ID.findall(text))
    return list(dict.fromkeys(r.value for r in read if isinstance(r, Readable)))


def line_user_id(heard: Heard) -> Mapping[str, str]:
    """The one LINE User ID in the sentence; empty for none and for several."""
    found = line_user_ids(heard.text)
    return {"line_user_id": found[0]} if len(found) == 1 else {}


def friend(heard: Heard) -> Mapping[str, str]:
    """The one LINE User ID; else, of a first sentence, the one who is described."""
    if heard.asked or line_user_ids(heard.text):
        return line_user_id(heard)
    named = described(heard.text) or _quoted_alone(heard.text)
    return {"friend_name": named} if named else {}


def _quoted_alone(text: str) -> str | None:
    marked = quoted(text)
    return marked[0] if len(marked) == 1 and marked[0].isprintable() else None


def described(text: str) -> str | None:
    """Somebody's one email address, one phone number, or name, as written."""
    for values in (EMAIL, PHONE):
        found = {each.strip(".") for each in values.findall(text)}
        if found:
            return found.pop() if len(found) == 1 else None
    return stated.friend(text)


def means_one_friend(text: str) -> bool:
    """Whether the sentence is about a single friend whom it does not identify."""
    return _ONE.is_in(text) and not line_user_ids(text)

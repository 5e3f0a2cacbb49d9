"""What a person says or answers, cleaned of what nobody can see."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from marketing_agent.agent.cards import Answer

MOST_CHARACTERS: Final = 8_000
_SPACES: Final = frozenset("\n\t")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
"""Controls, zero-width and direction marks, private use, surrogates, unassigned."""
_JOINER: Final = "\u200d"
"""Holds family and flag emoji together, so it may stay between other characters."""


class EmptyMessage(BadInput):
    """The message is empty. Write what you would like to do."""


class MessageTooLong(BadInput):
    """The message has {length} characters, and {most} are read. Make it shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInput:
    """One request to the agent: a message, or answers to all open cards by their id."""

    thread_id: str
    run_id: str
    message: str | None = None
    message_id: str | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)


def cleaned(text: str) -> str:
    """The visible text. Raises EmptyMessage and MessageTooLong."""
    if len(text) > MOST_CHARACTERS:
        raise MessageTooLong(length=len(text), most=MOST_CHARACTERS)
    seen = visible(text)
    if not seen:
        raise EmptyMessage
    return seen


def visible(text: str) -> str:
    """What a person can see of a text; empty when that is nothing."""
    seen = "".join(c for c in text.replace("\r\n", "\n") if _is_seen(c)).strip()
    return seen if seen.strip(_JOINER).strip() else ""


def _is_seen(character: str) -> bool:
    if character in _SPACES or character == _JOINER:
        return True
    return unicodedata.category(character) not in _UNSEEN

"""What a card and its fields are called, in the language that a merchant writes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marketing_agent.agent.planner.history import events
from marketing_agent.agent.planner.language import (
    CHINESE,
    ENGLISH,
    JAPANESE,
    LANGUAGES,
)
from marketing_agent.agent.planner.state import replayed
from marketing_agent.agent.planner.texts import wordings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from langchain_core.messages import BaseMessage


def language_of(messages: Sequence[BaseMessage]) -> str:
    """The language of a conversation, whichever model answers in it."""
    return replayed(events(messages)).language


def title_of(tool: str, english: str, language: str) -> str:
    """What the tool is called; its page has the English title."""
    wording, key = wordings()[language], f"titles.{tool}"
    if language == ENGLISH or not wording.has(key):
        return english
    return wording.text(key)


def titles_of(tool: str, english: str) -> dict[str, str]:
    """The same in every language of the chat."""
    return {each: title_of(tool, english, each) for each in sorted(LANGUAGES)}


def labels_of(fields: Iterable[str], language: str) -> Mapping[str, str]:
    """What a merchant calls these arguments; those without a word are left out."""
    words = wordings()[language].section("fields")
    return {name: words[name] for name in fields if name in words}


def values_of(arguments: Mapping[str, Any], language: str) -> Mapping[str, str]:
    """What a merchant calls the values that are no names or numbers, by argument."""
    words = wordings()[language]
    comma = "、" if language in {JAPANESE, CHINESE} else ", "
    found = {}
    for name, value in arguments.items():
        each = value if isinstance(value, list) else [value]
        keys = [f"values.{name}_{one}".lower() for one in each]
        if keys and all(map(words.has, keys)):
            found[name] = comma.join(map(words.text, keys))
    return found

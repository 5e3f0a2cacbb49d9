"""Which of several known things a sentence names: by its id, or by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from marketing_agent.agent.planner.marks import quoted
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ID: Final = re.compile(r"[0-9A-Za-z_-]+")
_NUMBER: Final = re.compile(
    r"\(([1-9]\d{0,17})\)|(?:segment|number|no\.?|#|セグメント|番号)\s*#?([1-9]\d{0,17})"
    r"|^\s*([1-9]\d{0,17})\s*$",
    re.IGNORECASE,
)
_ANY_OF_THEM: Final = frozenset(
    [
        "line",
        "klaviyo",
        "form",
        "forms",
        "popup",
        "popups",
        "sign-up",
        "signup",
        "segment",
        "segments",
        "import",
        "link",
        "linked",
        "unlinked",
        "friend",
        "friends",
        "customer",
        "customers",
        "profile",
        "profiles",
        "email",
        "phone",
        "id",
        "property",
        "test",
        "フォーム",
        "ポップアップ",
        "セグメント",
        "友だち",
        "メール",
        "連携",
        "未連携",
        "連携済み",
        "お客様",
        "顧客",
        "プロフィール",
        "プロパティ",
    ]
)
"""Names that a sentence may contain without meaning the thing of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Something that can be chosen."""

    id: str
    name: str
    kind: str = ""
    """Which of the texts for a choice tells it, if there are several."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What that text is filled with, besides id and name."""


NamedT = TypeVar("NamedT", bound=Named)


def candidates(text: str, known: Sequence[NamedT]) -> list[NamedT]:
    """Those named in the text: by id before by name, in quotes before in passing."""
    ids = _ids(text)
    if by_id := [each for each in known if each.id in ids]:
        return by_id
    for mark in quoted(text):
        if named := [each for each in known if folded(each.name) == folded(mark)]:
            return named
    return _in_passing(folded(text), known)


def _ids(text: str) -> set[str]:
    """Words that may be ids; a number only where it is given as one."""
    words = {word for word in _ID.findall(text) if not word.isdecimal()}
    numbers = {found for match in _NUMBER.findall(text) for found in match if found}
    return words | numbers


def _in_passing(text: str, known: Sequence[NamedT]) -> list[NamedT]:
    """Those whose whole name stands in the text; a longer name beats its part."""
    named = [each for each in known if _stands_in(folded(each.name).strip(), text)]
    longest = max((len(each.name) for each in named), default=0)
    return [each for each in named if len(each.name) == longest]


def _stands_in(name: str, text: str) -> bool:
    if not name or name == text.strip():
        return bool(name)
    edge = r"(?<![a-z0-9]){}(?![a-z0-9])"
    return (
        name not in _ANY_OF_THEM
        and re.search(edge.format(re.escape(name)), text) is not None
    )

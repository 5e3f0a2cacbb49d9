"""Which of several known things a sentence names: by its id, or by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from rapidfuzz import fuzz

from marketing_agent.agent.planner.marks import quoted
from marketing_agent.core.ngrams import folded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
        "表單",
        "區隔",
        "好友",
        "客人",
        "顧客",
        "連動",
        "未連動",
        "已連動",
        "電子報",
        "ฟอร์ม",
        "เซกเมนต์",
        "เพื่อน",
        "ลูกค้า",
        "เชื่อมโยง",
        "อีเมล",
    ]
)
"""Names that a sentence may contain without meaning the thing of that name."""
_ALIKE: Final = 88.0
_LEAD: Final = 5.0
_SHORTEST: Final = 6
_TELLING: Final = re.compile(
    r"\d|\b[a-z]{1,3}\b|\b(?:un|non|not|fe(?=male)|wo(?=men|man))|[未非不無沒新舊]|ไม่|ยัง|ใหม่|เก่า"
)


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
    """Those named in the text: by id, by name in quotes, in passing, mistyped."""
    ids = _ids(text)
    if by_id := [each for each in known if each.id in ids]:
        return by_id
    for mark in quoted(text):
        if named := [each for each in known if folded(each.name) == folded(mark)]:
            return named
    return _in_passing(folded(text), known) or _alike(text, known)


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


def _alike(text: str, known: Sequence[NamedT]) -> list[NamedT]:
    """Those of nearly the name that is said; several, if none is clearly nearer."""
    scores = [(max(_likeness(text, folded(e.name).strip())), e) for e in known]
    best = max((score for score, _ in scores), default=0.0)
    if best < _ALIKE:
        return []
    return [each for score, each in scores if score > best - _LEAD]


def _likeness(text: str, name: str) -> Iterable[float]:
    """How alike the name is to each part of the text that may be meant for it."""
    yield 0.0
    if len(name) < _SHORTEST or name in _ANY_OF_THEM:
        return
    said = folded(text).split()
    size = len(name.split())
    parts = [" ".join(said[i : i + size]) for i in range(len(said) - size + 1)]
    for part in (*quoted(folded(text)), *parts):
        bare = part.strip(".,;!?\"'")
        if _telling(bare) == _telling(name):
            yield fuzz.ratio(bare, name)


def _telling(name: str) -> list[str]:
    """What tells two names apart that are alike: numbers, short words, denials."""
    return _TELLING.findall(name)

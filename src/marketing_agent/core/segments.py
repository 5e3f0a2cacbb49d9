"""Segments: what they are asked for, and how it is kept.

A segment is a filter over friends, worked out anew whenever it is looked at. It is no
tag: a tag is put on a friend and stays there.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NewType

from marketing_agent.core.errors import BadInput
from marketing_agent.core.facts import Method

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TagId = NewType("TagId", int)
SegmentId = NewType("SegmentId", int)

_FIRST_YEAR: Final = 2011
"""LINE began then."""
_LAST_YEAR: Final = 2200
_MOST_TAGS: Final = 50
_LONGEST_NAME: Final = 60


class UnusableConditions(BadInput):
    """These conditions cannot be used: {problem}."""


class SegmentName(BadInput):
    """A segment's name has 1 to 60 characters."""


class Linkage(StrEnum):
    """The condition Klaviyo ID Linkage. A suspended link is none: nothing works."""

    LINKED = "linked"
    UNLINKED = "unlinked"


class FollowStatus(StrEnum):
    """What a LINE user is to the account now."""

    FOLLOWING = "following"
    LEFT = "left"
    """Blocked the account, or left it."""
    NOT_YET = "not_yet"
    """Logged in once and never added the account."""

    @staticmethod
    def of(*, following: bool | None) -> FollowStatus:
        """The status by what LINE said last; None when it never said anything."""
        if following is None:
            return FollowStatus.NOT_YET
        return FollowStatus.FOLLOWING if following else FollowStatus.LEFT


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentConditions:
    """Each that is set has to hold; a set of values holds if one of them does.

    Days are those of the merchant's time zone: since is from the start of that day on,
    before is until its start. Raises UnusableConditions.
    """

    linkage: Linkage | None = None
    follow_status: frozenset[FollowStatus] = frozenset()
    tags: frozenset[TagId] = frozenset()
    without_tags: frozenset[TagId] = frozenset()
    """None of these."""
    methods: frozenset[Method] = frozenset()
    """What made the link that stands."""
    linked_since: date | None = None
    linked_before: date | None = None
    followed_since: date | None = None
    """Of those who follow now."""
    followed_before: date | None = None

    def __post_init__(self) -> None:
        """Refuse what could hold for nobody."""
        for problem, holds in _problems(self):
            if holds:
                raise UnusableConditions(problem=problem)

    @property
    def asks_for_a_link(self) -> bool:
        """Whether only linked friends can be in it."""
        dated = self.linked_since is not None or self.linked_before is not None
        return self.linkage is Linkage.LINKED or bool(self.methods) or dated

    @property
    def named_tags(self) -> frozenset[TagId]:
        """All tags that it depends on."""
        return self.tags | self.without_tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A saved filter."""

    id: SegmentId
    name: str
    conditions: SegmentConditions


def as_json(conditions: SegmentConditions) -> dict[str, Any]:
    """What is kept of the conditions: those that are set, in plain values."""
    told: dict[str, Any] = {}
    for name, value in _set_in(conditions):
        match value:
            case frozenset():
                told[name] = sorted(value)
            case date():
                told[name] = value.isoformat()
            case _:
                told[name] = value
    return told


def conditions_of(kept: Mapping[str, Any]) -> SegmentConditions:
    """The opposite. Raises UnusableConditions for what `as_json` never wrote."""
    try:
        return SegmentConditions(
            **{name: _READERS[name](value) for name, value in kept.items()}
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableConditions(problem="they cannot be read") from error


def segment_name(raw: str) -> str:
    """The name without spaces around it. Raises SegmentName."""
    name = raw.strip()
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise SegmentName
    return name


def _problems(conditions: SegmentConditions) -> list[tuple[str, bool]]:
    unlinked = conditions.linkage is Linkage.UNLINKED
    status = conditions.follow_status
    followed = (conditions.followed_since, conditions.followed_before)
    linked = (conditions.linked_since, conditions.linked_before)
    dates = [each for each in (*followed, *linked) if each is not None]
    return [
        (
            "only linked friends have a method and a date of linking",
            unlinked and (bool(conditions.methods) or any(linked)),
        ),
        (
            "a date of following needs the follow status following",
            any(followed) and bool(status) and FollowStatus.FOLLOWING not in status,
        ),
        ("linked since has to be earlier than linked before", _is_empty(*linked)),
        ("followed since has to be earlier than followed before", _is_empty(*followed)),
        (
            "a tag cannot be wanted and unwanted at once",
            bool(conditions.tags & conditions.without_tags),
        ),
        (
            f"a condition names at most {_MOST_TAGS} tags",
            len(conditions.named_tags) > _MOST_TAGS,
        ),
        (
            f"dates are from {_FIRST_YEAR} to {_LAST_YEAR}",
            any(not _FIRST_YEAR <= each.year <= _LAST_YEAR for each in dates),
        ),
    ]


def _is_empty(since: date | None, before: date | None) -> bool:
    return since is not None and before is not None and since >= before


def _set_in(conditions: SegmentConditions) -> list[tuple[str, Any]]:
    told = [(each.name, getattr(conditions, each.name)) for each in fields(conditions)]
    return [(name, value) for name, value in told if value]


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "linkage": Linkage,
    "follow_status": lambda values: frozenset(map(FollowStatus, values)),
    "tags": lambda values: frozenset(TagId(int(each)) for each in values),
    "without_tags": lambda values: frozenset(TagId(int(each)) for each in values),
    "methods": lambda values: frozenset(map(Method, values)),
    "linked_since": date.fromisoformat,
    "linked_before": date.fromisoformat,
    "followed_since": date.fromisoformat,
    "followed_before": date.fromisoformat,
}

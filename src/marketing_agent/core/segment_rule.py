"""Which friends a segment holds: the rule, for one friend at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from marketing_agent.core.segments import FollowStatus, Linkage

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from marketing_agent.core.facts import Method
    from marketing_agent.core.segments import SegmentConditions, TagId


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFriend:
    """What the rule looks at in one friend."""

    following: bool | None
    following_since: datetime | None
    method: Method | None = None
    """Of the link that works; None without one."""
    linked_since: datetime | None = None
    tags: frozenset[TagId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time from `since` on and before `before`; None: without that end."""

    since: datetime | None
    before: datetime | None

    def holds(self, moment: datetime) -> bool:
        """Whether the moment is within."""
        late = self.before is not None and moment >= self.before
        return not late and (self.since is None or moment >= self.since)


def linked_span(conditions: SegmentConditions, zone: ZoneInfo) -> Span | None:
    """When the link has to have been made; None: at any time."""
    return _span(conditions.linked_since, conditions.linked_before, zone)


def followed_span(conditions: SegmentConditions, zone: ZoneInfo) -> Span | None:
    """When a friend has to have begun to follow; None: at any time."""
    return _span(conditions.followed_since, conditions.followed_before, zone)


def matches(conditions: SegmentConditions, friend: SeenFriend, zone: ZoneInfo) -> bool:
    """Whether this friend is in the segment."""
    return (
        _linkage_holds(conditions, friend, zone)
        and _follow_holds(conditions, friend, zone)
        and (not conditions.tags or bool(conditions.tags & friend.tags))
        and not conditions.without_tags & friend.tags
    )


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """When this day begins there: aware, UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _linkage_holds(
    conditions: SegmentConditions, friend: SeenFriend, zone: ZoneInfo
) -> bool:
    if conditions.linkage is Linkage.UNLINKED:
        return friend.method is None
    if not conditions.asks_for_a_link:
        return True
    if friend.method is None or friend.linked_since is None:
        return False
    span = linked_span(conditions, zone)
    wanted = not conditions.methods or friend.method in conditions.methods
    return wanted and (span is None or span.holds(friend.linked_since))


def _follow_holds(
    conditions: SegmentConditions, friend: SeenFriend, zone: ZoneInfo
) -> bool:
    status = FollowStatus.of(following=friend.following)
    if conditions.follow_status and status not in conditions.follow_status:
        return False
    span = followed_span(conditions, zone)
    if span is None:
        return True
    since = friend.following_since
    return status is FollowStatus.FOLLOWING and since is not None and span.holds(since)


def _span(since: date | None, before: date | None, zone: ZoneInfo) -> Span | None:
    if since is None and before is None:
        return None
    return Span(
        since=None if since is None else start_of(since, zone),
        before=None if before is None else start_of(before, zone),
    )

"""A segment's conditions, a name or a signal, as conditions on a row of friends.

They mean what `core.segment_rule` says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, ColumnElement, any_, exists, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from marketing_agent.core.segment_rule import followed_span, linked_span
from marketing_agent.core.segments import FollowStatus, Linkage, SegmentConditions
from marketing_agent.storage.conditions import is_one_of
from marketing_agent.storage.tables import friend_tags, friends, links, profiles

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from sqlalchemy import FromClause

    from marketing_agent.core.segment_rule import Span
    from marketing_agent.core.segments import TagId
    from marketing_agent.core.signals import LineUserId, SignalHash

_NOTHING: Final = SegmentConditions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What friends are searched by; all that is given has to hold."""

    zone: ZoneInfo
    """Where the conditions' days begin."""
    conditions: SegmentConditions = _NOTHING
    name: str | None = None
    """The beginning of a folded name."""
    line_user: LineUserId | None = None
    signals: frozenset[SignalHash] = field(default=frozenset())
    """Hashes of one email or phone: the friend's own, or their profile's."""


def those_like(
    friend: FromClause, merchant_id: int, wanted: Wanted
) -> list[ColumnElement[bool]]:
    """What a row has to be like."""
    conditions = wanted.conditions
    those = [friend.c.merchant_id == merchant_id]
    those += _by_link(friend, conditions, linked_span(conditions, wanted.zone))
    those += _by_follow(friend, conditions, followed_span(conditions, wanted.zone))
    if conditions.tags:
        those.append(_has_tag(friend, conditions.tags))
    if conditions.without_tags:
        those.append(~_has_tag(friend, conditions.without_tags))
    if wanted.name is not None:
        those.append(friend.c.name_folded.startswith(wanted.name, autoescape=True))
    if wanted.line_user is not None:
        those.append(friend.c.line_user_id == wanted.line_user)
    if wanted.signals:
        those.append(_has_signal(friend, merchant_id, wanted.signals))
    return those


def _by_link(
    friend: FromClause, conditions: SegmentConditions, span: Span | None
) -> list[ColumnElement[bool]]:
    unlinked = conditions.linkage is Linkage.UNLINKED
    if not unlinked and not conditions.asks_for_a_link:
        return []
    link = [
        links.c.merchant_id == friend.c.merchant_id,
        links.c.line_user_id == friend.c.line_user_id,
        ~links.c.suspended,
    ]
    if conditions.methods:
        link.append(is_one_of(links.c.method, conditions.methods))
    link += _within(links.c.since, span)
    linked = exists(select(1).select_from(links).where(*link))
    return [~linked if unlinked else linked]


def _by_follow(
    friend: FromClause, conditions: SegmentConditions, span: Span | None
) -> list[ColumnElement[bool]]:
    following = friend.c.following
    those: list[ColumnElement[bool]] = []
    if conditions.follow_status:
        is_status = {
            FollowStatus.FOLLOWING: following.is_(True),
            FollowStatus.LEFT: following.is_(False),
            FollowStatus.NOT_YET: following.is_(None),
        }
        wanted = sorted(conditions.follow_status)
        those.append(or_(*(is_status[each] for each in wanted)))
    if span is not None:
        those.append(following.is_(True))
        those += _within(friend.c.following_since, span)
    return those


def _within(moment: Any, span: Span | None) -> list[ColumnElement[bool]]:
    ends: list[ColumnElement[bool]] = []
    if span is not None and span.since is not None:
        ends.append(moment >= span.since)
    if span is not None and span.before is not None:
        ends.append(moment < span.before)
    return ends


def _has_tag(friend: FromClause, tags: frozenset[TagId]) -> ColumnElement[bool]:
    # One tag by itself comes out of its index in the order of the friends.
    alone = friend_tags.c.tag_id == min(tags)
    several = friend_tags.c.tag_id == any_(literal(sorted(tags), ARRAY(BigInteger)))
    return exists(
        select(1)
        .select_from(friend_tags)
        .where(
            friend_tags.c.merchant_id == friend.c.merchant_id,
            friend_tags.c.line_user_id == friend.c.line_user_id,
            alone if len(tags) == 1 else several,
        )
    )


def _has_signal(
    friend: FromClause, merchant_id: int, signals: frozenset[SignalHash]
) -> ColumnElement[bool]:
    """The friend gave it, or is linked to a profile that carries it."""
    both = (friends.c.email_hash, friends.c.phone_hash)
    own = select(friends.c.line_user_id).where(
        friends.c.merchant_id == merchant_id,
        or_(*(is_one_of(column, signals) for column in both)),
    )
    carried = (profiles.c.email_hash, profiles.c.phone_hash)
    theirs = (
        select(links.c.line_user_id)
        .join(profiles, profiles.c.profile_id == links.c.profile_id)
        .where(
            links.c.merchant_id == merchant_id,
            profiles.c.merchant_id == merchant_id,
            or_(*(is_one_of(column, signals) for column in carried)),
        )
    )
    return friend.c.line_user_id.in_(own.union(theirs))

"""Friends by the conditions of a segment, a name or a signal: counted and paged.

The conditions mean what `core.segment_rule` says. Newest friends come first.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    and_,
    any_,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY

from marketing_agent.core.facts import Method
from marketing_agent.core.segment_rule import followed_span, linked_span
from marketing_agent.core.segments import FollowStatus, Linkage, SegmentConditions
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.storage.conditions import expect_memory, is_one_of
from marketing_agent.storage.tables import friend_tags, friends, links, profiles

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from sqlalchemy import FromClause, RowMapping, Select
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.segment_rule import Span
    from marketing_agent.core.segments import TagId
    from marketing_agent.core.signals import SignalHash

_FIRST_LOOK: Final = 5_000
"""Friends that are looked through before all are: a page is mostly among them."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a page ends, and the next one goes on."""

    first_seen: datetime
    line_user: LineUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFriend:
    """A line of the list of friends. `method` and what follows: of the link."""

    line_user: LineUserId
    following: bool | None
    following_since: datetime | None
    name_sealed: bytes | None
    first_seen: datetime
    method: Method | None = None
    profile: ProfileId | None = None
    linked_since: datetime | None = None
    suspended: bool = False


async def count(tx: AsyncConnection, merchant_id: int, wanted: Wanted) -> int:
    """How many friends there are like that."""
    await expect_memory(tx)
    those = _those(friends, merchant_id, wanted)
    return int(await tx.scalar(select(func.count()).where(*those)) or 0)


async def page(
    tx: AsyncConnection,
    merchant_id: int,
    wanted: Wanted,
    *,
    after: Place | None = None,
    limit: int = 50,
) -> list[FoundFriend]:
    """The friends after this place, newest first.

    Measured at a million friends: left alone, PostgreSQL walks from the newest friend
    for seconds when what is wanted is all among the oldest. So only a few thousand are
    walked through; after that the conditions go first, and the order last.
    """
    await expect_memory(tx)
    rest = _after(merchant_id, after)
    newest = select(*_SHOWN).where(rest).order_by(*_NEWEST).limit(_FIRST_LOOK)
    found = await _found(tx, merchant_id, wanted, newest.subquery("friend"), limit)
    if len(found) < limit:
        those = _those(friends, merchant_id, wanted)
        # OFFSET 0 keeps the planner from mixing the order into the conditions.
        fenced = select(*_SHOWN).where(rest, *those).offset(0)
        everybody = Wanted(zone=wanted.zone)
        whole = fenced.subquery("friend")
        found = await _found(tx, merchant_id, everybody, whole, limit)
    return found


async def links_among(
    tx: AsyncConnection, merchant_id: int, line_users: Collection[LineUserId]
) -> dict[str, RowMapping]:
    """The links of these LINE users, as rows."""
    rows = await tx.execute(
        select(links).where(
            links.c.merchant_id == merchant_id,
            is_one_of(links.c.line_user_id, line_users),
        )
    )
    return {row["line_user_id"]: row for row in rows.mappings()}


_SHOWN: Final = (
    friends.c.merchant_id,
    friends.c.line_user_id,
    friends.c.following,
    friends.c.following_since,
    friends.c.name_sealed,
    friends.c.name_folded,
    friends.c.email_hash,
    friends.c.phone_hash,
    friends.c.first_seen,
)
_NEWEST: Final = (friends.c.first_seen.desc(), friends.c.line_user_id.desc())


async def _found(
    tx: AsyncConnection,
    merchant_id: int,
    wanted: Wanted,
    among: FromClause,
    limit: int,
) -> list[FoundFriend]:
    newest = (among.c.first_seen.desc(), among.c.line_user_id.desc())
    asked: Select[Any] = (
        select(among)
        .where(*_those(among, merchant_id, wanted))
        .order_by(*newest)
        .limit(limit)
    )
    rows = (await tx.execute(asked)).mappings().all()
    line_users = [LineUserId(row["line_user_id"]) for row in rows]
    linked = await links_among(tx, merchant_id, line_users)
    return [_friend_of(row, linked.get(row["line_user_id"])) for row in rows]


def _after(merchant_id: int, after: Place | None) -> ColumnElement[bool]:
    mine = friends.c.merchant_id == merchant_id
    if after is None:
        return mine
    place = tuple_(friends.c.first_seen, friends.c.line_user_id)
    return and_(mine, place < (after.first_seen, after.line_user))


def _those(
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


def _friend_of(row: RowMapping, link: RowMapping | None) -> FoundFriend:
    found = FoundFriend(
        line_user=LineUserId(row["line_user_id"]),
        following=row["following"],
        following_since=row["following_since"],
        name_sealed=row["name_sealed"],
        first_seen=row["first_seen"],
    )
    if link is None:
        return found
    return replace(
        found,
        method=Method(link["method"]),
        profile=ProfileId(link["profile_id"]),
        linked_since=link["since"],
        suspended=link["suspended"],
    )

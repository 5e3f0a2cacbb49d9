"""The list of friends: filtered, searched, paged. Personal data goes in, none out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from marketing_agent.core.day_zone import zone_of
from marketing_agent.core.errors import NotFound
from marketing_agent.core.friend_names import folded_name
from marketing_agent.core.segments import SegmentConditions, SegmentId
from marketing_agent.core.signals import (
    LineUserId,
    Readable,
    SignalKind,
    read_email,
    read_line_user_id,
    read_phone,
)
from marketing_agent.services import segments
from marketing_agent.services.page_marks import mark, read_mark
from marketing_agent.storage import friend_search, merchants, tags
from marketing_agent.storage import segments as saved_segments
from marketing_agent.storage.friend_conditions import Wanted
from marketing_agent.storage.friend_search import FoundFriend, Place

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.merchants import Merchant
    from marketing_agent.storage.tags import Tag
    from marketing_agent.storage.vault import Vault

_NO_CONDITIONS: Final = SegmentConditions()


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendQuery:
    """What friends are looked for by; everything that is given has to hold."""

    text: str = ""
    """The beginning of a name, or a whole email, phone number or LINE User ID."""
    segment: SegmentId | None = None
    """A saved segment; its conditions come instead of those below."""
    conditions: SegmentConditions = _NO_CONDITIONS
    tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendLine:
    """A friend in the list."""

    friend: FoundFriend
    tags: tuple[Tag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FriendPage:
    """Some friends, newest first, and where to go on; None at the end."""

    lines: tuple[FriendLine, ...]
    after: str | None


async def page(
    ground: Ground,
    merchant_id: int,
    query: FriendQuery,
    *,
    after: str | None = None,
    limit: int = 50,
) -> FriendPage:
    """A page of friends. Raises NotAPlace, NotFound, UnknownTags."""
    place = None
    if after is not None:
        seen, line_user = read_mark(after)
        place = Place(first_seen=seen, line_user=LineUserId(line_user))
    async with ground.database.transaction() as tx:
        wanted = await _wanted(ground, tx, merchant_id, query)
        found = await friend_search.page(
            tx, merchant_id, wanted, after=place, limit=limit + 1
        )
        shown = found[:limit]
        tagged = await tags.of_friends(tx, merchant_id, [f.line_user for f in shown])
    return FriendPage(
        lines=tuple(
            FriendLine(friend=each, tags=tuple(tagged.get(each.line_user, ())))
            for each in shown
        ),
        after=_mark(shown[-1]) if len(found) > limit else None,
    )


def _mark(friend: FoundFriend) -> str:
    return mark(friend.first_seen, friend.line_user)


async def count(ground: Ground, merchant_id: int, query: FriendQuery) -> int:
    """How many friends there are like that. Raises NotFound, UnknownTags."""
    async with ground.database.transaction() as tx:
        wanted = await _wanted(ground, tx, merchant_id, query)
        return await friend_search.count(tx, merchant_id, wanted)


async def _wanted(
    ground: Ground, tx: AsyncConnection, merchant_id: int, query: FriendQuery
) -> Wanted:
    merchant = await merchants.get(tx, merchant_id)
    by_conditions = Wanted(
        zone=zone_of(merchant.time_zone),
        conditions=await _conditions(tx, merchant_id, query),
    )
    return _searched(ground.vault, merchant, query.text, by_conditions)


async def _conditions(
    tx: AsyncConnection, merchant_id: int, query: FriendQuery
) -> SegmentConditions:
    if query.segment is None:
        return await segments.with_tags(
            tx, merchant_id, query.conditions, query.tags, query.without_tags
        )
    segment = await saved_segments.find(tx, merchant_id, query.segment)
    if segment is None:
        raise NotFound(noun="segment", name=str(query.segment))
    return segment.conditions


def _searched(vault: Vault, merchant: Merchant, text: str, wanted: Wanted) -> Wanted:
    """The same with what was typed, which is taken for what it looks like most."""
    if not text.strip():
        return wanted
    line_user = read_line_user_id(text)
    if isinstance(line_user, Readable):
        return replace(wanted, line_user=line_user.value)
    for kind, read in (
        (SignalKind.EMAIL, read_email(text)),
        (SignalKind.PHONE, read_phone(text, region=merchant.phone_region)),
    ):
        if isinstance(read, Readable):
            hashed = vault.hash_signal(merchant.id, kind, read.value)
            return replace(wanted, signals=frozenset({hashed}))
    return replace(wanted, name=folded_name(text))

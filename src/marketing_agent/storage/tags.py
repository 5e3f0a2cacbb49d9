"""Tags: labels that the merchant puts on friends. A segment is something else.

A deleted tag stays on its friends unseen, so that it can come back.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import BigInteger, any_, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from marketing_agent.core.segments import TagId
from marketing_agent.core.signals import LineUserId
from marketing_agent.storage.conditions import is_one_of, is_storable
from marketing_agent.storage.tables import friend_tags, friends, tags

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, RowMapping
    from sqlalchemy.ext.asyncio import AsyncConnection

_IN_USE: Final = tags.c.deleted_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A label. Its name is the merchant's only one like that."""

    id: TagId
    name: str


async def save(tx: AsyncConnection, merchant_id: int, name: str, now: datetime) -> Tag:
    """Save a new tag; the caller has looked that the name is free."""
    rows = await tx.execute(
        insert(tags)
        .values(merchant_id=merchant_id, name=name, created_at=now)
        .returning(*tags.c)
    )
    return _tag_of(rows.mappings().one())


async def find(tx: AsyncConnection, merchant_id: int, tag: TagId) -> Tag | None:
    """The tag with this number, unless it was deleted."""
    found = await _select(tx, merchant_id, tags.c.id == tag)
    return found[0] if found else None


async def named(
    tx: AsyncConnection, merchant_id: int, names: Collection[str]
) -> dict[str, Tag]:
    """The tags with these names."""
    possible = [name for name in names if is_storable(name)]
    found = await _select(tx, merchant_id, is_one_of(tags.c.name, possible))
    return {tag.name: tag for tag in found}


async def of_merchant(tx: AsyncConnection, merchant_id: int) -> list[Tag]:
    """All tags by name."""
    return await _select(tx, merchant_id)


async def friends_of_each(tx: AsyncConnection, merchant_id: int) -> dict[TagId, int]:
    """On how many friends each tag is; a tag that is on nobody is left out."""
    rows = await tx.execute(
        select(friend_tags.c.tag_id, func.count())
        .where(friend_tags.c.merchant_id == merchant_id)
        .group_by(friend_tags.c.tag_id)
    )
    return {TagId(tag): count for tag, count in rows}


async def of_friends(
    tx: AsyncConnection, merchant_id: int, line_users: Collection[LineUserId]
) -> dict[LineUserId, list[Tag]]:
    """The tags of these friends, each by name."""
    rows = await tx.execute(
        select(friend_tags.c.line_user_id, tags.c.id, tags.c.name)
        .join(tags, tags.c.id == friend_tags.c.tag_id)
        .where(
            friend_tags.c.merchant_id == merchant_id,
            tags.c.merchant_id == merchant_id,
            is_one_of(friend_tags.c.line_user_id, line_users),
            _IN_USE,
        )
        .order_by(tags.c.name)
    )
    found: dict[LineUserId, list[Tag]] = defaultdict(list)
    for line_user, tag, name in rows:
        found[LineUserId(line_user)].append(Tag(id=TagId(tag), name=name))
    return dict(found)


async def rename(
    tx: AsyncConnection, merchant_id: int, tag: TagId, name: str
) -> Tag | None:
    """Give it another name; None if there is none in use."""
    return await _set(tx, merchant_id, tag, _IN_USE, {"name": name})


async def remove(
    tx: AsyncConnection, merchant_id: int, tag: TagId, now: datetime
) -> Tag | None:
    """Take it out of use; None if there is none in use."""
    return await _set(tx, merchant_id, tag, _IN_USE, {"deleted_at": now})


async def restore(tx: AsyncConnection, merchant_id: int, tag: TagId) -> Tag | None:
    """Bring a deleted one back, on the friends who had it."""
    return await _set(tx, merchant_id, tag, ~_IN_USE, {"deleted_at": None})


async def find_ever(tx: AsyncConnection, merchant_id: int, tag: TagId) -> Tag | None:
    """The tag with this number, deleted or not."""
    rows = await tx.execute(
        select(tags).where(tags.c.merchant_id == merchant_id, tags.c.id == tag)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _tag_of(row)


async def put_on(
    tx: AsyncConnection,
    merchant_id: int,
    tag: TagId,
    line_users: Collection[LineUserId],
) -> list[LineUserId]:
    """Put it on these friends; gives those who did not have it.

    Whom the merchant never met is left out.
    """
    those = select(
        friends.c.merchant_id, literal(tag, BigInteger), friends.c.line_user_id
    ).where(
        friends.c.merchant_id == merchant_id,
        is_one_of(friends.c.line_user_id, line_users),
    )
    new = await tx.scalars(
        insert(friend_tags)
        .from_select(["merchant_id", "tag_id", "line_user_id"], those)
        .on_conflict_do_nothing()
        .returning(friend_tags.c.line_user_id)
    )
    return sorted(LineUserId(each) for each in new)


async def take_off(
    tx: AsyncConnection,
    merchant_id: int,
    tag: TagId,
    line_users: Collection[LineUserId],
) -> list[LineUserId]:
    """Take it off these friends; gives those who had it."""
    gone = await tx.scalars(
        delete(friend_tags)
        .where(
            friend_tags.c.merchant_id == merchant_id,
            friend_tags.c.tag_id == tag,
            is_one_of(friend_tags.c.line_user_id, line_users),
        )
        .returning(friend_tags.c.line_user_id)
    )
    return sorted(LineUserId(each) for each in gone)


async def names_of(
    tx: AsyncConnection, merchant_id: int, these: Collection[TagId]
) -> dict[TagId, str]:
    """What these tags are called; a deleted one is left out."""
    ids = literal(sorted(these), ARRAY(BigInteger))
    found = await _select(tx, merchant_id, tags.c.id == any_(ids))
    return {tag.id: tag.name for tag in found}


async def _select(
    tx: AsyncConnection, merchant_id: int, *those: ColumnElement[bool]
) -> list[Tag]:
    rows = await tx.execute(
        select(tags)
        .where(tags.c.merchant_id == merchant_id, _IN_USE, *those)
        .order_by(tags.c.name)
    )
    return [_tag_of(row) for row in rows.mappings()]


async def _set(
    tx: AsyncConnection,
    merchant_id: int,
    tag: TagId,
    standing: ColumnElement[bool],
    values: dict[str, Any],
) -> Tag | None:
    rows = await tx.execute(
        update(tags)
        .where(tags.c.merchant_id == merchant_id, tags.c.id == tag, standing)
        .values(**values)
        .returning(*tags.c)
    )
    row = rows.mappings().one_or_none()
    return None if row is None else _tag_of(row)


def _tag_of(row: RowMapping) -> Tag:
    return Tag(id=TagId(row["id"]), name=row["name"])

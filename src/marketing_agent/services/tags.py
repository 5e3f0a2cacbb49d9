"""Tags: labels that the merchant puts on friends by hand. Never a segment.

Every write is one that a person makes in the dashboard, and can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from marketing_agent.core.errors import BadInput, Conflict, NotFound
from marketing_agent.services.changes import Call, Written
from marketing_agent.storage import segments, tags

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.core.segments import TagId
    from marketing_agent.core.signals import LineUserId
    from marketing_agent.services.changes import Write
    from marketing_agent.services.ground import Ground
    from marketing_agent.storage.tags import Tag

MOST_AT_ONCE: Final = 1000
"""Friends that one write tags: its undo has to name each of them."""
_LONGEST_NAME: Final = 60


class TagName(BadInput):
    """A tag's name has 1 to 60 characters."""


class TagNameTaken(Conflict):
    """There is a tag with this name already."""


class TagInUse(Conflict):
    """These segments use the tag: {segments}. Change or delete them first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TagLine:
    """A tag, on how many friends it is, and which segments use it."""

    tag: Tag
    friends: int
    segments: tuple[str, ...]


async def show(ground: Ground, merchant_id: int) -> list[TagLine]:
    """All tags of the merchant, by name."""
    async with ground.database.transaction() as tx:
        saved = await tags.of_merchant(tx, merchant_id)
        counted = await tags.friends_of_each(tx, merchant_id)
        used = await segments.of_merchant(tx, merchant_id)
    return [
        TagLine(
            tag=tag,
            friends=counted.get(tag.id, 0),
            segments=tuple(
                each.name for each in used if tag.id in each.conditions.named_tags
            ),
        )
        for tag in saved
    ]


def create(ground: Ground, name: str) -> Write:
    """The write that makes a new tag. It raises TagName and TagNameTaken."""
    wanted = _name(name)

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        await _refuse_taken(tx, merchant_id, wanted)
        tag = await tags.save(tx, merchant_id, wanted, ground.clock())
        return _written(tag, Call(tool="delete_tag", arguments={"tag_id": tag.id}))

    return write


def rename(ground: Ground, tag_id: TagId, name: str) -> Write:
    """The write that renames a tag. It raises NotFound, TagName and TagNameTaken."""
    del ground
    wanted = _name(name)

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        former = _there(tag_id, await tags.find(tx, merchant_id, tag_id))
        if former.name != wanted:
            await _refuse_taken(tx, merchant_id, wanted)
        tag = _there(tag_id, await tags.rename(tx, merchant_id, tag_id, wanted))
        undo = {"tag_id": tag_id, "name": former.name}
        written = _written(tag, Call(tool="rename_tag", arguments=undo))
        written.result["former"] = former.name
        return written

    return write


def delete(ground: Ground, tag_id: TagId) -> Write:
    """The write that deletes a tag. It raises NotFound and TagInUse."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        using = await segments.using_tag(tx, merchant_id, tag_id)
        if using:
            raise TagInUse(segments=", ".join(f'"{each.name}"' for each in using))
        gone = await tags.remove(tx, merchant_id, tag_id, ground.clock())
        undo = Call(tool="restore_tag", arguments={"tag_id": tag_id})
        return _written(_there(tag_id, gone), undo)

    return write


def restore(ground: Ground, tag_id: TagId) -> Write:
    """The write that brings a tag back. It raises NotFound and TagNameTaken."""
    del ground

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        deleted = _there(tag_id, await tags.find_ever(tx, merchant_id, tag_id))
        await _refuse_taken(tx, merchant_id, deleted.name)
        back = await tags.restore(tx, merchant_id, tag_id)
        undo = Call(tool="delete_tag", arguments={"tag_id": tag_id})
        return _written(_there(tag_id, back), undo)

    return write


def put_on(ground: Ground, tag_id: TagId, line_users: Sequence[LineUserId]) -> Write:
    """The write that puts a tag on friends. It raises NotFound.

    Friends who have it already, and LINE users whom the merchant never met, are let
    be.
    """
    del ground

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        tag = _there(tag_id, await tags.find(tx, merchant_id, tag_id))
        new = await tags.put_on(tx, merchant_id, tag_id, line_users)
        return _on_friends(tag, new, "take_off_tag")

    return write


def take_off(ground: Ground, tag_id: TagId, line_users: Sequence[LineUserId]) -> Write:
    """The write that takes a tag off friends. It raises NotFound."""
    del ground

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        tag = _there(tag_id, await tags.find(tx, merchant_id, tag_id))
        gone = await tags.take_off(tx, merchant_id, tag_id, line_users)
        return _on_friends(tag, gone, "put_on_tag")

    return write


def _on_friends(tag: Tag, changed: Sequence[LineUserId], opposite: str) -> Written:
    undo = {"tag_id": tag.id, "line_user_ids": list(changed)}
    written = _written(tag, Call(tool=opposite, arguments=undo))
    written.result["friends"] = len(changed)
    return written


def _written(tag: Tag, undo: Call) -> Written:
    return Written(
        result={"tag_id": tag.id, "name": tag.name},
        inverse=undo,
        target=f"tag:{tag.id}",
    )


def _name(raw: str) -> str:
    name = raw.strip()
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise TagName
    return name


async def _refuse_taken(tx: AsyncConnection, merchant_id: int, name: str) -> None:
    if await tags.named(tx, merchant_id, [name]):
        raise TagNameTaken


def _there(tag_id: TagId, found: Tag | None) -> Tag:
    if found is None:
        raise NotFound(noun="tag", name=str(tag_id))
    return found

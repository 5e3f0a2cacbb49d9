"""Segments: the writes with their inverses, and whom one holds now."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from marketing_agent.core.day_zone import zone_of
from marketing_agent.core.errors import BadInput, Conflict, NotFound
from marketing_agent.core.segments import (
    Segment,
    SegmentConditions,
    SegmentId,
    TagId,
    as_json,
    conditions_of,
    segment_name,
)
from marketing_agent.services.changes import Call, Written
from marketing_agent.storage import friend_search, merchants, segments, tags
from marketing_agent.storage.friend_conditions import Wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground


class SegmentNameTaken(Conflict):
    """There is a segment with this name already."""


class UnknownTags(BadInput):
    """There is no tag called {names}. Tags there are: {known}."""


class TagGone(Conflict):
    """A tag that this segment uses was deleted. Undo that first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentDraft:
    """A segment before it is saved; tags by name. Raises SegmentName."""

    name: str
    conditions: SegmentConditions
    """Without tags."""
    tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a name that no list could show."""
        segment_name(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentView:
    """A segment with the names of its tags."""

    segment: Segment
    tags: tuple[str, ...]
    without_tags: tuple[str, ...]


def create(ground: Ground, draft: SegmentDraft) -> Write:
    """The write that saves a segment. It raises SegmentNameTaken and UnknownTags."""

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        name, conditions = await _resolved(tx, merchant_id, draft)
        await _refuse_taken(tx, merchant_id, name)
        saved = await segments.save(tx, merchant_id, name, conditions, ground.clock())
        return await _written(tx, merchant_id, saved, _by_id("delete_segment", saved))

    return write


def update(ground: Ground, segment: SegmentId, draft: SegmentDraft) -> Write:
    """The write that gives a segment another name and other conditions.

    It raises NotFound, SegmentNameTaken and UnknownTags.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        name, conditions = await _resolved(tx, merchant_id, draft)
        return await _change(ground, tx, merchant_id, segment, name, conditions)

    return write


def change_back(ground: Ground, kept: Mapping[str, Any]) -> Write:
    """The write that gives a segment the contents that a change kept of it.

    It raises NotFound, SegmentNameTaken and TagGone.
    """
    conditions = conditions_of(kept["conditions"])

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        await _refuse_gone_tags(tx, merchant_id, conditions)
        segment = SegmentId(kept["segment_id"])
        return await _change(ground, tx, merchant_id, segment, kept["name"], conditions)

    return write


def delete(ground: Ground, segment: SegmentId) -> Write:
    """The write that deletes a segment. It raises NotFound.

    Nothing happens to the friends that it held.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        gone = await segments.delete(tx, merchant_id, segment, ground.clock())
        there = _there(segment, gone)
        return await _written(tx, merchant_id, there, _by_id("restore_segment", there))

    return write


def restore(ground: Ground, segment: SegmentId) -> Write:
    """The write that brings a segment back.

    It raises NotFound, SegmentNameTaken and TagGone.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        back = await segments.restore(tx, merchant_id, segment, ground.clock())
        there = _there(segment, back)
        await _refuse_taken(tx, merchant_id, there.name, but=segment)
        await _refuse_gone_tags(tx, merchant_id, there.conditions)
        return await _written(tx, merchant_id, there, _by_id("delete_segment", there))

    return write


async def show(ground: Ground, merchant_id: int) -> list[SegmentView]:
    """All segments, newest first."""
    async with ground.database.transaction() as tx:
        saved = await segments.of_merchant(tx, merchant_id)
        return await _views(tx, merchant_id, saved)


async def show_one(
    ground: Ground, merchant_id: int, segment: SegmentId
) -> tuple[SegmentView, int]:
    """One segment, and how many friends it holds now. Raises NotFound."""
    async with ground.database.transaction() as tx:
        found = _there(segment, await segments.find(tx, merchant_id, segment))
        (view,) = await _views(tx, merchant_id, [found])
        return view, await size(tx, merchant_id, found.conditions)


async def size(
    tx: AsyncConnection, merchant_id: int, conditions: SegmentConditions
) -> int:
    """How many friends these conditions hold for now."""
    merchant = await merchants.get(tx, merchant_id)
    wanted = Wanted(zone=zone_of(merchant.time_zone), conditions=conditions)
    return await friend_search.count(tx, merchant_id, wanted)


async def with_tags(
    tx: AsyncConnection,
    merchant_id: int,
    conditions: SegmentConditions,
    wanted: Sequence[str],
    unwanted: Sequence[str],
) -> SegmentConditions:
    """The conditions with these tags. Raises UnknownTags and UnusableConditions."""
    names = {name.strip() for name in (*wanted, *unwanted)}
    found = await tags.named(tx, merchant_id, names)
    if missing := sorted(names - found.keys()):
        known = [tag.name for tag in await tags.of_merchant(tx, merchant_id)]
        raise UnknownTags(
            names=", ".join(f'"{each[:60]}"' for each in missing[:5]),
            known=", ".join(f'"{each}"' for each in known[:20]) or "none",
        )
    return replace(
        conditions,
        tags=frozenset(found[name.strip()].id for name in wanted),
        without_tags=frozenset(found[name.strip()].id for name in unwanted),
    )


async def _resolved(
    tx: AsyncConnection, merchant_id: int, draft: SegmentDraft
) -> tuple[str, SegmentConditions]:
    conditions = await with_tags(
        tx, merchant_id, draft.conditions, draft.tags, draft.without_tags
    )
    return segment_name(draft.name), conditions


async def _change(
    ground: Ground,
    tx: AsyncConnection,
    merchant_id: int,
    segment: SegmentId,
    name: str,
    conditions: SegmentConditions,
) -> Written:
    former = _there(segment, await segments.find(tx, merchant_id, segment))
    await _refuse_taken(tx, merchant_id, name, but=segment)
    now = ground.clock()
    saved = await segments.change(tx, merchant_id, segment, name, conditions, now)
    undo = Call(tool="update_segment", arguments=_contents(former))
    written = await _written(tx, merchant_id, _there(segment, saved), undo)
    written.result["former"] = _contents(former)
    return written


async def _written(
    tx: AsyncConnection, merchant_id: int, segment: Segment, undo: Call
) -> Written:
    """What happened, with the number of friends as it was then."""
    friends = await size(tx, merchant_id, segment.conditions)
    return Written(
        result=_contents(segment) | {"friends": friends},
        inverse=undo,
        target=f"segment:{segment.id}",
    )


def _contents(segment: Segment) -> Json:
    return {
        "segment_id": segment.id,
        "name": segment.name,
        "conditions": as_json(segment.conditions),
    }


def _by_id(tool: str, segment: Segment) -> Call:
    return Call(tool=tool, arguments={"segment_id": segment.id})


async def _views(
    tx: AsyncConnection, merchant_id: int, saved: Sequence[Segment]
) -> list[SegmentView]:
    used = {tag for each in saved for tag in each.conditions.named_tags}
    names = await tags.names_of(tx, merchant_id, used)

    def named(these: frozenset[TagId]) -> tuple[str, ...]:
        return tuple(sorted(names[each] for each in these if each in names))

    return [
        SegmentView(
            segment=each,
            tags=named(each.conditions.tags),
            without_tags=named(each.conditions.without_tags),
        )
        for each in saved
    ]


async def _refuse_taken(
    tx: AsyncConnection, merchant_id: int, name: str, but: SegmentId | None = None
) -> None:
    taken = await segments.named(tx, merchant_id, name)
    if any(each.id != but for each in taken):
        raise SegmentNameTaken


async def _refuse_gone_tags(
    tx: AsyncConnection, merchant_id: int, conditions: SegmentConditions
) -> None:
    there = await tags.names_of(tx, merchant_id, conditions.named_tags)
    if there.keys() != conditions.named_tags:
        raise TagGone


def _there(segment: SegmentId, found: Segment | None) -> Segment:
    if found is None:
        raise NotFound(noun="segment", name=str(segment))
    return found

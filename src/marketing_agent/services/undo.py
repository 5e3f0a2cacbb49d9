"""Undo: the inverse of a change, carried out as a change of its own.

Changes of one target are undone newest first, so that an inverse always finds what its
change left behind. An undo is a change with an inverse, so it can be undone in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from marketing_agent.core.errors import Conflict, NotFound
from marketing_agent.core.segments import SegmentId, TagId
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.services import (
    auto_link,
    form_linkage,
    integration,
    pinning,
    qr_links,
    review_decisions,
    segments,
    tags,
    unlinking,
)
from marketing_agent.services.changes import Write, Written
from marketing_agent.services.ground import Ground
from marketing_agent.services.imports import settings as import_settings
from marketing_agent.storage import changes

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from marketing_agent.storage.changes import Change, ChangesWanted


class CannotBeUndone(Conflict):
    """Change {change} cannot be undone: it has no opposite."""


class AlreadyUndone(Conflict):
    """Change {change} was undone already, by change {by}."""


class NewerChange(Conflict):
    """The same thing was changed again since. Undo the newer change {newer} first."""


Inverse: TypeAlias = Callable[[Ground, Mapping[str, Any]], Write]
"""From the stored arguments to the write."""

INVERSES: Final[Mapping[str, Inverse]] = {
    "delete_qr_link": lambda ground, a: qr_links.delete(ground, a["slug"]),
    "restore_qr_link": lambda ground, a: qr_links.restore(ground, a["slug"]),
    "update_qr_link": lambda ground, a: qr_links.update(
        ground, a["slug"], qr_links.draft_of(a)
    ),
    "remove_form_linkage": lambda ground, a: form_linkage.remove_slug(
        ground, a["slug"]
    ),
    "restore_form_linkage": lambda ground, a: form_linkage.restore(ground, a["slug"]),
    "update_form_linkage": lambda ground, a: form_linkage.change(
        ground, a["slug"], form_linkage.draft_of(a), a["form_name"]
    ),
    "stop_import": lambda ground, _: import_settings.stop(ground),
    "restore_import": lambda ground, a: import_settings.restore(
        ground, import_settings.source_of(a)
    ),
    "set_auto_link": lambda ground, a: auto_link.switch(ground, on=a["on"]),
    "set_integration": lambda _, a: integration.switch(on=a["on"]),
    "update_segment": segments.change_back,
    "delete_segment": lambda ground, a: segments.delete(
        ground, SegmentId(a["segment_id"])
    ),
    "restore_segment": lambda ground, a: segments.restore(
        ground, SegmentId(a["segment_id"])
    ),
    "rename_tag": lambda ground, a: tags.rename(ground, TagId(a["tag_id"]), a["name"]),
    "delete_tag": lambda ground, a: tags.delete(ground, TagId(a["tag_id"])),
    "restore_tag": lambda ground, a: tags.restore(ground, TagId(a["tag_id"])),
    "put_on_tag": lambda ground, a: tags.put_on(
        ground, TagId(a["tag_id"]), a["line_user_ids"]
    ),
    "take_off_tag": lambda ground, a: tags.take_off(
        ground, TagId(a["tag_id"]), a["line_user_ids"]
    ),
    "relink": lambda ground, a: review_decisions.relink(ground, a["unlink"], a["link"]),
    "keep_review": lambda ground, a: review_decisions.keep(
        ground, LineUserId(a["line_user_id"]), ProfileId(a["profile_id"])
    ),
    "reopen_review": lambda ground, a: review_decisions.reopen(
        ground, LineUserId(a["line_user_id"]), ProfileId(a["profile_id"])
    ),
    "link_friend": lambda ground, a: pinning.link(
        ground, LineUserId(a["line_user_id"]), ProfileId(a["profile_id"])
    ),
    "unlink_friend": lambda ground, a: unlinking.unlink(
        ground, LineUserId(a["line_user_id"]), ProfileId(a["profile_id"])
    ),
}
"""What stored inverses are called by. A name that was ever stored stays here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change, and what stands against undoing it now; None: it can be undone.

    That is judged by the changes alone: what became of people since is seen only when
    the undo is carried out.
    """

    change: Change
    obstacle: Conflict | None


def undo(ground: Ground, change_id: int) -> Write:
    """The write that undoes a change.

    It raises NotFound, CannotBeUndone, AlreadyUndone, NewerChange, and what the inverse
    raises. Its result names the inverse and holds that one's result.
    """

    async def write(tx: AsyncConnection, merchant_id: int) -> Written:
        change = await changes.find(tx, merchant_id, change_id)
        if change is None:
            raise NotFound(noun="change", name=str(change_id))
        later: list[Change] = []
        if change.target is not None:
            later = await changes.later_on(tx, merchant_id, change.target, change.id)
        obstacle = obstacle_to(change, later)
        if obstacle is not None:
            raise obstacle
        assert change.inverse is not None
        inverse = INVERSES[change.inverse["tool"]]
        made = await inverse(ground, change.inverse["arguments"])(tx, merchant_id)
        did = {"tool": change.inverse["tool"], "result": made.result}
        result = {"undone": change.id, "did": did}
        return replace(made, result=result, undoes=change.id)

    return write


async def show(ground: Ground, merchant_id: int, limit: int) -> list[Told]:
    """The merchant's last changes, newest first."""
    async with ground.database.transaction() as tx:
        # Whatever was changed after one of them is among them too.
        newest = await changes.newest(tx, merchant_id, limit)
    return [
        Told(change=each, obstacle=obstacle_to(each, newest[:place]))
        for place, each in enumerate(newest)
    ]


async def page(
    ground: Ground, merchant_id: int, wanted: ChangesWanted, *, limit: int
) -> tuple[list[Told], int | None]:
    """The changes that are wanted, newest first, and the `before` of the next page."""
    async with ground.database.transaction() as tx:
        found = await changes.page(tx, merchant_id, wanted, limit=limit + 1)
        shown = found[:limit]
        targets = {each.target for each in shown if each.target is not None}
        later: list[Change] = []
        if targets:
            oldest = shown[-1].id
            later = await changes.on_targets(tx, merchant_id, targets, oldest)
    told = [
        Told(
            change=each,
            obstacle=obstacle_to(each, [one for one in later if one.id > each.id]),
        )
        for each in shown
    ]
    return told, shown[-1].id if len(found) > limit else None


def obstacle_to(change: Change, later: Iterable[Change]) -> Conflict | None:
    """Why this change cannot be undone now, given all that were made after it."""
    if change.undone_by is not None:
        return AlreadyUndone(change=change.id, by=change.undone_by)
    if change.inverse is None or change.inverse["tool"] not in INVERSES:
        return CannotBeUndone(change=change.id)
    if change.target is None:
        return None
    newer = _in_effect(each for each in later if each.target == change.target)
    return None if newer is None else NewerChange(newer=newer)


def _in_effect(later: Iterable[Change]) -> int | None:
    """The newest of these that is not made up for by another of them.

    A change and its undo cancel each other; the undo of the undo stands again.
    """
    cancelled: set[int] = set()
    newest = None
    for each in sorted(later, key=lambda change: change.id):
        if each.id in cancelled:
            continue
        if each.undone_by is None:
            newest = each.id
        else:
            cancelled.add(each.undone_by)
    return newest

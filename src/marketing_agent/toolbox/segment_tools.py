"""Tools about segments: filters over friends, which are no tags."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from marketing_agent.core.facts import Method
from marketing_agent.core.segments import (
    FollowStatus,
    Linkage,
    SegmentConditions,
    SegmentId,
    as_json,
)
from marketing_agent.services import segments
from marketing_agent.services.segments import SegmentDraft, SegmentView
from marketing_agent.toolbox.linkage_blocks import shown_name
from marketing_agent.toolbox.registry import (
    Arguments,
    Block,
    ReadTool,
    ToolResult,
    WriteTool,
)

if TYPE_CHECKING:
    from marketing_agent.core.callers import Caller
    from marketing_agent.services.changes import Json, Write
    from marketing_agent.services.ground import Ground

LARGEST_ID: Final = 2**63 - 1
_LONGEST_TAG: Final = 60
_MOST_SHOWN: Final = 30


def _tag_names(names: list[str]) -> list[str]:
    if any(not 0 < len(name) <= _LONGEST_TAG or "\0" in name for name in names):
        raise ValueError("a tag's name has 1 to 60 characters")
    return names


TagNames = Annotated[list[str], Field(max_length=20), AfterValidator(_tag_names)]
SegmentNumber = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Status = Literal["following", "left", "not_yet"]
MadeBy = Literal["qr_link", "form_linkage", "import", "auto_link", "pin"]


class Conditions(Arguments):
    """All that is given has to hold; a list holds if one of its values does."""

    klaviyo_id_linkage: Literal["linked", "unlinked"] | None = None
    follow_status: list[Status] = Field(default=["following"], max_length=3)
    tags: TagNames = Field(default=[])
    without_tags: TagNames = Field(default=[])
    methods: list[MadeBy] = Field(default=[], max_length=5)
    linked_since: date | None = None
    linked_before: date | None = None
    followed_since: date | None = None
    followed_before: date | None = None

    def conditions(self) -> SegmentConditions:
        """All of them but the tags. Raises UnusableConditions."""
        linkage = self.klaviyo_id_linkage
        return SegmentConditions(
            linkage=None if linkage is None else Linkage(linkage),
            follow_status=frozenset(map(FollowStatus, self.follow_status)),
            methods=frozenset(map(Method, self.methods)),
            linked_since=self.linked_since,
            linked_before=self.linked_before,
            followed_since=self.followed_since,
            followed_before=self.followed_before,
        )


class CreateSegment(Conditions):
    """A segment to save, with a name of 1 to 60 characters."""

    name: str

    def draft(self) -> SegmentDraft:
        """What is to be saved. Raises SegmentName and UnusableConditions."""
        return SegmentDraft(
            name=self.name,
            conditions=self.conditions(),
            tags=tuple(self.tags),
            without_tags=tuple(self.without_tags),
        )


class DeleteSegment(Arguments):
    """The segment to delete."""

    segment_id: SegmentNumber


class ShowSegments(Arguments):
    """All segments, or one with the number of friends in it."""

    segment_id: SegmentNumber | None = None


class SegmentCard(Block):
    """A segment. `conditions` holds those that are set; tags stand by name."""

    segment_id: int
    name: str
    conditions: dict[str, Any]
    tags: list[str] = Field(default_factory=list)
    without_tags: list[str] = Field(default_factory=list)
    friends: int | None = None
    """How many it holds; None in a list."""


class SegmentList(Block):
    """The merchant's segments, newest first."""

    segments: list[SegmentCard]


class DeletedSegment(Block):
    """A segment that is gone; its friends are as they were."""

    segment_id: int
    name: str


def _create(ground: Ground, taken: CreateSegment) -> Write:
    return segments.create(ground, taken.draft())


def _delete(ground: Ground, taken: DeleteSegment) -> Write:
    return segments.delete(ground, SegmentId(taken.segment_id))


async def _tell_created(_ground: Ground, _caller: Caller, result: Json) -> ToolResult:
    card = SegmentCard(
        segment_id=result["segment_id"],
        name=shown_name(result["name"]),
        conditions=_without_ids(result["conditions"]),
        friends=result["friends"],
    )
    text = f'The segment "{card.name}" ({card.segment_id}) is saved.'
    return ToolResult(text=f"{text} It holds {card.friends} friends now.", block=card)


async def _tell_deleted(_ground: Ground, _caller: Caller, result: Json) -> ToolResult:
    block = DeletedSegment(
        segment_id=result["segment_id"], name=shown_name(result["name"])
    )
    text = f'The segment "{block.name}" is deleted. Its friends are as they were.'
    return ToolResult(text=text, block=block)


async def _show(ground: Ground, caller: Caller, taken: ShowSegments) -> ToolResult:
    if taken.segment_id is not None:
        segment = SegmentId(taken.segment_id)
        view, friends = await segments.show_one(ground, caller.merchant_id, segment)
        cards = [card_of(view, friends)]
    else:
        views = await segments.show(ground, caller.merchant_id)
        cards = [card_of(view) for view in views[:_MOST_SHOWN]]
    text = "\n".join(map(_line, cards)) or "There is no segment yet."
    return ToolResult(text=text, block=SegmentList(segments=cards))


def card_of(view: SegmentView, friends: int | None = None) -> SegmentCard:
    """A segment as a block."""
    segment = view.segment
    return SegmentCard(
        segment_id=segment.id,
        name=shown_name(segment.name),
        conditions=_without_ids(as_json(segment.conditions)),
        tags=[shown_name(name) for name in view.tags],
        without_tags=[shown_name(name) for name in view.without_tags],
        friends=friends,
    )


def _without_ids(conditions: Json) -> Json:
    """Tags are told by name; the condition is called as merchants know it."""
    told = {k: v for k, v in conditions.items() if k not in {"tags", "without_tags"}}
    if "linkage" in told:
        told = {"klaviyo_id_linkage": told.pop("linkage"), **told}
    return told


def _line(card: SegmentCard) -> str:
    asks = [f"{name} {_plain(value)}" for name, value in card.conditions.items()]
    asks += [f"tag {' or '.join(card.tags)}"] if card.tags else []
    asks += [f"without {' or '.join(card.without_tags)}"] if card.without_tags else []
    holds = "" if card.friends is None else f", {card.friends} friends now"
    wanted = "; ".join(asks) or "everyone"
    return f'- "{card.name}" ({card.segment_id}): {wanted}{holds}'


def _plain(value: Any) -> str:
    return " or ".join(value) if isinstance(value, list) else str(value)


TOOLS = (
    WriteTool(
        name="create_segment",
        takes=CreateSegment,
        gives=SegmentCard,
        write=_create,
        tell=_tell_created,
    ),
    WriteTool(
        name="delete_segment",
        takes=DeleteSegment,
        gives=DeletedSegment,
        write=_delete,
        tell=_tell_deleted,
    ),
    ReadTool(name="show_segments", takes=ShowSegments, gives=SegmentList, run=_show),
)

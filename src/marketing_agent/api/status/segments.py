"""Segments for the dashboard. Creating and deleting are tools; saving is a click.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status.people import ChangeMade, People
from marketing_agent.core.callers import Caller
from marketing_agent.core.segments import SegmentId
from marketing_agent.services import changes, segments
from marketing_agent.services.changes import Call
from marketing_agent.services.ground import Ground
from marketing_agent.toolbox.segment_tools import (
    LARGEST_ID,
    CreateSegment,
    SegmentCard,
    card_of,
)

Number = Annotated[int, Path(ge=1, le=LARGEST_ID)]


def segment_router(ground: Ground, signed_in: SignedIn) -> APIRouter:
    """The routes under /api/v1/segments."""
    router = APIRouter(prefix="/api/v1/segments", tags=["status"])
    person = Annotated[Caller, Depends(People(signed_in))]

    @router.get("")
    async def list_segments(caller: person) -> list[SegmentCard]:
        """All segments, newest first."""
        return [
            card_of(each) for each in await segments.show(ground, caller.merchant_id)
        ]

    @router.get("/{segment_id}")
    async def show_segment(segment_id: Number, caller: person) -> SegmentCard:
        """One segment, and how many friends it holds now."""
        view, friends = await segments.show_one(
            ground, caller.merchant_id, SegmentId(segment_id)
        )
        return card_of(view, friends)

    @router.put("/{segment_id}")
    async def save_segment(
        segment_id: Number, contents: CreateSegment, caller: person
    ) -> ChangeMade:
        """Give a segment another name and other conditions."""
        write = segments.update(ground, SegmentId(segment_id), contents.draft())
        arguments = {"segment_id": segment_id, **contents.model_dump(mode="json")}
        call = Call(tool="update_segment", arguments=arguments)
        made = await changes.made_at_once(ground, caller, call, write)
        return ChangeMade(change_id=made.change_id)

    return router

"""Control of segments, crowds and lists, for other processes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AwareDatetime, Field
from starlette.routing import Route

from marketing_agent.sandbox.klaviyo.control_requests import (
    Command,
    answer,
    done,
    read,
)
from marketing_agent.sandbox.klaviyo.crowd import LINE_USER_ID, line_user_of

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld


class NewSegment(Command):
    """Body of `POST /sandbox/segments`."""

    name: str
    segment_id: str | None = None


class SegmentState(Command):
    """Body of `PATCH /sandbox/segments/{id}`."""

    name: str | None = None
    is_active: bool | None = None
    is_processing: bool | None = None
    is_starred: bool | None = None


class NewMember(Command):
    """Body of `POST /sandbox/segments/{id}/members`."""

    profile_id: str
    joined_at: AwareDatetime | None = None


class NewCrowd(Command):
    """Body of `POST /sandbox/crowds`.

    Each member has a LINE User ID of its own under `property_name`; `segment_id` is the
    segment that they all are in.
    """

    count: Annotated[int, Field(ge=1, le=10_000_000)]
    segment_id: str | None = None
    property_name: str = LINE_USER_ID
    first: AwareDatetime | None = None
    spacing_seconds: Annotated[float, Field(ge=0)] = 1.0


class NewList(Command):
    """Body of `POST /sandbox/lists`."""

    name: str
    list_id: str | None = None
    opt_in_process: Literal["double_opt_in", "single_opt_in"] = "double_opt_in"


class Confirmation(Command):
    """Body of `POST /sandbox/lists/{id}/confirmations`."""

    profile_id: str


class GroupControl:
    """The control endpoints of segments, crowds and lists."""

    def __init__(self, world: KlaviyoWorld) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """List the routes to mount."""
        segment = "/sandbox/segments/{segment_id}"
        member = f"{segment}/members/{{profile_id}}"
        confirmations = "/sandbox/lists/{list_id}/confirmations"
        return [
            Route("/sandbox/segments", self.add_segment, methods=["POST"]),
            Route(segment, self.edit_segment, methods=["PATCH"]),
            Route(segment, self.remove_segment, methods=["DELETE"]),
            Route(f"{segment}/members", self.put_member, methods=["POST"]),
            Route(member, self.take_out_member, methods=["DELETE"]),
            Route("/sandbox/crowds", self.add_crowd, methods=["POST"]),
            Route("/sandbox/lists", self.add_list, methods=["POST"]),
            Route(confirmations, self.confirm, methods=["POST"]),
        ]

    async def add_segment(self, request: Request) -> Response:
        """Make a segment: 201 with its id."""
        new = await read(NewSegment, request)
        made = self._world.segments.add(new.name, segment_id=new.segment_id)
        return answer({"id": made}, 201)

    async def edit_segment(self, request: Request) -> Response:
        """Change a segment's name or state."""
        state = await read(SegmentState, request)
        changes = state.model_dump(exclude_none=True)
        self._world.segments.edit(request.path_params["segment_id"], **changes)
        return done()

    async def remove_segment(self, request: Request) -> Response:
        """Delete a segment."""
        self._world.segments.remove(request.path_params["segment_id"])
        return done()

    async def put_member(self, request: Request) -> Response:
        """Make a profile a member."""
        new = await read(NewMember, request)
        segment_id = request.path_params["segment_id"]
        self._world.segments.put(segment_id, new.profile_id, new.joined_at)
        return done()

    async def take_out_member(self, request: Request) -> Response:
        """Make a profile no member."""
        self._world.segments.take_out(**request.path_params)
        return done()

    async def add_crowd(self, request: Request) -> Response:
        """Seed a crowd: 201 with the first and the last id."""
        new = await read(NewCrowd, request)
        crowd = self._world.add_crowd(
            new.count,
            properties=lambda number: {
                new.property_name: line_user_of(number)[LINE_USER_ID]
            },
            first=new.first,
            spacing=timedelta(seconds=new.spacing_seconds),
        )
        if new.segment_id:
            self._world.segments.fill(new.segment_id, crowd)
        ends = {
            "first": crowd.profile_id(0),
            "last": crowd.profile_id(new.count - 1),
        }
        return answer(ends, 201)

    async def add_list(self, request: Request) -> Response:
        """Make a list: 201 with its id."""
        new = await read(NewList, request)
        made = self._world.lists.add(
            new.name, list_id=new.list_id, opt_in_process=new.opt_in_process
        )
        return answer({"id": made}, 201)

    async def confirm(self, request: Request) -> Response:
        """Follow the link of a double opt-in email."""
        confirmed = await read(Confirmation, request)
        list_id = request.path_params["list_id"]
        self._world.confirm_subscription(confirmed.profile_id, list_id)
        return done()

"""Live updates over server-sent events: which topics changed, and nothing about whom.

Annotations are evaluated at once here: FastAPI reads those of the inner functions.
"""

import json
import time
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel

from marketing_agent.api.agent_stream import EventStream
from marketing_agent.api.live.watchers import Watchers
from marketing_agent.api.signed_in import SignedIn
from marketing_agent.api.status.people import OnlyForPeople
from marketing_agent.core.callers import Caller, CallerKind
from marketing_agent.services.ground import Ground
from marketing_agent.services.live import Marks, Topic

_HEARTBEAT_S: Final = 15.0
_LONGEST_ID: Final = 200


class LiveEvent(BaseModel):
    """The data of one event. Its id is what `Last-Event-ID` takes."""

    topics: list[Topic]
    """What to look at again; none in the first event of a fresh stream."""
    count: int
    """Events of this stream so far, the first one is 1."""


_TOLD: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events, whose data is a LiveEvent, and a comment each 15 s",
        "content": {"text/event-stream": {"schema": LiveEvent.model_json_schema()}},
    }
}


def live_router(ground: Ground, signed_in: SignedIn, watchers: Watchers) -> APIRouter:
    """The route /api/v1/live."""
    router = APIRouter(prefix="/api/v1", tags=["live"])

    @router.get("/live", response_class=EventStream, responses=_TOLD)
    async def follow(
        request: Request,
        last_event_id: Annotated[str, Header(max_length=_LONGEST_ID)] = "",
    ) -> EventStream:
        """What changes from now on, or since Last-Event-ID; ends with the session."""
        session = signed_in.session(request)
        if session.caller.kind is not CallerKind.HUMAN:
            raise OnlyForPeople
        watchers.admit(session.caller)
        before = Marks.read(last_event_id)
        events = _events(ground, watchers, session.caller, session.until, before)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return EventStream(events, headers=headers)

    return router


async def _events(
    ground: Ground,
    watchers: Watchers,
    caller: Caller,
    until: datetime,
    before: Marks | None,
) -> AsyncIterator[str]:
    count, said_at = 0, time.monotonic()
    async with watchers.watching(caller) as looks:
        async for marks in looks:
            if ground.clock() >= until:
                return
            topics = [] if before is None else marks.changed_since(before)
            before = marks
            if topics or not count:
                count, said_at = count + 1, time.monotonic()
                told = LiveEvent(topics=topics, count=count).model_dump(mode="json")
                yield f"id: {marks}\ndata: {json.dumps(told)}\n\n"
            elif time.monotonic() - said_at >= _HEARTBEAT_S:
                said_at = time.monotonic()
                yield ": waiting\n\n"

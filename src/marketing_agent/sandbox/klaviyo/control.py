"""The control API under `/sandbox/`, for other processes; Klaviyo has nothing like it.

Plain JSON without a key: the sandbox holds invented people only.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import (
    TYPE_CHECKING,
    Annotated,
    Literal,
    TypeAlias,
    assert_never,
)

from pydantic import Field
from starlette.responses import JSONResponse
from starlette.routing import Route

from marketing_agent.sandbox.klaviyo.bodies import ProfileAttributes
from marketing_agent.sandbox.klaviyo.control_flows import FlowControl
from marketing_agent.sandbox.klaviyo.control_groups import GroupControl
from marketing_agent.sandbox.klaviyo.control_requests import (
    Command,
    answer,
    done,
    read,
)
from marketing_agent.sandbox.klaviyo.faults import (
    Answer,
    Close,
    Effect,
    Fault,
    Hang,
    Slow,
    Throttle,
    When,
)
from marketing_agent.sandbox.klaviyo.refusals import KlaviyoError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld


EffectName: TypeAlias = Literal["answer", "throttle", "hang", "slow", "close"]


class NewFault(Command):
    """Body of `POST /sandbox/faults`; see `faults.Fault`."""

    effect: EffectName
    status: Annotated[int, Field(ge=400, le=599)] = 503
    retry_after: Annotated[int, Field(ge=0)] = 1
    seconds: Annotated[float, Field(ge=0)] = 1.0
    when: When = "before"
    on: str = ""
    times: Annotated[int, Field(ge=1)] | None = None

    def fault(self) -> Fault:
        """Make the fault to switch on."""
        return Fault(
            effect=self._effect(), when=self.when, on=self.on, times=self.times
        )

    def _effect(self) -> Effect:
        match self.effect:
            case "answer":
                return Answer(self.status)
            case "throttle":
                return Throttle(self.retry_after)
            case "hang":
                return Hang()
            case "slow":
                return Slow(self.seconds)
            case "close":
                return Close()
            case _:
                assert_never(self.effect)


class MergeRequest(Command):
    """Body of `POST /sandbox/merge`."""

    source: str
    destination: str


class DeleteRequest(Command):
    """Body of `POST /sandbox/delete`."""

    profile_id: str


class Delays(Command):
    """Body of `PUT /sandbox/delays`, in seconds."""

    indexing: Annotated[float, Field(ge=0)] = 0
    events: Annotated[float, Field(ge=0)] = 0
    jobs: Annotated[float, Field(ge=0)] = 0


class Control:
    """The control endpoints of one world."""

    def __init__(self, world: KlaviyoWorld) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """List the routes to mount."""
        return [
            Route("/profile/{profile_id}", self.profile_page, methods=["GET"]),
            Route("/sandbox/state", self.state, methods=["GET"]),
            Route("/sandbox/calls", self.calls, methods=["GET"]),
            Route("/sandbox/profiles", self.add_profile, methods=["POST"]),
            Route("/sandbox/merge", self.merge, methods=["POST"]),
            Route("/sandbox/delete", self.delete, methods=["POST"]),
            Route("/sandbox/faults", self.add_fault, methods=["POST"]),
            Route("/sandbox/faults", self.clear_faults, methods=["DELETE"]),
            Route("/sandbox/delays", self.set_delays, methods=["PUT"]),
            *GroupControl(self._world).routes(),
            *FlowControl(self._world).routes(),
        ]

    async def profile_page(self, request: Request) -> Response:
        """Answer what Klaviyo's own screen of a profile shows, as plain data."""
        found = self._world.profile(request.path_params["profile_id"])
        events = [asdict(event) for event in self._world.events(found.id)]
        return answer({"profile": asdict(found), "events": events})

    async def state(self, _request: Request) -> Response:
        """Answer the account: profiles with all their properties, events, groups.

        Of crowds only those are told who were written to; `profile_count` has all.
        """
        world = self._world
        return answer(
            {
                "profile_count": world.profile_count(),
                "segments": [asdict(segment) for segment in world.segments.all()],
                "lists": [asdict(each) for each in world.lists.all()],
                "forms": [asdict(form) for form in world.forms.all()],
                "flows": [asdict(flow) for flow in world.flows.all()],
                "account": asdict(world.account),
                "profiles": [asdict(profile) for profile in world.profiles()],
                "events": [asdict(event) for event in world.events()],
                "held": world.faults.held,
            }
        )

    async def calls(self, _request: Request) -> Response:
        """Answer the log of calls, oldest first."""
        return answer({"calls": [asdict(call) for call in self._world.calls.all()]})

    async def add_profile(self, request: Request) -> Response:
        """Seed a profile: 201 with its id."""
        given = await read(ProfileAttributes, request)
        profile_id = self._world.add_profile(
            **given.changes(), properties=given.properties
        )
        return answer({"id": profile_id}, 201)

    async def merge(self, request: Request) -> Response:
        """Merge source into destination."""
        wanted = await read(MergeRequest, request)
        self._world.merge(wanted.source, wanted.destination)
        return done()

    async def delete(self, request: Request) -> Response:
        """Delete a profile."""
        wanted = await read(DeleteRequest, request)
        self._world.delete(wanted.profile_id)
        return done()

    async def add_fault(self, request: Request) -> Response:
        """Switch a fault on."""
        wanted = await read(NewFault, request)
        self._world.faults.add(wanted.fault())
        return done()

    async def set_delays(self, request: Request) -> Response:
        """Set how long things take that Klaviyo does afterwards."""
        delays = await read(Delays, request)
        self._world.indexing_delay = timedelta(seconds=delays.indexing)
        self._world.event_delay = timedelta(seconds=delays.events)
        self._world.jobs_delay = timedelta(seconds=delays.jobs)
        return done()

    async def clear_faults(self, _request: Request) -> Response:
        """Switch all faults off and release what is held."""
        self._world.faults.clear()
        return done()


async def refused(_request: Request, error: Exception) -> Response:
    """Answer a refusal outside the emulated API, as plain JSON."""
    assert isinstance(error, KlaviyoError)
    return JSONResponse({"error": error.detail, **error.meta}, error.status)

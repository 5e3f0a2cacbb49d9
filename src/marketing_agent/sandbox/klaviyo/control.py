"""The control API under `/sandbox/`, for other processes; Klaviyo has nothing like it.

Plain JSON without a key: the sandbox holds invented people only.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Literal,
    TypeAlias,
    TypeVar,
    assert_never,
)

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError
from pydantic_core import to_jsonable_python
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.klaviyo.bodies import ProfileAttributes
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
from marketing_agent.sandbox.klaviyo.refusals import Invalid, KlaviyoError

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


Body = TypeVar("Body", bound=BaseModel)
EffectName: TypeAlias = Literal["answer", "throttle", "hang", "slow", "close"]


class NewFault(_Body):
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


class MergeRequest(_Body):
    """Body of `POST /sandbox/merge`."""

    source: str
    destination: str


class DeleteRequest(_Body):
    """Body of `POST /sandbox/delete`."""

    profile_id: str


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
        ]

    async def profile_page(self, request: Request) -> Response:
        """Answer what Klaviyo's own screen of a profile shows, as plain data."""
        wanted = request.path_params["profile_id"]
        found = [each for each in self._world.profiles() if each.id == wanted]
        if not found:
            return _json({"error": "There is no such profile."}, 404)
        events = [asdict(event) for event in self._world.events(wanted)]
        return _json({"profile": asdict(found[0]), "events": events})

    async def state(self, _request: Request) -> Response:
        """Answer the account, every profile with all its properties, every event."""
        world = self._world
        return _json(
            {
                "account": asdict(world.account),
                "profiles": [asdict(profile) for profile in world.profiles()],
                "events": [asdict(event) for event in world.events()],
                "held": world.faults.held,
            }
        )

    async def calls(self, _request: Request) -> Response:
        """Answer the log of calls, oldest first."""
        return _json({"calls": [asdict(call) for call in self._world.calls.all()]})

    async def add_profile(self, request: Request) -> Response:
        """Seed a profile: 201 with its id."""
        given = await _body(ProfileAttributes, request)
        profile_id = self._world.add_profile(
            **given.changes(), properties=given.properties
        )
        return _json({"id": profile_id}, 201)

    async def merge(self, request: Request) -> Response:
        """Merge source into destination."""
        wanted = await _body(MergeRequest, request)
        self._world.merge(wanted.source, wanted.destination)
        return Response(status_code=204)

    async def delete(self, request: Request) -> Response:
        """Delete a profile."""
        wanted = await _body(DeleteRequest, request)
        self._world.delete(wanted.profile_id)
        return Response(status_code=204)

    async def add_fault(self, request: Request) -> Response:
        """Switch a fault on."""
        wanted = await _body(NewFault, request)
        self._world.faults.add(wanted.fault())
        return Response(status_code=204)

    async def clear_faults(self, _request: Request) -> Response:
        """Switch all faults off and release what is held."""
        self._world.faults.clear()
        return Response(status_code=204)


async def refused(_request: Request, error: Exception) -> Response:
    """Answer a refusal outside the emulated API, as plain JSON."""
    assert isinstance(error, KlaviyoError)
    return JSONResponse({"error": error.detail, **error.meta}, error.status)


async def _body(model: type[Body], request: Request) -> Body:
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        details = error.errors(include_input=False, include_url=False)
        raise Invalid("; ".join(f"{d['loc']}: {d['msg']}" for d in details)) from None


def _json(content: dict[str, Any] | JsonValue, status: int = 200) -> Response:
    return JSONResponse(to_jsonable_python(content), status)

"""Control of forms, their submissions, and flows, for other processes."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field
from starlette.routing import Route

from marketing_agent.sandbox.klaviyo.control_requests import (
    Command,
    answer,
    done,
    read,
)
from marketing_agent.sandbox.klaviyo.form_building import (
    Definition,
    VersionStatus,
    VersionType,
    popup_form,
)
from marketing_agent.sandbox.klaviyo.webhook_calls import CallMode

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld


class Popup(Command):
    """A definition in short; see `popup_form`."""

    steps: list[list[str]] = Field(default_factory=lambda: [["email"], ["phone"]])
    button_label: str = "Close"
    button_url: str | None = None
    list_id: str | None = None
    version_type: VersionType = "popup"

    def definition(self) -> Definition:
        """Write the definition."""
        return popup_form(**self.model_dump())


class FormState(Command):
    """Body of `PATCH /sandbox/forms/{id}`; `popup` stands for a definition."""

    name: str | None = None
    status: VersionStatus | None = None
    definition: dict[str, Any] | None = None
    popup: Popup | None = None

    def written(self) -> Definition | None:
        """Give the definition, if one is given either way."""
        return self.popup.definition() if self.popup else self.definition


class NewForm(FormState):
    """Body of `POST /sandbox/forms`; without a definition it is a plain popup."""

    name: str
    form_id: str | None = None
    status: VersionStatus = "live"


class Submission(Command):
    """Body of `POST /sandbox/forms/{id}/submissions`."""

    values: dict[str, str]
    step: str | None = None


class NewFlow(Command):
    """Body of `POST /sandbox/flows`; see `Flows.add_webhook_flow`."""

    name: str
    trigger: Literal["submitted_form", "subscribed_to_list"]
    url: str
    body: str
    headers: dict[str, str] = Field(default_factory=dict)
    form_id: str | None = None
    list_id: str | None = None
    status: Literal["draft", "manual", "live"] = "live"


class CallBehaviour(Command):
    """Body of `PUT /sandbox/flow-calls/mode`."""

    mode: CallMode = CallMode.NORMAL
    delay: Annotated[float, Field(ge=0)] = 0.0


class FlowControl:
    """The control endpoints of forms and flows."""

    def __init__(self, world: KlaviyoWorld) -> None:
        self._world = world

    def routes(self) -> list[Route]:
        """List the routes to mount."""
        form, flow = "/sandbox/forms/{form_id}", "/sandbox/flows/{flow_id}"
        calls = "/sandbox/flow-calls"
        return [
            Route("/sandbox/forms", self.add_form, methods=["POST"]),
            Route(form, self.edit_form, methods=["PATCH"]),
            Route(form, self.remove_form, methods=["DELETE"]),
            Route(f"{form}/submissions", self.submit, methods=["POST"]),
            Route("/sandbox/flows", self.add_flow, methods=["POST"]),
            Route(flow, self.remove_flow, methods=["DELETE"]),
            Route(calls, self.calls, methods=["GET"]),
            Route(f"{calls}/mode", self.behave, methods=["PUT"]),
            Route(f"{calls}/release", self.release, methods=["POST"]),
        ]

    async def add_form(self, request: Request) -> Response:
        """Make a form: 201 with its id."""
        new = await read(NewForm, request)
        made = self._world.forms.add(
            new.name,
            form_id=new.form_id,
            definition=new.written() or popup_form(),
            status=new.status,
        )
        return answer({"id": made}, 201)

    async def edit_form(self, request: Request) -> Response:
        """Change a form as the editor does."""
        state = await read(FormState, request)
        self._world.forms.edit(
            request.path_params["form_id"],
            state.written(),
            name=state.name,
            status=state.status,
        )
        return done()

    async def remove_form(self, request: Request) -> Response:
        """Delete a form."""
        self._world.forms.remove(request.path_params["form_id"])
        return done()

    async def submit(self, request: Request) -> Response:
        """Submit a form: 201 with the profile's id."""
        given = await read(Submission, request)
        form_id = request.path_params["form_id"]
        profile = self._world.submit_form(form_id, given.values, step=given.step)
        return answer({"profile_id": profile}, 201)

    async def add_flow(self, request: Request) -> Response:
        """Make a flow that calls a webhook: 201 with its id."""
        new = await read(NewFlow, request)
        made = self._world.flows.add_webhook_flow(**new.model_dump())
        return answer({"id": made}, 201)

    async def remove_flow(self, request: Request) -> Response:
        """Delete a flow."""
        self._world.flows.remove(request.path_params["flow_id"])
        return done()

    async def calls(self, _request: Request) -> Response:
        """Answer every POST that flows made, once all are answered or given up."""
        await self._world.flows_settled()
        return answer({"calls": [asdict(each) for each in self._world.flows.calls]})

    async def behave(self, request: Request) -> Response:
        """Let the next calls come twice, late, out of order, held, or not at all."""
        behaviour = await read(CallBehaviour, request)
        self._world.flows.webhooks.mode = behaviour.mode
        self._world.flows.webhooks.delay = behaviour.delay
        return done()

    async def release(self, _request: Request) -> Response:
        """Let the calls go that are being kept."""
        self._world.flows.webhooks.release()
        return done()

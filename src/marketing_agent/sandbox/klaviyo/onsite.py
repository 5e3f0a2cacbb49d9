"""What Klaviyo puts on a shop's pages: its script, the live forms, their submissions.

Nothing of this is in the published specification: the script behaves as Klaviyo's
documents and pages in the field show it.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.klaviyo.form_building import Part
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

_SCRIPT = files("marketing_agent.sandbox.klaviyo") / "onsite_pages" / "klaviyo.js"
_ANYWHERE = {"access-control-allow-origin": "*", "cache-control": "no-store"}


class Submission(BaseModel):
    """Body of a submission: what was typed so far, and the step if not all of it."""

    model_config = ConfigDict(extra="forbid")

    values: dict[str, str]
    step: str | None = None


def onsite_routes(world: KlaviyoWorld) -> list[Route]:
    """List the routes that browsers of a shop's visitors call."""
    onsite = _Onsite(world)
    return [
        Route("/onsite/js/klaviyo.js", onsite.script, methods=["GET"]),
        Route("/onsite/forms", onsite.forms, methods=["GET"]),
        Route("/onsite/forms/{form_id}/submissions", onsite.submit, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class _Onsite:
    world: KlaviyoWorld

    async def script(self, _: Request) -> Response:
        return Response(
            _SCRIPT.read_text("utf-8"), media_type="text/javascript", headers=_ANYWHERE
        )

    async def forms(self, request: Request) -> Response:
        live = self._live() if self._ours(request) else {}
        found = [{"id": id_, "version": version} for id_, version in live.items()]
        return JSONResponse({"forms": found}, headers=_ANYWHERE)

    async def submit(self, request: Request) -> Response:
        form_id = request.path_params["form_id"]
        if not self._ours(request) or form_id not in self._live():
            return JSONResponse({"error": "no such form"}, 404, _ANYWHERE)
        try:
            given = Submission.model_validate_json(await request.body())
        except ValidationError:
            return JSONResponse({"error": "send {values, step}"}, 400, _ANYWHERE)
        self.world.submit_form(form_id, given.values, step=given.step)
        return Response(status_code=202, headers=_ANYWHERE)

    def _live(self) -> dict[str, Part]:
        """The version that visitors see, of each form that is live."""
        return {form.id: form.live for form in self.world.forms.all() if form.live}

    def _ours(self, request: Request) -> bool:
        company = request.query_params.get("company_id")
        return company == self.world.account.public_id

"""The landing pages over HTTP, and the switch that fills them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.shop.landing import SWITCHES, Landing

if TYPE_CHECKING:
    import jinja2
    from starlette.requests import Request

    from marketing_agent.sandbox.shop.world import ShopWorld

_FILES = files("marketing_agent.sandbox.shop") / "pages" / "landing"
_TYPES = {"css": "text/css", "js": "text/javascript"}
_SERVED = ("landing.css", "landing.js", "phone.js")
_KINDS = ("popup", "inline", "app", "strict")


class NewLanding(BaseModel):
    """Body of `POST /sandbox/landing`: what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    embed_code: str | None = None
    company_id: str | None = None
    klaviyo_url: str | None = None
    forms: tuple[str, ...] | None = None


def landing_routes(world: ShopWorld, pages: jinja2.Environment) -> list[Route]:
    """List the landing pages' routes."""
    landing = _LandingPages(world, pages)
    return [
        Route("/landing", landing.page, methods=["GET"]),
        Route("/landing/{kind}", landing.page, methods=["GET"]),
        Route("/landing/files/{name}.{ending}", landing.file, methods=["GET"]),
        Route("/sandbox/landing", landing.fill, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class _LandingPages:
    world: ShopWorld
    pages: jinja2.Environment

    async def page(self, request: Request) -> Response:
        kind = request.path_params.get("kind", "popup")
        if kind not in _KINDS:
            raise HTTPException(404)
        landing = self.world.landing
        given = request.query_params
        switches = {name: given[name] for name in SWITCHES if name in given}
        html = self.pages.get_template("landing/page.html").render(
            shop=self.world,
            landing=landing,
            kind=kind,
            switches=switches,
            as_phone=given.get("device") == "phone",
        )
        headers = {"cache-control": "no-store"}
        if kind == "strict":
            headers["content-security-policy"] = landing.strict_policy()
        return HTMLResponse(html, headers=headers)

    async def file(self, request: Request) -> Response:
        name, ending = request.path_params["name"], request.path_params["ending"]
        if f"{name}.{ending}" not in _SERVED:
            raise HTTPException(404)
        content = (_FILES / f"{name}.{ending}").read_text("utf-8")
        return Response(content, media_type=_TYPES[ending])

    async def fill(self, request: Request) -> Response:
        try:
            given = NewLanding.model_validate_json(await request.body())
        except ValidationError as error:
            details = error.errors(include_input=False, include_url=False)
            wrong = "; ".join(f"{d['loc']}: {d['msg']}" for d in details)
            return JSONResponse({"error": wrong}, 400)
        self.world.landing = _filled(self.world.landing, given)
        return Response(status_code=204)


def _filled(landing: Landing, given: NewLanding) -> Landing:
    now: dict[str, Any] = {
        "embed_code": landing.embed_code,
        "company_id": landing.company_id,
        "klaviyo_url": landing.klaviyo_url,
        "forms": landing.forms,
    }
    return Landing(**now | given.model_dump(exclude_none=True))

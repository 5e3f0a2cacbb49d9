"""The account over HTTP: an ASGI application to serve on any port."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from marketing_agent.sandbox.klaviyo import control, wire
from marketing_agent.sandbox.klaviyo.account_operations import ACCOUNT_OPERATIONS
from marketing_agent.sandbox.klaviyo.event_operations import EVENT_OPERATIONS
from marketing_agent.sandbox.klaviyo.flow_operations import FLOW_OPERATIONS
from marketing_agent.sandbox.klaviyo.form_operations import FORM_OPERATIONS
from marketing_agent.sandbox.klaviyo.job_operations import JOB_OPERATIONS
from marketing_agent.sandbox.klaviyo.list_operations import LIST_OPERATIONS
from marketing_agent.sandbox.klaviyo.onsite import onsite_routes
from marketing_agent.sandbox.klaviyo.operations import Operation, endpoint
from marketing_agent.sandbox.klaviyo.profile_operations import PROFILE_OPERATIONS
from marketing_agent.sandbox.klaviyo.refusals import (
    KlaviyoError,
    MethodNotAllowed,
    NotFound,
)
from marketing_agent.sandbox.klaviyo.segment_operations import SEGMENT_OPERATIONS

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ExceptionHandler

    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

OPERATIONS: tuple[Operation, ...] = (
    *ACCOUNT_OPERATIONS,
    *PROFILE_OPERATIONS,
    *EVENT_OPERATIONS,
    *SEGMENT_OPERATIONS,
    *FORM_OPERATIONS,
    *FLOW_OPERATIONS,
    *LIST_OPERATIONS,
    *JOB_OPERATIONS,
)


def klaviyo_app(world: KlaviyoWorld) -> Starlette:
    """Serve the world under Klaviyo's paths, its control API under `/sandbox/`."""
    routes = [
        # Klaviyo answers with and without the slash; callers in the field use both.
        Route(
            operation.path + slash,
            endpoint(world, operation),
            methods=[operation.method],
        )
        for operation in OPERATIONS
        for slash in ("", "/")
    ]
    return Starlette(
        routes=[*routes, *onsite_routes(world), *control.Control(world).routes()],
        exception_handlers={
            HTTPException: _off_the_map(world),
            KlaviyoError: control.refused,
        },
    )


def _off_the_map(world: KlaviyoWorld) -> ExceptionHandler:
    """Give unknown paths and methods Klaviyo's error bodies too."""

    async def answer(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        unknown = error.status_code == HTTPStatus.NOT_FOUND
        kind = NotFound if unknown else MethodNotAllowed
        where = f"{request.method} {request.url.path}"
        return wire.error(kind(f"There is no {where}."), world.mint.uuid())

    return answer

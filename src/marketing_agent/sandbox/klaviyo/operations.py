"""The gate that every operation of the API stands behind.

A request meets, in this order: the faults that are switched on, the key, the revision,
the scope, the rate limit, and then the operation itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from marketing_agent.sandbox.klaviyo import wire
from marketing_agent.sandbox.klaviyo.calls import Call
from marketing_agent.sandbox.klaviyo.faults import BrokenResponse
from marketing_agent.sandbox.klaviyo.refusals import (
    Invalid,
    KlaviyoError,
    NotAuthenticated,
    PermissionDenied,
    WrongKey,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from marketing_agent.sandbox.klaviyo.limits import Tier
    from marketing_agent.sandbox.klaviyo.world import KlaviyoWorld

NEWEST_REVISION = "2026-10-15"
_REVISION = re.compile(r"(\d{4}-\d{2}-\d{2})(\.[a-z]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One request as an operation sees it; `base` is scheme and host."""

    base: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an operation answers; no document, no body. Text is JSON already."""

    status: int = 200
    document: wire.Json | str | None = field(default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Costly:
    """Values of a parameter that make a request count in a smaller tier of its own."""

    parameter: str
    values: frozenset[str]
    tier: Tier

    def asked_for(self, query: Mapping[str, str]) -> bool:
        """Whether a request asks for one of them."""
        return bool(self.values.intersection(query.get(self.parameter, "").split(",")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the API: where it is, what it needs, what it does."""

    method: str
    path: str
    scopes: tuple[str, ...]
    tier: Tier
    carry_out: Callable[[KlaviyoWorld, Ask], Reply]
    costly: tuple[Costly, ...] = ()

    def tier_of(self, query: Mapping[str, str]) -> Tier:
        """Tell the tier of a request with these parameters."""
        dear = (option.tier for option in self.costly if option.asked_for(query))
        return next(dear, self.tier)


def endpoint(
    world: KlaviyoWorld, operation: Operation
) -> Callable[[Request], Awaitable[Response]]:
    """Put the operation behind the gate, as a Starlette endpoint."""

    async def respond(request: Request) -> Response:
        began = world.now()
        ask = await _ask(request)
        fault = world.faults.take(request.method, request.url.path)
        try:
            response = await world.faults.strike(
                fault, lambda: _carried_out(world, operation, request, ask)
            )
        except KlaviyoError as error:
            response = wire.error(error, world.mint.uuid())
        broken = isinstance(response, BrokenResponse)
        world.calls.note(
            Call(
                method=request.method,
                path=request.url.path,
                query=tuple(request.query_params),
                status=None if broken else response.status_code,
                at=began,
            )
        )
        return response

    return respond


async def _ask(request: Request) -> Ask:
    return Ask(
        base=str(request.base_url).rstrip("/"),
        path={name: str(value) for name, value in request.path_params.items()},
        query=dict(request.query_params),
        body=await request.body(),
        content_type=request.headers.get("content-type", ""),
    )


def _carried_out(
    world: KlaviyoWorld, operation: Operation, request: Request, ask: Ask
) -> Response:
    try:
        with world.lock:
            _admit_key(world, request.headers.get("authorization"))
            _admit_revision(request.headers.get("revision"))
            for scope in operation.scopes:
                _admit_scope(world, scope)
            name = f"{operation.method} {operation.path}"
            world.catch_up()
            standing = world.limits.admit(name, operation.tier_of(ask.query))
            reply = operation.carry_out(world, ask)
    except KlaviyoError as error:
        return wire.error(error, world.mint.uuid())
    return wire.answer(reply.status, reply.document, standing.headers)


def _admit_key(world: KlaviyoWorld, authorization: str | None) -> None:
    scheme, _, key = (authorization or "").partition(" ")
    if scheme != "Klaviyo-API-Key" or not key:
        raise NotAuthenticated
    if key != world.private_key:
        raise WrongKey


def _admit_revision(revision: str | None) -> None:
    """Refuse a missing, misspelt or unknown revision (the header is required)."""
    written = _REVISION.fullmatch(revision or "")
    if not written or not _is_date(written[1]) or written[1] > NEWEST_REVISION:
        raise Invalid("The revision header is missing or invalid.", pointer="revision")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _admit_scope(world: KlaviyoWorld, scope: str) -> None:
    if world.scopes is not None and scope not in world.scopes:
        raise PermissionDenied(scope)

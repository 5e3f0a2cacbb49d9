"""Reading what a caller sent: bearer tokens, forms, JSON bodies."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from marketing_agent.sandbox.line.errors import messaging_error

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.line.accounts import Channel
    from marketing_agent.sandbox.line.grants import UserToken
    from marketing_agent.sandbox.line.world import LineWorld

UNAUTHORIZED = (
    "Authentication failed. Confirm that the access token in the authorization header "
    "is valid."
)


async def form_of(request: Request) -> dict[str, str]:
    """The text fields of a form body."""
    form = await request.form()
    return {key: value for key, value in form.items() if isinstance(value, str)}


async def json_of(request: Request) -> dict[str, object]:
    """The JSON object of a body; refused as LINE refuses a broken one."""
    try:
        body = json.loads(await request.body())
    except ValueError as error:
        raise messaging_error(400, "The request body is not valid JSON") from error
    if not isinstance(body, dict):
        raise messaging_error(400, "The request body must be a JSON object")
    return body


def bearer(request: Request) -> str:
    """The bearer token of a call, or nothing."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else ""


def user_token(world: LineWorld, request: Request, scope: str) -> UserToken:
    """The caller's user access token: 401 without one, 403 without the scope."""
    token = world.grants.user_token(bearer(request))
    if token is None:
        raise messaging_error(401, "invalid token")
    if scope not in token.scopes:
        raise messaging_error(403, f"{scope} scope is required")
    return token


def need_channel(world: LineWorld, request: Request, channel: Channel) -> None:
    """Refuse a caller without a live token of this channel."""
    if world.grants.channel_of(bearer(request)) != channel.id:
        raise messaging_error(401, UNAUTHORIZED)

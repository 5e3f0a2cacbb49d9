"""Stateless channel access tokens, as `channel-access-token.yml` describes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.line.arguments import form_of
from marketing_agent.sandbox.line.errors import login_error
from marketing_agent.sandbox.line.grants import CHANNEL_TOKEN_LIFE

if TYPE_CHECKING:
    from starlette.requests import Request

    from marketing_agent.sandbox.line.world import LineWorld


@dataclass(frozen=True, slots=True)
class ChannelTokens:
    """Hands out tokens to both channels, by ID and secret."""

    world: LineWorld

    def routes(self) -> list[Route]:
        """Starlette routes of the token endpoint."""
        return [Route("/oauth2/v3/token", self.issue, methods=["POST"])]

    async def issue(self, request: Request) -> Response:
        """A token of 15 minutes that cannot be revoked."""
        form = await form_of(request)
        if form.get("grant_type") != "client_credentials":
            raise login_error("invalid_request", "Invalid 'client_credentials'.")
        channel = self.world.channel(
            form.get("client_id", ""), form.get("client_secret", "")
        )
        if channel is None:
            raise login_error("invalid_client", "client authentication failed")
        return JSONResponse(
            {
                "token_type": "Bearer",
                "access_token": self.world.grants.issue_channel_token(channel.id),
                "expires_in": int(CHANNEL_TOKEN_LIFE.total_seconds()),
            }
        )

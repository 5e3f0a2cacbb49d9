"""The stage of these tests: channels, a merchant's server, the calls it makes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from marketing_agent.sandbox.line import Channel

if TYPE_CHECKING:
    import httpx
    from starlette.requests import Request

    from marketing_agent.sandbox.page import Page

LOGIN = Channel("1650000001", "login-secret-of-the-sandbox-0001")
MESSAGING = Channel("1650000002", "messaging-secret-of-the-sandbox-2")
LINE = "https://line.test"
CALLBACK = "https://shop.test/callback"


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


@dataclass
class Merchant:
    """The server that LINE calls: keeps what arrives, answers with `statuses`."""

    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)

    async def webhook(self, request: Request) -> Response:
        """Keep a delivery and answer the next status."""
        self.received.append((dict(request.headers), await request.body()))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    async def callback(self, _: Request) -> Response:
        """Show how many webhooks came before this page."""
        return HTMLResponse(f"<title>Shop</title><p>{len(self.received)} webhooks</p>")

    def app(self) -> Starlette:
        """Serve both."""
        return Starlette(
            routes=[
                Route("/webhook", self.webhook, methods=["POST"]),
                Route("/callback", self.callback),
            ]
        )

    def events(self) -> list[dict[str, object]]:
        """List the events received, in order of arrival."""
        bodies = [json.loads(body) for _, body in self.received]
        return [event for body in bodies for event in body["events"]]

    def types(self) -> list[object]:
        """List their types."""
        return [event["type"] for event in self.events()]


def authorize_url(**changed: str | None) -> str:
    """A good authorize URL, with parameters changed or (None) left out."""
    query = {
        "response_type": "code",
        "client_id": LOGIN.id,
        "redirect_uri": f"{CALLBACK}?ticket=t1",
        "state": "0123456789abcdef",
        "scope": "profile openid",
        "nonce": "feedface",
        "bot_prompt": "aggressive",
        **changed,
    }
    kept = {key: value for key, value in query.items() if value is not None}
    return f"{LINE}/oauth2/v2.1/authorize?{urlencode(kept)}"


def answer(page: Page) -> dict[str, str]:
    """What LINE put on the callback URL."""
    return {key: value[0] for key, value in parse_qs(urlsplit(page.url).query).items()}


async def exchange(
    line: httpx.AsyncClient, code: str, **changed: str | None
) -> httpx.Response:
    """Exchange a code as the login channel does."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": f"{CALLBACK}?ticket=t1",
        "client_id": LOGIN.id,
        "client_secret": LOGIN.secret,
        **changed,
    }
    kept = {key: value for key, value in form.items() if value is not None}
    return await line.post("/oauth2/v2.1/token", data=kept)


async def bearer(line: httpx.AsyncClient, channel: Channel) -> dict[str, str]:
    """The headers of a call with a fresh stateless token of a channel."""
    form = {
        "grant_type": "client_credentials",
        "client_id": channel.id,
        "client_secret": channel.secret,
    }
    response = await line.post("/oauth2/v3/token", data=form)
    return {"authorization": f"Bearer {response.json()['access_token']}"}

"""A shop with a custom QR code on a real database, LINE beside it, and a browser."""

from __future__ import annotations

import os
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
from starlette.applications import Starlette

from marketing_agent.api.customer import customer_routes
from marketing_agent.core.qr_links import LinkType, QrLink, QrLinkDraft
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.line.channel_tokens import ChannelTokens
from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.platforms.sender import Patience, Sender
from marketing_agent.sandbox.line import Bot, Channel, LineWorld, line_app
from marketing_agent.sandbox.network import Network
from marketing_agent.sandbox.phone import Phone
from marketing_agent.services.connections import LineChannels, connect_line
from marketing_agent.services.ground import Ground, Hosts, Work
from marketing_agent.storage import merchants, qr_links
from marketing_agent.storage.database import Database
from marketing_agent.storage.vault import Keys, Vault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SHOP = "https://links.test"
LINE = "https://line.test"
LOGIN = Channel("1650000001", "login-secret-of-the-sandbox-0001")
MESSAGING = Channel("1650000002", "messaging-secret-of-the-sandbox-2")
EMAIL = "hana.sato@mail.test"
POLICY = "https://shop.test/privacy"


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
class Wakes:
    """Takes the place of the worker: remembers what it was woken for."""

    heard: list[Work] = field(default_factory=list)

    async def __call__(
        self, work: Work, merchant_id: int, *, after: timedelta | None = None
    ) -> None:
        """Remember the work; merchant and delay are of no interest here."""
        del merchant_id, after
        self.heard.append(work)


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What a test of the customer's pages works with."""

    ground: Ground
    clock: Clock
    wakes: Wakes
    line: LineWorld
    network: Network
    app: Starlette
    merchant_id: int
    qr_link: QrLink

    def browser(self, language: str = "en") -> httpx.AsyncClient:
        """Open a browser with a cookie jar of its own, which follows no redirects."""
        return httpx.AsyncClient(
            transport=self.network,
            base_url=self.ground.public_url,
            headers={"accept-language": language},
        )

    def phone(self, user: str | None = None, language: str = "en") -> Phone:
        """Give the phone of a LINE user (None: a new one); a context manager."""
        holder = user or self.line.add_user("Hana Sato")
        return Phone(holder, language=language, transport=self.network)

    def linking_url(self, email: str = EMAIL) -> str:
        """The linking URL as it stands in this customer's email."""
        return f"{self.ground.public_url}/l/{self.qr_link.slug}?email={email}"

    async def landing_path(self) -> str:
        """Open the linking URL and say where it leads."""
        async with self.browser() as browser:
            answer = await browser.get(self.linking_url())
        return str(answer.headers["location"])


@asynccontextmanager
async def staged(
    database_url: str,
    *,
    shop: str = "Hana Coffee",
    account: str = "Hana Coffee LINE",
    privacy_policy_url: str | None = POLICY,
    public_url: str = SHOP,
    connected: bool = True,
) -> AsyncIterator[Stage]:
    """Set the stage: one merchant, one saved custom QR code that asks for an email."""
    async with AsyncExitStack() as stack:
        clock, wakes, network = Clock(), Wakes(), Network()
        line = _line(account, clock, network, public_url)
        stack.push_async_callback(line.aclose)
        http = await stack.enter_async_context(open_http(network))
        sender = Sender(http, patience=Patience(attempts=1))
        database = Database(database_url)
        stack.push_async_callback(database.dispose)
        ground = Ground(
            database=database,
            vault=Vault(Keys(data=[os.urandom(32)], index=os.urandom(32))),
            clock=clock,
            wake=wakes,
            sender=sender,
            line_tokens=ChannelTokens(LINE, sender),
            hosts=Hosts(line_access=LINE, line_api=LINE, line_add_friend=LINE),
            public_url=public_url,
        )
        merchant_id, qr_link = await _saved(ground, shop, privacy_policy_url)
        if connected:
            await connect_line(ground, merchant_id, _channels())
            wakes.heard.clear()
        app = Starlette(routes=customer_routes(ground))
        network.serve(httpx.URL(public_url).host, app)
        yield Stage(
            ground=ground,
            clock=clock,
            wakes=wakes,
            line=line,
            network=network,
            app=app,
            merchant_id=merchant_id,
            qr_link=qr_link,
        )


def _line(account: str, clock: Clock, network: Network, public_url: str) -> LineWorld:
    world = LineWorld(
        login_channel=LOGIN,
        messaging_channel=MESSAGING,
        bot=Bot(display_name=account),
        clock=clock,
        transport=network,
    )
    world.base_url = LINE
    world.register_callback(f"{public_url}/line/callback")
    network.serve("line.test", line_app(world))
    return world


def _channels() -> LineChannels:
    return LineChannels(
        login=LineChannel(id=LOGIN.id, secret=LOGIN.secret),
        messaging=LineChannel(id=MESSAGING.id, secret=MESSAGING.secret),
    )


async def _saved(
    ground: Ground, shop: str, privacy_policy_url: str | None
) -> tuple[int, QrLink]:
    draft = QrLinkDraft(
        name="Newsletter",
        link_type=LinkType.KLAVIYO_LINKAGE,
        email_variable="{{ email }}",
    )
    async with ground.database.transaction() as tx:
        merchant = await merchants.add(
            tx,
            name=shop,
            phone_region="JP",
            time_zone="Asia/Tokyo",
            privacy_policy_url=privacy_policy_url,
        )
        saved = await qr_links.save(tx, merchant.id, draft, ground.clock())
    return merchant.id, saved

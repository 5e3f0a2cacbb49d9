"""A shop of its own for one trial: the whole HTTP application on a cloned database.

Klaviyo and LINE stand beside it in this process, a second merchant lives in the same
database, and the clock stands still. No worker runs between two messages.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import httpx

from marketing_agent.agent.conversations import open_conversations
from marketing_agent.api.app import build_app
from marketing_agent.api.tokens import CallerTokens
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.line.channel_tokens import ChannelTokens
from marketing_agent.platforms.sender import Patience, Sender, Timing
from marketing_agent.platforms.web_pages import PageReader
from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.line import LineWorld, line_app
from marketing_agent.sandbox.line.accounts import AccountType
from marketing_agent.sandbox.network import Network
from marketing_agent.sandbox.shop import ShopWorld, shop_app
from marketing_agent.services.ground import Ground, Hosts
from marketing_agent.services.merchants import add_merchant
from marketing_agent.storage.database import Database
from marketing_agent.storage.vault import Keys, Vault
from tests.api.customer.stage import Clock, Wakes
from tests.desk import HOUSE, KLAVIYO, LINE, LOGIN, MESSAGING, Desk, connect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from marketing_agent.agent.models import ModelInUse
    from marketing_agent.core.callers import Caller
    from marketing_agent.platforms.limits import Notice, Tier
    from marketing_agent.toolbox.registry import Toolbox

Json = dict[str, Any]
_SHOP: Final = {"shop.test": "93.184.216.34"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who answers in the chat, and with which tools."""

    model: ModelInUse
    toolbox: Toolbox


@dataclass(slots=True, kw_only=True)
class Environment:
    """One shop. `desk` is replaced when the program starts again."""

    desk: Desk
    shop: ShopWorld
    agent: Agent
    database_url: str
    opened: AsyncExitStack = field(repr=False)

    async def restart(self) -> None:
        """End the program's part that talks, and start it anew on what was stored."""
        await self.desk.conversations.runs.aclose()
        self.desk = await _with_chat(self.desk, self.agent, self)

    async def get(self, path: str, caller: Caller | None = None) -> Json:
        """What a signed-in GET answers."""
        token = self.desk.tokens.token_for(caller or self.desk.caller())
        headers = {"Authorization": f"Bearer {token}"}
        answer = await self.desk.http.get(path, headers=headers)
        return dict(answer.json())


@asynccontextmanager
async def open_environment(
    database_url: str, agent: Agent
) -> AsyncIterator[Environment]:
    """Two connected merchants; nothing is set up yet at either."""
    async with AsyncExitStack() as opened:
        clock, network = Clock(), Network()
        klaviyo, line, shop = _platforms(clock, network)
        opened.push_async_callback(line.aclose)
        opened.push_async_callback(klaviyo.aclose)
        ground = await _ground(opened, database_url, clock, network)
        merchant = await add_merchant(
            ground, name="Hana Coffee", privacy_policy_url="https://shop.test/privacy"
        )
        neighbour = await add_merchant(ground, name="Tea Next Door")
        await connect(ground, klaviyo, merchant.id)
        desk = Desk(
            ground=ground,
            clock=clock,
            wakes=Wakes(),
            klaviyo=klaviyo,
            line=line,
            network=network,
            app=None,  # type: ignore[arg-type] # _with_chat gives these three
            conversations=None,  # type: ignore[arg-type]
            tokens=CallerTokens(os.urandom(32), clock),
            http=None,  # type: ignore[arg-type]
            merchant_id=merchant.id,
            neighbour_id=neighbour.id,
        )
        made = Environment(
            desk=desk, shop=shop, agent=agent, database_url=database_url, opened=opened
        )
        made.desk = await _with_chat(desk, agent, made)
        yield made


async def _with_chat(desk: Desk, agent: Agent, of: Environment) -> Desk:
    conversations = await of.opened.enter_async_context(
        open_conversations(desk.ground, agent.toolbox, agent.model, of.database_url)
    )
    app = build_app(desk.ground, agent.toolbox, desk.tokens, conversations)
    desk.network.serve("links.test", app)
    # What the app does not catch becomes a 500 here, as on a real server.
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    http = httpx.AsyncClient(transport=transport, base_url=HOUSE)
    http = await of.opened.enter_async_context(http)
    return replace(desk, app=app, conversations=conversations, http=http)


async def _ground(
    opened: AsyncExitStack, database_url: str, clock: Clock, network: Network
) -> Ground:
    sender = Sender(
        await opened.enter_async_context(open_http(network)),
        limits=_NoLimits(),
        patience=Patience(attempts=3),
        timing=Timing(sleep=_no_time),
    )
    database = Database(database_url)
    opened.push_async_callback(database.dispose)
    return Ground(
        database=database,
        vault=Vault(Keys(data=[os.urandom(32)], index=os.urandom(32))),
        clock=clock,
        wake=Wakes(),
        sender=sender,
        line_tokens=ChannelTokens(LINE, sender),
        hosts=Hosts(
            klaviyo_api=KLAVIYO,
            klaviyo_app=KLAVIYO,
            line_access=LINE,
            line_api=LINE,
            line_add_friend=LINE,
        ),
        public_url=HOUSE,
        pages=PageReader(transport=network, resolve=_resolve),
    )


def _platforms(
    clock: Clock, network: Network
) -> tuple[KlaviyoWorld, LineWorld, ShopWorld]:
    klaviyo = KlaviyoWorld(clock=clock, transport=network)
    klaviyo.limits.lift()
    line = LineWorld(
        login_channel=LOGIN, messaging_channel=MESSAGING, clock=clock, transport=network
    )
    line.base_url = LINE
    line.account_type = AccountType.VERIFIED
    line.register_callback(f"{HOUSE}/line/callback")
    shop = ShopWorld(customers=list)
    network.serve("klaviyo.test", klaviyo_app(klaviyo))
    network.serve("line.test", line_app(line))
    network.serve(_SHOP["shop.test"], shop_app(shop))
    return klaviyo, line, shop


class _NoLimits:
    """Takes the place of our own limits, which go by the real clock."""

    async def take(self, account: str, tier: Tier, *, background: bool) -> float:
        """Let every call be made now."""
        del account, tier, background
        return 0.0

    async def heard(self, account: str, tier: Tier, notice: Notice) -> None:
        """Learn nothing."""


async def _no_time(seconds: float) -> None:
    """Pause between two attempts without waiting: the sandbox's faults are counted."""
    del seconds
    await asyncio.sleep(0)


async def _resolve(host: str, port: int) -> Sequence[str]:
    del port
    return [_SHOP[host]] if host in _SHOP else []

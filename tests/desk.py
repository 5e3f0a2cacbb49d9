"""The merchant's desk: the whole HTTP application on a database of the test's own.

Klaviyo and LINE stand beside it in the same process, the clock stands still, and no
worker runs: what a test sees was written by the request itself.
"""

from __future__ import annotations

import os
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import httpx
import pytest_asyncio
from sqlalchemy import func, select

from marketing_agent.agent.conversations import Conversations, open_conversations
from marketing_agent.agent.models import ModelInUse
from marketing_agent.agent.scripted import ScriptedChatModel
from marketing_agent.api.app import build_app
from marketing_agent.api.tokens import CallerTokens
from marketing_agent.core.callers import Caller, CallerKind, Role
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.line.channel_tokens import ChannelTokens
from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.platforms.sender import Patience, Sender
from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.line import Channel, LineWorld, line_app
from marketing_agent.sandbox.network import Network
from marketing_agent.sandbox.phone import Phone
from marketing_agent.services import connections
from marketing_agent.services.friend_sync import sync_friends
from marketing_agent.services.ground import Ground, Hosts
from marketing_agent.services.line_events import drain_inbox
from marketing_agent.services.lookups import look_at_claims
from marketing_agent.services.merchants import add_merchant
from marketing_agent.services.write_back import drain_outbox
from marketing_agent.storage.database import Database
from marketing_agent.storage.tables import metadata
from marketing_agent.storage.vault import Keys, Vault
from marketing_agent.toolbox.catalogue import all_tools
from tests.api.customer.stage import Clock, Wakes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI
    from langchain_core.language_models import BaseChatModel

    from marketing_agent.toolbox.registry import Toolbox

HOUSE, KLAVIYO, LINE = "https://links.test", "https://klaviyo.test", "https://line.test"
LOGIN = Channel("1650000001", "login-secret-of-the-sandbox-0001")
MESSAGING = Channel("1650000002", "messaging-secret-of-the-sandbox-2")
EMAIL = {"name": "Newsletter", "email_variable": "{{ email }}"}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One connected merchant, a second one beside it, and the program's front door."""

    ground: Ground
    clock: Clock
    wakes: Wakes
    klaviyo: KlaviyoWorld
    line: LineWorld
    network: Network
    app: FastAPI
    conversations: Conversations
    tokens: CallerTokens
    http: httpx.AsyncClient
    merchant_id: int
    neighbour_id: int

    def caller(
        self,
        kind: CallerKind = CallerKind.HUMAN,
        role: Role = Role.OWNER,
        merchant_id: int | None = None,
    ) -> Caller:
        """Somebody, at this merchant if no other is named."""
        return Caller(
            subject="Mei of the shop",
            merchant_id=merchant_id or self.merchant_id,
            role=role,
            kind=kind,
        )

    async def post(
        self, path: str, body: Json, caller: Caller | None = None
    ) -> httpx.Response:
        """A POST with this caller's token."""
        token = self.tokens.token_for(caller or self.caller())
        headers = {"Authorization": f"Bearer {token}"}
        return await self.http.post(path, json=body, headers=headers)

    async def ask_approval(
        self, tool: str, arguments: Json, caller: Caller | None = None
    ) -> httpx.Response:
        """Say yes to this call, as this caller."""
        call = {"tool": tool, "arguments": arguments}
        return await self.post("/api/v1/approvals", call, caller)

    async def approve(self, tool: str, arguments: Json) -> str:
        """The owner's yes to this call: the approval's id."""
        answer = await self.ask_approval(tool, arguments)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["approval_id"])

    async def call(
        self,
        tool: str,
        arguments: Json | None = None,
        *,
        approval: str | None = None,
        caller: Caller | None = None,
    ) -> httpx.Response:
        """Call a tool, as this caller."""
        body = {"arguments": arguments or {}, "approval_id": approval}
        return await self.post(f"/api/v1/tools/{tool}", body, caller)

    async def offered(self, caller: Caller | None = None) -> list[Json]:
        """The tools that this caller may use."""
        token = self.tokens.token_for(caller or self.caller())
        headers = {"Authorization": f"Bearer {token}"}
        return list((await self.http.get("/api/v1/tools", headers=headers)).json())

    async def block(self, tool: str, arguments: Json | None = None) -> Json:
        """What a reading tool answers."""
        answer = await self.call(tool, arguments)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["block"])

    async def write(self, tool: str, arguments: Json) -> Json:
        """Approve a write, carry it out, and give its block."""
        approval = await self.approve(tool, arguments)
        answer = await self.call(tool, arguments, approval=approval)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["block"])

    async def join(self, line_user: str, url: str, *, add_friend: bool = True) -> None:
        """A customer opens this URL on a phone, logs in to LINE, adds the friend."""
        async with Phone(line_user, language="en", transport=self.network) as phone:
            consent = await phone.tap(await phone.open(url), "log-in")
            await phone.log_in(consent, add_friend=add_friend)
        await self.line.webhooks_settled()

    async def work(self) -> None:
        """What a worker would do now for this merchant."""
        await drain_inbox(self.ground, self.merchant_id)
        await sync_friends(self.ground, self.merchant_id)
        await look_at_claims(self.ground, self.merchant_id)
        await drain_outbox(self.ground, self.merchant_id)

    async def counts(self) -> dict[str, int]:
        """How many rows each table holds."""
        async with self.ground.database.transaction() as tx:
            return {
                name: await tx.scalar(select(func.count()).select_from(table)) or 0
                for name, table in metadata.tables.items()
            }


@cache
def _toolbox() -> Toolbox:
    """Read the pages once: nothing changes them."""
    return all_tools()


@asynccontextmanager
async def open_desk(
    database_url: str,
    *,
    connected: bool = True,
    model: BaseChatModel | None = None,
    tokens_per_day: int | None = None,
    toolbox: Toolbox | None = None,
) -> AsyncIterator[Desk]:
    """Set up the desk; without `connected` no platform is connected to it yet.

    `model` answers in the chat; without one nobody does. With `tokens_per_day` it
    counts as a language model that may use so many. `toolbox` is in place of all tools.
    """
    async with AsyncExitStack() as opened:
        clock, wakes, network = Clock(), Wakes(), Network()
        klaviyo, line = _platforms(clock, network)
        opened.push_async_callback(line.aclose)
        opened.push_async_callback(klaviyo.aclose)
        sender = Sender(
            await opened.enter_async_context(open_http(network)),
            patience=Patience(attempts=1),
        )
        database = Database(database_url)
        opened.push_async_callback(database.dispose)
        ground = Ground(
            database=database,
            vault=Vault(Keys(data=[os.urandom(32)], index=os.urandom(32))),
            clock=clock,
            wake=wakes,
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
            tokens_per_day=tokens_per_day or 0,
        )
        tokens = CallerTokens(os.urandom(32), clock)
        toolbox = toolbox or _toolbox()
        chat_model = model or ScriptedChatModel([])
        in_use = ModelInUse(
            name="scripted", chat_model=chat_model, built_in=tokens_per_day is None
        )
        conversations = await opened.enter_async_context(
            open_conversations(ground, toolbox, in_use, database_url)
        )
        app = build_app(ground, toolbox, tokens, conversations)
        network.serve("links.test", app)
        merchant = await add_merchant(ground, name="Hana Coffee")
        neighbour = await add_merchant(ground, name="Tea Next Door")
        if connected:
            await connect(ground, klaviyo, merchant.id)
        # What the app does not catch becomes a 500 here, as on a real server.
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        http = httpx.AsyncClient(transport=transport, base_url=HOUSE)
        yield Desk(
            ground=ground,
            clock=clock,
            wakes=wakes,
            klaviyo=klaviyo,
            line=line,
            network=network,
            app=app,
            conversations=conversations,
            tokens=tokens,
            http=await opened.enter_async_context(http),
            merchant_id=merchant.id,
            neighbour_id=neighbour.id,
        )


def _platforms(clock: Clock, network: Network) -> tuple[KlaviyoWorld, LineWorld]:
    klaviyo = KlaviyoWorld(clock=clock, transport=network)
    klaviyo.limits.lift()
    line = LineWorld(
        login_channel=LOGIN,
        messaging_channel=MESSAGING,
        clock=clock,
        transport=network,
    )
    line.base_url = LINE
    line.register_callback(f"{HOUSE}/line/callback")
    network.serve("klaviyo.test", klaviyo_app(klaviyo))
    network.serve("line.test", line_app(line))
    return klaviyo, line


async def connect(ground: Ground, klaviyo: KlaviyoWorld, merchant_id: int) -> None:
    """Connect both accounts to this merchant, as the operator's command does."""
    await connections.connect_klaviyo(ground, merchant_id, klaviyo.private_key)
    channels = connections.LineChannels(
        login=LineChannel(id=LOGIN.id, secret=LOGIN.secret),
        messaging=LineChannel(id=MESSAGING.id, secret=MESSAGING.secret),
    )
    await connections.connect_line(ground, merchant_id, channels)


@pytest_asyncio.fixture
async def desk(database_url: str) -> AsyncIterator[Desk]:
    """Give a desk on a database of its own."""
    async with open_desk(database_url) as opened:
        yield opened

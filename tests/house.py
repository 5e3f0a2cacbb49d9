"""The whole house for a journey: sandbox, program and worker on real ports.

Tests enter where a merchant (tool calls), a customer (a phone) or a platform (its
sandbox's switches) would, and look at the state of the world afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr

from marketing_agent.api.app import build_app
from marketing_agent.core.callers import Caller, CallerKind, Role
from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.sandbox.page import Page
from marketing_agent.sandbox.phone import Phone
from marketing_agent.sandbox.seed import PERSONAS, Persona
from marketing_agent.services import connections
from marketing_agent.services.merchants import add_merchant
from marketing_agent.settings import Settings
from marketing_agent.storage.vault import new_key
from marketing_agent.wiring.demo import working
from marketing_agent.wiring.installation import Installation, open_installation
from marketing_agent.wiring.serving import bound, serving
from marketing_agent.wiring.stage import Stage, set_stage

HANA, KENTA = PERSONAS[0], PERSONAS[1]
EMAIL = {"name": "Newsletter", "email_variable": "{{ email }}"}
BOTH = EMAIL | {"phone_variable": "{{ person.phone_number|default:'' }}"}
PATIENCE_S = 15.0

Json = dict[str, Any]
Found = TypeVar("Found")


async def eventually(look: Callable[[], Awaitable[Found | None]]) -> Found:
    """Look until there is something; TimeoutError after a long while."""
    async with asyncio.timeout(PATIENCE_S):
        while not (found := await look()):
            await asyncio.sleep(0.02)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One shop's running program, and everything around it."""

    program: Installation
    stage: Stage
    settings: Settings
    merchant_id: int
    http: httpx.AsyncClient

    # The merchant

    def caller(
        self, kind: CallerKind = CallerKind.HUMAN, role: Role = Role.OWNER
    ) -> Caller:
        """Somebody at this merchant."""
        return Caller(
            subject="test", merchant_id=self.merchant_id, role=role, kind=kind
        )

    async def post(
        self, path: str, body: Json, caller: Caller | None = None
    ) -> httpx.Response:
        """A signed-in POST."""
        token = self.program.tokens.token_for(caller or self.caller())
        headers = {"Authorization": f"Bearer {token}"}
        return await self.http.post(path, json=body, headers=headers)

    async def read(self, tool: str, arguments: Json | None = None) -> Json:
        """The block that a reading tool gives."""
        answer = await self.post(
            f"/api/v1/tools/{tool}", {"arguments": arguments or {}}
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["block"])

    async def approve(self, tool: str, arguments: Json) -> str:
        """A person's yes to this call."""
        answer = await self.post(
            "/api/v1/approvals", {"tool": tool, "arguments": arguments}
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["approval_id"])

    async def write(self, tool: str, arguments: Json) -> Json:
        """Approve a write, carry it out, and give its block."""
        approval_id = await self.approve(tool, arguments)
        call = {"arguments": arguments, "approval_id": approval_id}
        answer = await self.post(f"/api/v1/tools/{tool}", call)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["block"])

    async def email_everyone(self, arguments: Json | None = None) -> Json:
        """Create a custom QR code and send its link to every profile."""
        qr_link = await self.write("create_qr_link", arguments or EMAIL)
        self.stage.shop.send("Hello LINE", f"<p>{qr_link['email_link']}</p>")
        return qr_link

    async def status(self, person: Persona) -> Json:
        """Klaviyo Sync Info of this person."""
        return await self.read(
            "query_linkage_status", {"line_user_id": person.line_user_id}
        )

    # The customer

    def phone(self, person: Persona) -> Phone:
        """This person's phone; use it as an async context manager."""
        return Phone(person.line_user_id, language="en")

    async def landing(self, phone: Phone, person: Persona) -> Page:
        """Open the newest email and tap the link in it."""
        inbox = await phone.open(
            f"{self.stage.shop_url}/inbox/{self.profile_id(person)}"
        )
        mail = await phone.tap(inbox, "Hello LINE")
        return await phone.tap(mail, "/l/")

    async def join(self, person: Persona, *, add_friend: bool = True) -> Page:
        """The whole way: email, tap, login; gives the last page."""
        async with self.phone(person) as phone:
            landing = await self.landing(phone, person)
            consent = await phone.tap(landing, "/oauth2/v2.1/authorize")
            return await phone.log_in(consent, add_friend=add_friend)

    # The platforms

    def profile_id(self, person: Persona) -> str:
        """The Klaviyo profile with this person's email address."""
        found = (
            each.id
            for each in self.stage.klaviyo.profiles()
            if each.email == person.email
        )
        return next(found)

    def line_property(self, person: Persona) -> object:
        """The LINE User ID on this person's profile."""
        profile = self.stage.klaviyo.profile(self.profile_id(person))
        return profile.properties.get("LINE User ID")

    async def linked(self, person: Persona) -> Json:
        """Wait until this person is linked and Klaviyo has been told."""

        async def look() -> Json | None:
            info = await self.status(person)
            return info if info["linked"] and not info["sync_pending"] else None

        return await eventually(look)

    async def stands(self, person: Persona, code: str) -> Json:
        """Wait until this person's newest attempt stands at this outcome."""

        async def look() -> Json | None:
            info = await self.status(person)
            newest = info["attempts"][0] if info["attempts"] else None
            return info if newest and newest["code"] == code else None

        return await eventually(look)


@asynccontextmanager
async def open_house(
    database_url: str, *, with_worker: bool = True
) -> AsyncIterator[House]:
    """Build everything on a fresh database, and take it down in order."""
    async with AsyncExitStack() as opened:
        stage = await opened.enter_async_context(set_stage())
        listening = bound("127.0.0.1", 0)
        url = f"http://localhost:{listening.getsockname()[1]}"
        settings = stage.settings(
            Settings.model_construct(),
            database_url=database_url,
            public_url=url,
            data_key=SecretStr(new_key()),
            index_key=SecretStr(new_key()),
            token_key=SecretStr(new_key()),
        )
        program = await opened.enter_async_context(open_installation(settings))
        app = build_app(program.ground, program.toolbox, program.tokens)
        await opened.enter_async_context(serving(app, listening))
        if with_worker:
            await opened.enter_async_context(working(program, concurrency=4))
        merchant_id = await connected_merchant(program, stage)
        http = httpx.AsyncClient(base_url=url, timeout=PATIENCE_S)
        yield House(
            program=program,
            stage=stage,
            settings=settings,
            merchant_id=merchant_id,
            http=await opened.enter_async_context(http),
        )


async def connected_merchant(program: Installation, stage: Stage) -> int:
    """A merchant with both accounts connected; gives its id."""
    ground = program.ground
    stage.line.register_callback(f"{ground.public_url}/line/callback")
    merchant = await add_merchant(ground, name=stage.shop.name)
    await connections.connect_klaviyo(ground, merchant.id, stage.klaviyo.private_key)
    login, messaging = stage.line.login_channel, stage.line.messaging_channel
    channels = connections.LineChannels(
        login=LineChannel(id=login.id, secret=login.secret),
        messaging=LineChannel(id=messaging.id, secret=messaging.secret),
    )
    await connections.connect_line(ground, merchant.id, channels)
    return merchant.id

"""The whole house for a journey: sandbox, program and worker on real ports.

Tests enter where a merchant (tool calls), a customer (a phone) or a platform (its
sandbox's switches) would, and look at the state of the world afterwards.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
from pydantic import SecretStr
from sqlalchemy import text

from marketing_agent.agent.models import ModelInUse
from marketing_agent.agent.scripted import ScriptedChatModel
from marketing_agent.api.app import build_app
from marketing_agent.core.callers import Caller, CallerKind, Role
from marketing_agent.platforms.line.types import LineChannel
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.sandbox.line.faults import Fault, FaultKind
from marketing_agent.sandbox.phone import Phone
from marketing_agent.sandbox.seed import PERSONAS, Persona
from marketing_agent.services import connections
from marketing_agent.services.merchants import add_merchant
from marketing_agent.settings import Settings
from marketing_agent.storage import inbox, outbox, waiting_claims
from marketing_agent.storage.vault import new_key
from marketing_agent.wiring.installation import Installation, open_installation
from marketing_agent.wiring.serving import bound, serving
from marketing_agent.wiring.stage import Stage, set_stage
from marketing_agent.wiring.talking import talking
from marketing_agent.wiring.working import working

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from marketing_agent.sandbox.page import Page

HANA, KENTA = PERSONAS[0], PERSONAS[1]
EMAIL = {"name": "Newsletter", "email_variable": "{{ email }}"}
BOTH = EMAIL | {"phone_variable": "{{ person.phone_number|default:'' }}"}
PATIENCE_S = 15.0

NOBODY = ModelInUse(name="nobody", chat_model=ScriptedChatModel([]), built_in=False)
"""Answers in the chat where nobody talks: the planner takes a second to load."""

Json = dict[str, Any]
Found = TypeVar("Found")


async def eventually(look: Callable[[], Awaitable[Found | None]]) -> Found:
    """Look until there is something; TimeoutError after a long while."""
    async with asyncio.timeout(PATIENCE_S):
        while not (found := await look()):  # noqa: ASYNC110 - processes share no event
            await asyncio.sleep(0.02)
        return found


@dataclass(slots=True)
class Clock:
    """The real time, moved on by what a test has let pass; one for the whole house."""

    passed: timedelta = field(default_factory=timedelta)

    def __call__(self) -> datetime:
        """Tell the time."""
        return datetime.now(UTC) + self.passed

    def move(self, **by: float) -> None:
        """Let hours=, minutes= or seconds= pass at once."""
        self.passed += timedelta(**by)


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One shop's running program, and everything around it."""

    program: Installation
    stage: Stage
    settings: Settings
    merchant_id: int
    http: httpx.AsyncClient
    clock: Clock

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

    def of(self, merchant_id: int) -> House:
        """The same program, seen by another merchant."""
        return replace(self, merchant_id=merchant_id)

    # The customer

    def phone(self, person: Persona, language: str = "en") -> Phone:
        """This person's phone; use it as an async context manager."""
        return Phone(person.line_user_id, language=language)

    async def landing(self, phone: Phone, person: Persona) -> Page:
        """Open the newest email and tap the link in it."""
        inbox = await phone.open(
            f"{self.stage.shop_url}/inbox/{self.profile_id(person)}"
        )
        mail = await phone.tap(inbox, "Hello LINE")
        return await phone.tap(mail, "/l/")

    async def log_in(
        self, phone: Phone, landing: Page, *, add_friend: bool = True
    ) -> Page:
        """From the landing page through LINE's screens; gives the last page."""
        consent = await phone.tap(landing, "/oauth2/v2.1/authorize")
        return await phone.log_in(consent, add_friend=add_friend)

    async def join(
        self, person: Persona, *, add_friend: bool = True, url: str | None = None
    ) -> Page:
        """The whole way from the email, or from this URL; gives the last page."""
        async with self.phone(person) as phone:
            landing = await (phone.open(url) if url else self.landing(phone, person))
            return await self.log_in(phone, landing, add_friend=add_friend)

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

    def events(self, person: Persona) -> list[str]:
        """The names of the events on this person's profile."""
        found = self.stage.klaviyo.events(self.profile_id(person))
        return [each.metric.name for each in found]

    def correct(self, person: Persona, **attributes: str) -> None:
        """Edit this person's profile in Klaviyo, as its merchant can."""
        profile_id = self.profile_id(person)
        self.stage.klaviyo.edit_profile(profile_id, attributes, PropertyEdit())

    def fails(self, *, where: str, status: int = 500, times: int | None = None) -> None:
        """Let LINE's API answer so on this path until its faults are cleared."""
        fault = Fault(path=where, kind=FaultKind.STATUS, status=status, times=times)
        self.stage.line.faults.add(fault)

    # What becomes of it

    async def tick(self) -> None:
        """Do what every minute does, without waiting for the minute."""
        await self.program.wake_ups.tick()

    async def caught_up(self) -> None:
        """Let two minutes pass, and wait until all that was put off is done."""
        self.clock.move(minutes=2)
        await self.tick()
        await self.settled()

    async def settled(self) -> None:
        """Wait until LINE has sent everything and nothing is due any more."""
        await self.stage.line.webhooks_settled()

        async def nothing_due() -> bool:
            now = self.clock()
            async with self.program.ground.database.transaction() as tx:
                return not (
                    await inbox.merchants_with_waiting(tx)
                    or await waiting_claims.merchants_with_due(tx, now)
                    or await outbox.merchants_with_due(tx, now)
                )

        await eventually(nothing_due)

    async def linked_once(self, person: Persona) -> Json:
        """Wait until linked: one link, one audit row, the right property, one event."""
        info = await self.linked(person)
        assert info["profile_id"] == self.profile_id(person)
        assert [each["what"] for each in info["trail"]] == ["linked"]
        assert self.line_property(person) == person.line_user_id
        assert self.events(person) == ["Linked LINE Identity"]
        return info

    async def never_linked(self, person: Persona, code: str) -> Json:
        """Wait until it is decided: no link, and nothing of it in Klaviyo."""
        info = await self.stands(person, code)
        await self.settled()
        assert not info["linked"]
        assert info["trail"] == []
        assert self.line_property(person) is None
        assert self.events(person) == []
        return info

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
    database_url: str,
    *,
    with_worker: bool = True,
    model: ModelInUse | None = NOBODY,
) -> AsyncIterator[House]:
    """Build everything on a fresh database, and take it down in order."""
    clock = Clock()
    async with (
        set_stage(clock=clock) as stage,
        house_on(
            stage, clock, database_url, with_worker=with_worker, model=model
        ) as house,
    ):
        yield house


@asynccontextmanager
async def house_on(
    stage: Stage,
    clock: Clock,
    database_url: str,
    *,
    with_worker: bool = True,
    model: ModelInUse | None = NOBODY,
) -> AsyncIterator[House]:
    """Run the program and its worker; without a model the planner answers."""
    async with AsyncExitStack() as opened:
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
        installation = open_installation(settings, clock=clock)
        program = await opened.enter_async_context(installation)
        conversations = await opened.enter_async_context(
            talking(settings, program, model)
        )
        app = build_app(program.ground, program.toolbox, program.tokens, conversations)
        await opened.enter_async_context(serving(app, listening))
        if with_worker:
            await opened.enter_async_context(working(program, concurrency=4))
            await eventually(lambda: _has_a_worker(program))
        # Loading certificates for plain HTTP took a fifth of building a house.
        http = httpx.AsyncClient(base_url=url, timeout=PATIENCE_S, verify=False)  # noqa: S501
        yield House(
            program=program,
            stage=stage,
            settings=settings,
            merchant_id=await connected_merchant(program, stage),
            http=await opened.enter_async_context(http),
            clock=clock,
        )


async def _has_a_worker(program: Installation) -> bool:
    """Whether a worker has started: one stopped before takes twelve seconds to end."""
    async with program.ground.database.transaction() as tx:
        return bool(
            await tx.scalar(text("SELECT 1 FROM wake_ups.procrastinate_workers"))
        )


def environment_of(settings: Settings) -> dict[str, str]:
    """The same settings for a process of its own."""
    given = {name: getattr(settings, name) for name in Settings.model_fields}
    return {
        name.upper(): each.get_secret_value()
        if isinstance(each, SecretStr)
        else str(each)
        for name, each in given.items()
        if each is not None
    }


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

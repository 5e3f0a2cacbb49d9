"""A merchant with a Klaviyo account in the same process, and nothing else.

The clock stands still and no worker runs: `until_idle` does what wake-ups would.
"""

from __future__ import annotations

import os
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, text

from marketing_agent.core.facts import FactKey, FriendChange
from marketing_agent.core.signals import LineUserId, ProfileId
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.line.channel_tokens import ChannelTokens
from marketing_agent.platforms.sender import Patience, Sender
from marketing_agent.sandbox.klaviyo import KlaviyoWorld, klaviyo_app
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.sandbox.network import Network
from marketing_agent.services import connections, linking
from marketing_agent.services.ground import Ground, Hosts, Work
from marketing_agent.services.imports import settings
from marketing_agent.services.imports.progress import overview
from marketing_agent.services.imports.run import run_import
from marketing_agent.services.merchants import add_merchant
from marketing_agent.storage import friends, merchants, tables
from marketing_agent.storage.database import Database
from marketing_agent.storage.vault import Keys, Vault

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from marketing_agent.platforms.limits import Notice, Tier
    from marketing_agent.services.changes import Json
    from marketing_agent.services.imports.progress import Progress

KLAVIYO: Final = "https://klaviyo.test"
PROPERTY: Final = "line_uid"
_MOST_SLICES: Final = 200


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
    """Remembers what a worker would have been woken for, and when."""

    heard: list[tuple[Work, timedelta | None]] = field(default_factory=list)

    async def __call__(
        self, work: Work, merchant_id: int, *, after: timedelta | None = None
    ) -> None:
        """Remember it."""
        del merchant_id
        self.heard.append((work, after))


class NoLimits:
    """Takes the place of our own limits, which go by the real clock."""

    async def take(self, account: str, tier: Tier, *, background: bool) -> float:
        """Let every call be made now."""
        del account, tier, background
        return 0.0

    async def heard(self, account: str, tier: Tier, notice: Notice) -> None:
        """Learn nothing."""


def line_user(number: int) -> LineUserId:
    """The LINE user of this number."""
    return LineUserId(f"U{number:032x}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """The merchant, the segment "Old tool" in Klaviyo, and the worker's hands."""

    ground: Ground
    clock: Clock
    wakes: Wakes
    klaviyo: KlaviyoWorld
    merchant_id: int
    segment_id: str

    # In Klaviyo

    def member(self, value: object = None, **more: Any) -> ProfileId:
        """A profile of the segment; `value` is what its property holds."""
        profile = self.profile(value, **more)
        self.klaviyo.segments.put(self.segment_id, profile)
        return profile

    def profile(self, value: object = None, **more: Any) -> ProfileId:
        """A profile that is not in the segment."""
        held = {} if value is None else {PROPERTY: value}
        added = self.klaviyo.add_profile(properties={**held, **more})
        return ProfileId(added)

    def write(self, profile: ProfileId, value: object) -> None:
        """Change what the property of this profile holds; None empties it."""
        edit = PropertyEdit(set_to={PROPERTY: value})
        if value is None:
            edit = PropertyEdit(unset=(PROPERTY,))
        self.klaviyo.edit_profile(profile, {}, edit)

    def leave(self, profile: ProfileId) -> None:
        """Take this profile out of the segment."""
        self.klaviyo.segments.take_out(self.segment_id, profile)

    def requests(self) -> int:
        """How often Klaviyo has been asked so far."""
        return len(self.klaviyo.calls.all())

    # The merchant and the worker

    async def start(
        self, property_: str = PROPERTY, segment: str | None = None
    ) -> Json:
        """Start the import, without the approval."""
        write = settings.start(self.ground, segment or self.segment_id, property_)
        async with self.ground.database.merchant_transaction(self.merchant_id) as tx:
            return (await write(tx, self.merchant_id)).result

    async def stop(self) -> None:
        """Stop it."""
        async with self.ground.database.merchant_transaction(self.merchant_id) as tx:
            await settings.stop(self.ground)(tx, self.merchant_id)

    async def switch_integration(self, *, on: bool) -> None:
        """Pause everything, or go on."""
        async with self.ground.database.transaction() as tx:
            await merchants.switch_integration(tx, self.merchant_id, on=on)

    async def befriend(self, *numbers: int) -> None:
        """These LINE users add the account."""
        now = self.ground.clock()
        changes = [
            FriendChange(
                key=FactKey(f"follow:{number}:{now.isoformat()}"),
                at=now,
                stored=now,
                line_user=line_user(number),
                is_friend=True,
            )
            for number in numbers
        ]
        async with self.ground.database.merchant_transaction(self.merchant_id) as tx:
            await linking.settle(tx, self.merchant_id, changes, now)
            for change in changes:
                await friends.follow_changed(
                    tx,
                    self.merchant_id,
                    change.line_user,
                    following=True,
                    at=now,
                    now=now,
                )

    async def run(self) -> Progress:
        """Work until nothing is due now; gives the newest run."""
        for _ in range(_MOST_SLICES):
            self.wakes.heard.clear()
            await run_import(self.ground, self.merchant_id)
            if (Work.RUN_IMPORT, None) not in self.wakes.heard:
                break
        return (await overview(self.ground, self.merchant_id)).runs[0]

    async def next_cycle(self) -> Progress:
        """A quarter of an hour later."""
        self.clock.move(minutes=15)
        return await self.run()

    async def next_night(self) -> Progress:
        """Let the night's reading take place, and give its run."""
        self.clock.move(hours=24)
        for _ in range(_MOST_SLICES):
            await self.run()
            runs = (await overview(self.ground, self.merchant_id)).runs
            nights = [each for each in runs if each.run.extent == "reconcile"]
            if nights and not nights[0].is_running:
                return nights[0]
            self.clock.move(seconds=20)
        raise AssertionError("the night never ended")

    # What became of it

    async def links(self) -> dict[str, str]:
        """The profile of each linked LINE user."""
        async with self.ground.database.transaction() as tx:
            rows = await tx.execute(
                select(tables.links.c.line_user_id, tables.links.c.profile_id)
            )
            return {line_user: profile for line_user, profile in rows}  # noqa: C416

    async def outcomes(self) -> list[tuple[str, int, str | None]]:
        """Code, row and profile of every claim, in the order of their codes."""
        async with self.ground.database.transaction() as tx:
            found = tables.outcomes.c
            rows = await tx.execute(select(found.code, found.row, found.profile_id))
            return sorted((code, row, profile) for code, row, profile in rows)

    async def count(self, table: str) -> int:
        """How many rows a table has."""
        async with self.ground.database.transaction() as tx:
            return int(await tx.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 - names of ours


def _dated(app: ASGIApp, clock: Clock) -> ASGIApp:
    """Tell the time with every answer, as servers on real ports do."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(clock(), usegmt=True).encode()
                message["headers"] = [*message["headers"], (b"date", date)]
            await send(message)

        await app(scope, receive, tell)

    return served


@asynccontextmanager
async def open_stand(database_url: str) -> AsyncIterator[Stand]:
    """Set it up on a database of its own."""
    async with AsyncExitStack() as opened:
        clock, wakes, network = Clock(), Wakes(), Network()
        klaviyo = KlaviyoWorld(clock=clock)
        klaviyo.limits.lift()
        network.serve("klaviyo.test", _dated(klaviyo_app(klaviyo), clock))
        http = await opened.enter_async_context(open_http(network))
        sender = Sender(http, limits=NoLimits(), patience=Patience(attempts=1))
        database = Database(database_url)
        opened.push_async_callback(database.dispose)
        ground = Ground(
            database=database,
            vault=Vault(Keys(data=[os.urandom(32)], index=os.urandom(32))),
            clock=clock,
            wake=wakes,
            sender=sender,
            line_tokens=ChannelTokens("https://line.test", sender),
            hosts=Hosts(klaviyo_api=KLAVIYO, klaviyo_app=KLAVIYO),
            public_url="https://links.test",
        )
        merchant = await add_merchant(ground, name="Hana Coffee")
        await connections.connect_klaviyo(ground, merchant.id, klaviyo.private_key)
        yield Stand(
            ground=ground,
            clock=clock,
            wakes=wakes,
            klaviyo=klaviyo,
            merchant_id=merchant.id,
            segment_id=klaviyo.segments.add("Old tool"),
        )

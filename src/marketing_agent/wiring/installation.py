"""One running installation: database, keys, clients, wake-ups, toolbox."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Final

from marketing_agent.api.tokens import CallerTokens
from marketing_agent.jobs.queue import WakeUps
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.line.channel_tokens import ChannelTokens
from marketing_agent.platforms.sender import Sender
from marketing_agent.platforms.shared_limits import LimitsOfAllProcesses
from marketing_agent.platforms.web_pages import PageReader
from marketing_agent.services.erasure import forget_people
from marketing_agent.services.friend_filling import fill_friends
from marketing_agent.services.friend_sync import sync_friends
from marketing_agent.services.ground import Ground, Hosts, Work
from marketing_agent.services.imports.run import run_import
from marketing_agent.services.line_events import drain_inbox
from marketing_agent.services.lookups import look_at_claims
from marketing_agent.services.profile_watch import read_profiles
from marketing_agent.services.tick import tick
from marketing_agent.services.write_back import drain_outbox
from marketing_agent.storage.database import Database
from marketing_agent.storage.embedded import default_folder, embedded_server
from marketing_agent.storage.limit_windows import LimitWindows
from marketing_agent.storage.migrate import upgrade
from marketing_agent.storage.vault import Vault
from marketing_agent.wiring.keys import installation_keys

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from pathlib import Path

    from marketing_agent.services.ground import Clock
    from marketing_agent.settings import Settings
    from marketing_agent.toolbox.registry import Toolbox


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Everything a process of this program needs."""

    ground: Ground
    tokens: CallerTokens
    wake_ups: WakeUps
    database_url: str

    @property
    def toolbox(self) -> Toolbox:
        """All tools; a process that offers none does not wait for them."""
        return _toolbox()


@cache
def _toolbox() -> Toolbox:
    from marketing_agent.toolbox.catalogue import all_tools  # noqa: PLC0415

    return all_tools()


def now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_installation(
    settings: Settings, *, durable: bool = True, clock: Clock = now
) -> AsyncIterator[Installation]:
    """Start or reach the database, bring it up to date, and connect everything.

    Raises SetupMissing, which says what to do.
    """
    async with AsyncExitStack() as opened:
        url, folder = await _database(settings, opened, durable=durable)
        keys = installation_keys(settings, folder)
        database = Database(url)
        opened.push_async_callback(database.dispose)
        # Alembic would meet an address that leads nowhere with a traceback.
        async with database.transaction():
            pass
        await asyncio.to_thread(upgrade, url)
        http = await opened.enter_async_context(open_http())
        wake_ups = WakeUps(url, on_tick=lambda: tick(ground))
        sender = Sender(http, limits=LimitsOfAllProcesses(LimitWindows(database)))
        ground = Ground(
            database=database,
            vault=Vault(keys.vault),
            clock=clock,
            wake=_Waker(wake_ups),
            sender=sender,
            line_tokens=ChannelTokens(settings.line_api_url, sender),
            hosts=_hosts(settings),
            public_url=settings.public_url.rstrip("/"),
            tokens_per_day=settings.tokens_per_day,
            pages=PageReader(trusted=_origins(settings.trusted_pages)),
        )
        _register(wake_ups, ground)
        await opened.enter_async_context(wake_ups)
        yield Installation(
            ground=ground,
            tokens=CallerTokens(keys.token, clock),
            wake_ups=wake_ups,
            database_url=url,
        )


async def _database(
    settings: Settings, opened: AsyncExitStack, *, durable: bool
) -> tuple[str, Path | None]:
    """The database's URL, and the data folder when the server is our own."""
    if settings.database_url:
        return settings.database_url, None
    folder = settings.data_folder or default_folder()
    server = await opened.enter_async_context(embedded_server(folder, durable=durable))
    return server.url, server.folder


def _origins(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _hosts(settings: Settings) -> Hosts:
    return Hosts(
        klaviyo_api=settings.klaviyo_api_url.rstrip("/"),
        klaviyo_app=settings.klaviyo_app_url.rstrip("/"),
        line_access=settings.line_access_url.rstrip("/"),
        line_api=settings.line_api_url.rstrip("/"),
        line_add_friend=settings.line_add_friend_url.rstrip("/"),
    )


@dataclass(frozen=True, slots=True)
class _Waker:
    wake_ups: WakeUps

    async def __call__(
        self, work: Work, merchant_id: int, *, after: timedelta | None = None
    ) -> None:
        await self.wake_ups.wake(work.value, merchant_id, after=after)


HANDLERS: Final[Mapping[Work, Callable[[Ground, int], Awaitable[None]]]] = {
    Work.DRAIN_INBOX: drain_inbox,
    Work.LOOK_AT_CLAIMS: look_at_claims,
    Work.DRAIN_OUTBOX: drain_outbox,
    Work.READ_PROFILES: read_profiles,
    Work.RUN_IMPORT: run_import,
    Work.FILL_FRIENDS: fill_friends,
    Work.SYNC_FRIENDS: sync_friends,
    Work.FORGET_PEOPLE: forget_people,
}
"""What a worker does for a merchant when it is woken for each kind of work."""


def _register(wake_ups: WakeUps, ground: Ground) -> None:
    for work, handler in HANDLERS.items():
        wake_ups.register(work, partial(handler, ground))

"""What every service stands on: handed in once, by the wiring or by a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from marketing_agent.platforms.web_pages import PageReader

if TYPE_CHECKING:
    from marketing_agent.platforms.line.channel_tokens import ChannelTokens
    from marketing_agent.platforms.sender import Sender
    from marketing_agent.storage.database import Database
    from marketing_agent.storage.vault import Vault

Clock: TypeAlias = Callable[[], datetime]
"""Gives the time now: aware, UTC."""


class Work(StrEnum):
    """The wake-ups. Each one makes a worker look at what is due for a merchant."""

    DRAIN_INBOX = "drain_inbox"
    LOOK_AT_CLAIMS = "look_at_claims"
    DRAIN_OUTBOX = "drain_outbox"
    RUN_IMPORT = "run_import"
    FILL_FRIENDS = "fill_friends"
    SYNC_FRIENDS = "sync_friends"
    READ_PROFILES = "read_profiles"
    FORGET_PEOPLE = "forget_people"


ONE_TICK: Final = timedelta(minutes=1)
"""Work that is due sooner needs a wake-up of its own; the tick finds the rest."""


class Wake(Protocol):
    """Makes a worker look, now or after a while; harmless when repeated."""

    async def __call__(
        self, work: Work, merchant_id: int, *, after: timedelta | None = None
    ) -> None:
        """Return at once; never raise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Where the platforms are; the sandbox has other addresses. No slash at the end."""

    klaviyo_api: str = "https://a.klaviyo.com"
    klaviyo_app: str = "https://www.klaviyo.com"
    line_access: str = "https://access.line.me"
    line_api: str = "https://api.line.me"
    line_add_friend: str = "https://line.me"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The seams: database, keys, clock, wake-ups, HTTP, and our own public address."""

    database: Database
    vault: Vault
    clock: Clock
    wake: Wake
    sender: Sender
    line_tokens: ChannelTokens
    hosts: Hosts
    public_url: str
    """Our own https address as customers and LINE reach it, without a final slash."""
    tokens_per_day: int = 2_000_000
    """What a language model may use for one merchant on one day."""
    pages: PageReader = field(default_factory=PageReader)
    """Reads merchants' landing pages, and nothing in our own network."""

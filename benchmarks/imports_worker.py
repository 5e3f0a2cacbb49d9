"""A worker that does one merchant's import and nothing else, until nothing is due.

Run as `python -m benchmarks.imports_worker` with the settings as one JSON argument.
"""

from __future__ import annotations

import asyncio
import cProfile
import gc
import json
import pstats
import sys
from base64 import b64decode
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from benchmarks.logs import keep_quiet
from marketing_agent.platforms.http import open_http
from marketing_agent.platforms.line.channel_tokens import ChannelTokens
from marketing_agent.platforms.sender import Sender
from marketing_agent.services.ground import Ground, Hosts, Work
from marketing_agent.services.imports.run import run_import
from marketing_agent.storage.database import Database
from marketing_agent.storage.vault import Keys, Vault
from marketing_agent.wiring.serving import freeze_what_is_loaded
from tests.services.imports.stand import NoLimits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@dataclass(slots=True)
class Wakes:
    """When to look again."""

    after: timedelta | None = field(default=None)

    async def __call__(
        self, work: Work, merchant_id: int, *, after: timedelta | None = None
    ) -> None:
        """Remember it, for the import."""
        del merchant_id
        if work is Work.RUN_IMPORT:
            self.after = after or timedelta(0)


@asynccontextmanager
async def open_ground(given: dict[str, Any], wakes: Wakes) -> AsyncIterator[Ground]:
    """What the import stands on."""
    async with AsyncExitStack() as opened:
        http = await opened.enter_async_context(open_http())
        limits = None if given["limits"] else NoLimits()
        sender = Sender(http, limits=limits)
        database = Database(given["database_url"])
        opened.push_async_callback(database.dispose)
        keys = Keys(data=[b64decode(given["key"])], index=b64decode(given["key"]))
        yield Ground(
            database=database,
            vault=Vault(keys),
            clock=lambda: datetime.now(UTC),
            wake=wakes,
            sender=sender,
            line_tokens=ChannelTokens("http://localhost:1", sender),
            hosts=Hosts(klaviyo_api=given["klaviyo_url"]),
            public_url="http://localhost:1",
        )


async def _work(given: dict[str, Any]) -> None:
    wakes = Wakes()
    async with open_ground(given, wakes) as ground:
        while True:
            wakes.after = None
            await run_import(ground, given["merchant_id"])
            if wakes.after is None:
                return
            await asyncio.sleep(wakes.after.total_seconds())


def spare_the_collector() -> None:
    """As the program's own worker does: it took a sixth of the processor."""
    freeze_what_is_loaded()
    gc.set_threshold(50_000, 20, 20)


def main() -> None:
    """Work; with `profile`, say where the time went."""
    keep_quiet()
    spare_the_collector()
    given = json.loads(sys.argv[1])
    if not given.get("profile"):
        asyncio.run(_work(given))
        return
    profile = cProfile.Profile()
    profile.runcall(asyncio.run, _work(given))
    pstats.Stats(profile).sort_stats(given["profile"]).print_stats(45)


if __name__ == "__main__":
    main()

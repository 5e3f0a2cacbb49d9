"""The import at volume: `python -m benchmarks.imports --profiles 1000000`.

Klaviyo (the sandbox) and the worker each have a process of their own, beside the
database's; all share this machine's cores. Rate limits are lifted on both sides unless
`--limits` is given.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from base64 import b64encode
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from psycopg import AsyncConnection
from sqlalchemy import text

from benchmarks.figures import Figure, rounded
from benchmarks.imports_klaviyo import PROPERTY, klaviyo_of, line_user
from benchmarks.imports_worker import Wakes, open_ground
from benchmarks.logs import keep_quiet
from benchmarks.machine import this_machine
from benchmarks.processor_time import seconds_of, seconds_of_family
from marketing_agent.platforms.klaviyo import tiers
from marketing_agent.services import connections
from marketing_agent.services.imports import settings
from marketing_agent.services.imports.position import position_of
from marketing_agent.services.imports.progress import overview
from marketing_agent.services.merchants import add_merchant
from marketing_agent.storage.embedded import embedded_server
from marketing_agent.storage.migrate import upgrade
from tests.ground import data_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from benchmarks.imports_klaviyo import Klaviyo
    from marketing_agent.services.ground import Ground
    from marketing_agent.services.imports.progress import Progress

_PAGE: Final = 100
_LOOK_EVERY_S: Final = 1.0


@dataclass(slots=True, kw_only=True)
class Measured:
    """One run of the worker, from outside."""

    seconds: float
    requests: int
    memory_mb: list[float] = field(default_factory=list)
    kills: int = 0
    busy: dict[str, float] = field(default_factory=dict)
    """Processor seconds of each process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The merchant, and everything around the import."""

    ground: Ground
    klaviyo: Klaviyo
    merchant_id: int
    worker: dict[str, Any]
    postmaster: int
    profiles: int

    def busy(self) -> dict[str, float]:
        """Processor seconds so far."""
        return {
            "worker": resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
            + resource.getrusage(resource.RUSAGE_CHILDREN).ru_stime,
            "Klaviyo": seconds_of(self.klaviyo.pid),
            "PostgreSQL": seconds_of_family(self.postmaster),
        }

    async def start(self) -> None:
        """Put the import in force."""
        write = settings.start(self.ground, self.klaviyo.segment_id, PROPERTY)
        async with self.ground.database.merchant_transaction(self.merchant_id) as tx:
            await write(tx, self.merchant_id)
        self.klaviyo.requests()

    async def newest(self) -> Progress:
        """The newest run."""
        return (await overview(self.ground, self.merchant_id)).runs[0]

    async def execute(self, statement: str) -> Any:
        """One statement; gives a number if it selects one."""
        async with self.ground.database.transaction() as tx:
            found = await tx.execute(text(statement))
            return found.scalar_one() if found.returns_rows else None

    async def a_cycle_later(self) -> None:
        """Let the next run be due."""
        await self.execute("UPDATE imports SET next_run_at = now() - interval '1 s'")

    def measure(self, *, kills: int = 0, profile: str = "") -> Measured:
        """Let a worker do what is due; kill it so often on its way."""
        measured = Measured(seconds=0.0, requests=0)
        began, before = time.perf_counter(), self.busy()
        while True:
            patience = self._patience() if measured.kills < kills else None
            if self._worked(measured, patience, profile):
                break
            measured.kills += 1
        measured.seconds = time.perf_counter() - began
        measured.requests = self.klaviyo.requests()
        after = self.busy()
        measured.busy = {name: after[name] - before[name] for name in after}
        return measured

    def _patience(self) -> float:
        """Seconds until the next kill, so that they fall on the whole of the run."""
        return random.uniform(0.5, max(3.0, self.profiles / 40_000))  # noqa: S311

    def _worked(self, measured: Measured, patience: float | None, profile: str) -> bool:
        """Whether the worker ended by itself."""
        given = json.dumps({**self.worker, "profile": profile})
        process = subprocess.Popen(  # noqa: S603 - this very program
            [sys.executable, "-m", "benchmarks.imports_worker", given]
        )
        ends = None if patience is None else time.monotonic() + patience
        while process.poll() is None:
            measured.memory_mb.append(_memory_mb(process.pid))
            time.sleep(min(_LOOK_EVERY_S, patience or _LOOK_EVERY_S))
            if ends is not None and time.monotonic() > ends:
                process.send_signal(signal.SIGKILL)
                process.wait()
                return False
        assert process.returncode == 0
        return True


def _memory_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0.0
    for line in status.splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


@asynccontextmanager
async def _scene(
    profiles: int, *, friends: float, limits: bool
) -> AsyncIterator[Scene]:
    key = b64encode(os.urandom(32)).decode()
    with data_folder() as folder, klaviyo_of(profiles) as klaviyo:
        async with embedded_server(folder) as server:
            await asyncio.to_thread(upgrade, server.url)
            pid_file = next(folder.rglob("postmaster.pid")).read_text()
            worker = {
                "database_url": server.url,
                "klaviyo_url": klaviyo.url,
                "key": key,
                "limits": limits,
            }
            async with open_ground(worker, Wakes()) as ground:
                merchant = await add_merchant(ground, name="Hana Coffee")
                await connections.connect_klaviyo(
                    ground, merchant.id, klaviyo.private_key
                )
                known = range(int(profiles * friends))
                await _befriend(server.url, merchant.id, known)
                worker["merchant_id"] = merchant.id
                yield Scene(
                    ground=ground,
                    klaviyo=klaviyo,
                    merchant_id=merchant.id,
                    worker=worker,
                    postmaster=int(pid_file.split()[0]),
                    profiles=profiles,
                )


async def _befriend(url: str, merchant_id: int, numbers: range) -> None:
    """Let these LINE users have followed the account long ago."""
    body = '{"is_friend": true, "line_user": "%s"}'
    async with await AsyncConnection.connect(url) as connection:
        cursor = connection.cursor()
        async with cursor.copy(
            "COPY facts (merchant_id, key, kind, line_user_id, at, stored, body)"
            " FROM STDIN"
        ) as rows:
            for user in map(line_user, numbers):
                at = "2026-01-01T00:00:00Z"
                key = f"line:{user[1:27]}"
                row = (merchant_id, key, "FriendChange", user, at, at, body % user)
                await rows.write_row(row)
        async with cursor.copy(
            "COPY friends (merchant_id, line_user_id, following, following_since,"
            " first_seen, updated_at) FROM STDIN"
        ) as rows:
            for user in map(line_user, numbers):
                at = "2026-01-01T00:00:00Z"
                await rows.write_row((merchant_id, user, True, at, at, at))
    async with await AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("VACUUM ANALYZE")


async def _measure(asked: argparse.Namespace) -> list[Figure]:
    async with _scene(
        asked.profiles, friends=asked.friends, limits=asked.limits
    ) as scene:
        if asked.limits:
            scene.klaviyo.limit()
        await scene.start()
        full = await asyncio.to_thread(
            scene.measure, kills=asked.kills, profile=asked.profile
        )
        await _check(scene, asked.profiles, int(asked.profiles * asked.friends))
        figures = _of_full(asked, full, await scene.newest())
        if not asked.kills and not asked.limits:
            changed = max(1, asked.profiles // 500)
            await asyncio.to_thread(scene.klaviyo.edit, range(changed))
            await scene.a_cycle_later()
            some = await asyncio.to_thread(scene.measure)
            figures += _of_changes(some, changed, await scene.newest())
        return figures


async def _check(scene: Scene, profiles: int, friends: int) -> None:
    """Every link there once, and everything else as often."""
    run = await scene.newest()
    assert run.run.state == "done", run
    assert run.tally.profiles == run.tally.valid == profiles, run.tally
    for table, wanted in (
        ("links", friends),
        ("audit", friends),
        ("outcomes", profiles),
        ("sightings", profiles),
        ("facts", profiles + friends),
        ("outbox", 2 * friends),
    ):
        found = await scene.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - names of ours
        assert found == wanted, (table, found, wanted)


def _of_full(asked: argparse.Namespace, full: Measured, run: Progress) -> list[Figure]:
    least = -(-asked.profiles // _PAGE)
    how = f"{asked.profiles:,} profiles, {asked.friends:.0%} friends"
    killed = f", {full.kills} SIGKILLs" if full.kills else ""
    scanned_at = position_of(run.run.cursor).scanned_at or run.run.updated_at
    reading = (scanned_at - run.run.started_at).total_seconds()
    if asked.limits:
        return [_of_limits(full, reading, least)]
    memory = full.memory_mb or [0.0]
    half = memory[: len(memory) // 2] or memory
    busy = ", ".join(f"{name} {rounded(each)} s" for name, each in full.busy.items())
    return [
        Figure(
            what="import: profiles a second",
            value=asked.profiles / full.seconds,
            unit="/s",
            how=f"{how}{killed}; {rounded(full.seconds)} s; processors: {busy}",
        ),
        Figure(
            what="import: profiles read a second",
            value=asked.profiles / reading,
            unit="/s",
            how=f"pages read and stored in {rounded(reading)} s; the rest are claims",
        ),
        Figure(
            what="import: requests to the least possible",
            value=full.requests / least,
            unit="times",
            how=f"{full.requests:,} requests, least {least:,}{killed}",
        ),
        Figure(
            what="import: memory of the worker",
            value=max(memory),
            unit="MB",
            how=f"highest; in the first half {rounded(max(half))} MB",
        ),
    ]


def _of_limits(full: Measured, reading: float, least: int) -> Figure:
    """Against the time that the pages take at the pace that we allow ourselves."""
    steady = tiers.MEMBERS.quotas[-1]
    allowed = least / (steady.for_background / steady.seconds)
    return Figure(
        what="import with limits: time to read, of what the limits allow",
        value=100 * reading / allowed,
        unit="%",
        how=f"{least:,} pages in {rounded(reading)} s, {rounded(allowed)} s allowed; "
        f"{rounded(full.seconds)} s in all",
    )


def _of_changes(some: Measured, changed: int, run: Progress) -> list[Figure]:
    least = -(-changed // _PAGE)
    return [
        Figure(
            what="changes: requests to the least possible",
            value=some.requests / least,
            unit="times",
            how=f"{changed:,} changed, {some.requests} requests, "
            f"{run.tally.pairs} pairs",
        ),
        Figure(
            what="changes: time",
            value=some.seconds,
            unit="s",
            how="with the start of the worker's process",
        ),
    ]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.imports")
    parser.add_argument("--profiles", type=int, default=20_000)
    parser.add_argument("--friends", type=float, default=0.8)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--limits", action="store_true")
    parser.add_argument("--profile", default="", help="print where the time went, by")
    asked = parser.parse_args()
    keep_quiet()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print(this_machine())
    for figure in asyncio.run(_measure(asked)):
        print(f"| {figure.what} | {figure.shown} | {figure.how} |")


if __name__ == "__main__":
    main()

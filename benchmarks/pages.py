"""What a customer and LINE wait for, beside a bare Starlette route in the same run.

Both are served by the same uvicorn, each in a process of its own; one connection asks
them in turns, so that a noisy machine disturbs both alike. The ratio is the figure.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

import httpx

from benchmarks.connection import Connection
from benchmarks.figures import Figure
from benchmarks.servers import bare_server, program_server
from marketing_agent.sandbox.line import events
from tests.ground import new_ground
from tests.house import EMAIL, HANA, House, open_house

if TYPE_CHECKING:
    from collections.abc import Sequence

_REQUESTS: Final = 100
_ROUNDS: Final = 11

Ask: TypeAlias = Callable[[Connection], int]
"""Sends one request and gives the answer's status."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Route:
    what: str
    status: int
    requests: Sequence[Ask]
    """One after the other; the last round ends with the last one."""
    bare: Ask


def measure() -> list[Figure]:
    """The linking URL, the landing page, and LINE's webhook."""
    return asyncio.run(_measure())


async def _measure() -> list[Figure]:
    async with new_ground() as ground, ground.database() as database_url:
        async with open_house(database_url, with_worker=False) as house:
            link = await house.write("create_qr_link", EMAIL)
            path = urlsplit(link["linking_url"]).path + f"?email={HANA.email}"
            with program_server(house.settings) as ours, bare_server() as bare:
                routes = [*_pages(ours, path), _webhook(house)]
                return [_beside(route, ours, bare) for route in routes]


def _pages(ours: str, linking_path: str) -> list[_Route]:
    landing_path = httpx.get(f"{ours}{linking_path}").headers["location"]
    return [
        _Route(
            what="linking URL (`/l/{slug}`, a redirect)",
            status=303,
            requests=[lambda to: to.get(linking_path)],
            bare=lambda to: to.get("/"),
        ),
        _Route(
            what="landing page (`/link`)",
            status=200,
            requests=[lambda to: to.get(landing_path)],
            bare=lambda to: to.get("/"),
        ),
    ]


def _webhook(house: House) -> _Route:
    """Every delivery is new: it is checked and stored before it is answered."""
    line = house.stage.line
    assert line.webhooks.endpoint is not None
    path = urlsplit(line.webhooks.endpoint).path

    def asking(path: str) -> Ask:
        event = events.follow(HANA.line_user_id, datetime.now(UTC), unblocked=False)
        body = events.envelope(line.bot.user_id, event)
        signed = events.signature(line.messaging_channel.secret, body)
        return lambda to: to.post(path, body, {"x-line-signature": signed})

    return _Route(
        what="LINE webhook with one follow",
        status=200,
        requests=[asking(path) for _ in range((_ROUNDS + 1) * _REQUESTS)],
        bare=asking("/"),
    )


def _beside(route: _Route, ours: str, bare: str) -> Figure:
    asked = iter(list(route.requests) * (_REQUESTS * (_ROUNDS + 1)))
    ratios, took = [], []
    with Connection(ours) as to_ours, Connection(bare) as to_bare:
        for _ in range(_ROUNDS + 1):
            bare_s = _seconds(to_bare, [route.bare] * _REQUESTS, 200)
            next_ones = [next(asked) for _ in range(_REQUESTS)]
            ours_s = _seconds(to_ours, next_ones, route.status)
            ratios.append(ours_s / bare_s)
            took.append((ours_s / _REQUESTS, bare_s / _REQUESTS))
    ours_ms, bare_ms = (statistics.median(each) * 1000 for each in zip(*took[1:]))
    return Figure(
        what=f"{route.what} beside a bare route",
        value=statistics.median(ratios[1:]),
        unit="x",
        how=f"{ours_ms:.2f} ms to {bare_ms:.2f} ms; median of {_ROUNDS} rounds of "
        f"{_REQUESTS}, {min(ratios[1:]):.1f} to {max(ratios[1:]):.1f}",
    )


def _seconds(to: Connection, asking: Sequence[Ask], status: int) -> float:
    started = time.perf_counter()
    for ask in asking:
        assert ask(to) == status
    return time.perf_counter() - started

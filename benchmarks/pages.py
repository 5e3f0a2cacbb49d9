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
from itertools import cycle
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

import httpx

from benchmarks.connection import Connection
from benchmarks.figures import Figure, rounded, spread
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
    """One after the other, and again from the first."""
    bare: Ask


def measure() -> list[Figure]:
    """The linking URL, the landing page, and LINE's webhook."""
    return asyncio.run(_measure())


async def _measure() -> list[Figure]:
    async with (
        new_ground() as ground,
        ground.database() as database_url,
        open_house(database_url, with_worker=False) as house,
    ):
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
    asked = cycle(route.requests)
    bare_took, ours_took = [], []
    with Connection(ours) as to_ours, Connection(bare) as to_bare:
        for _ in range(_ROUNDS + 1):
            bare_took.append(_ms(to_bare, [route.bare] * _REQUESTS, 200))
            next_ones = [next(asked) for _ in range(_REQUESTS)]
            ours_took.append(_ms(to_ours, next_ones, route.status))
    # The first round warms up.
    return _figure(route.what, ours_took[1:], bare_took[1:])


def _ms(to: Connection, asking: Sequence[Ask], status: int) -> float:
    """What one request took on average."""
    started = time.perf_counter()
    for ask in asking:
        assert ask(to) == status
    return (time.perf_counter() - started) * 1000 / len(asking)


def _figure(what: str, ours: Sequence[float], bare: Sequence[float]) -> Figure:
    ratios = [mine / least for mine, least in zip(ours, bare, strict=True)]
    return Figure(
        what=f"{what} beside a bare route",
        value=statistics.median(ratios),
        unit="times",
        how=f"{rounded(statistics.median(ours))} ms to "
        f"{rounded(statistics.median(bare))} ms; rounds of {_REQUESTS}, "
        f"{spread(ratios, 'times')}",
    )

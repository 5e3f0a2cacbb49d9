"""A turn of the agent without its model: loop, one tool, memory, stream, over HTTP.

The scripted model answers at once, so what is left is ours: two steps of the loop, a
read from the database, five checkpoints, and the events to the last byte.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final

import httpx

from benchmarks.figures import Figure, percentile, rounded
from benchmarks.servers import bare_server, talking_server
from marketing_agent.agent.planner import built_in_planner
from tests.ground import new_ground
from tests.house import EMAIL, House, open_house

if TYPE_CHECKING:
    from collections.abc import Callable

_TURNS: Final = 300
_WARM_UP: Final = 20
_TURNS_A_THREAD: Final = 20


def measure() -> list[Figure]:
    """Turns over HTTP one after the other, and the built-in planner's own part."""
    return [*asyncio.run(_measure()), _planner()]


async def _measure() -> list[Figure]:
    async with (
        new_ground() as ground,
        ground.database() as database_url,
        open_house(database_url, with_worker=False) as house,
    ):
        await house.write("create_qr_link", EMAIL)
        everything = _TURNS + _WARM_UP
        with talking_server(house.settings, everything) as ours, bare_server() as bare:
            took = [_timed(_turn(house, ours), n) for n in range(everything)]
            least = [_timed(_bare(bare), n) for n in range(everything)]
    return _figures(took[_WARM_UP:], least[_WARM_UP:])


def _turn(house: House, url: str) -> Callable[[int], None]:
    token = house.program.tokens.token_for(house.caller())
    http = httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"})

    def turn(number: int) -> None:
        said = {"id": f"m{number}", "role": "user", "content": "Which ones are there?"}
        asked: dict[str, Any] = {
            "threadId": f"t{number // _TURNS_A_THREAD}",
            "runId": f"r{number}",
            "messages": [said],
        }
        answer = http.post("/api/v1/agent", json=asked)
        assert "There is one custom QR code." in answer.text, answer.text

    return turn


def _bare(url: str) -> Callable[[int], None]:
    http = httpx.Client(base_url=url)

    def ask(_: int) -> None:
        assert http.post("/", json={}).status_code == httpx.codes.OK

    return ask


def _timed(ask: Callable[[int], None], number: int) -> float:
    started = time.perf_counter()
    ask(number)
    return (time.perf_counter() - started) * 1000


def _figures(took: list[float], least: list[float]) -> list[Figure]:
    how = (
        f"{len(took)} turns with one tool, up to {_TURNS_A_THREAD} in a conversation; "
        f"slowest {rounded(max(took))} ms, bare route p50 "
        f"{rounded(percentile(least, 50))} ms"
    )
    return [
        Figure(
            what=f"a turn of the agent without its model, p{percent}",
            value=percentile(took, percent),
            unit="ms",
            how=how,
        )
        for percent in (50, 95)
    ]


def _planner() -> Figure:
    """How long the planner takes to read a sentence and decide, and to be made."""
    started = time.perf_counter()
    planner = built_in_planner()
    made = (time.perf_counter() - started) * 1000
    sentence = [("human", "Why is this friend not linked to Klaviyo?")]
    took = [_timed(lambda _: planner.invoke(sentence), n) for n in range(_TURNS)]
    return Figure(
        what="the built-in planner, one sentence, p95",
        value=percentile(took, 95),
        unit="ms",
        how=f"{_TURNS} times; p50 {rounded(percentile(took, 50))} ms; "
        f"made in {rounded(made)} ms",
    )

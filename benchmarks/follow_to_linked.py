"""From LINE's follow webhook to the link: customers who logged in and then add.

Everything is real: the sandbox signs and posts each webhook over HTTP, a worker drains
the inbox, `resolve` decides, and the database itself says when the link can be read.
Sandbox, program and worker share one process here, so two cores do the work of four.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from psycopg import AsyncConnection

from benchmarks.figures import Figure, percentile, rounded
from marketing_agent.sandbox.seed import Persona
from tests.ground import new_ground
from tests.house import EMAIL, House, eventually, open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.house import Json

_ALONE: Final = 200
_AT_ONCE: Final = 100
_LOGINS_AT_ONCE: Final = 8
_LINE_WAITS_S: Final = 30.0
"""Longer than LINE itself waits, so that a slow answer is measured and not lost."""

# The row becomes visible and the notification leaves in the same commit.
_SAY_WHEN_LINKED: Final = (
    """CREATE FUNCTION say_linked() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_notify('linked', NEW.line_user_id); RETURN NULL; END $$""",
    """CREATE TRIGGER say_linked AFTER INSERT ON links
    FOR EACH ROW EXECUTE FUNCTION say_linked()""",
    "LISTEN linked",
)


def measure() -> list[Figure]:
    """One customer after the other, then as many all at once."""
    return asyncio.run(_measure())


async def _measure() -> list[Figure]:
    async with (
        new_ground() as ground,
        ground.database() as database_url,
        open_house(database_url) as house,
    ):
        house.stage.line.webhooks.timeout = _LINE_WAITS_S
        link = (await house.write("create_qr_link", EMAIL))["linking_url"]
        people = [_person(number) for number in range(_ALONE + _AT_ONCE)]
        await _log_in(house, link.partition("?")[0], people)
        async with _watching(database_url) as linked:
            alone = await _one_by_one(house, linked, people[:_ALONE])
            burst = await _all_at_once(house, linked, people[_ALONE:])
    return [*(_percentile(alone, each) for each in (50, 99)), _last_of(burst)]


def _person(number: int) -> Persona:
    return Persona(
        key=f"benchmark {number}",
        first_name="Reader",
        last_name=str(number),
        email=f"reader{number}@mail.test",
        phone="",
        line_name=f"Reader {number}",
        language="en",
    )


async def _log_in(house: House, link: str, people: Sequence[Persona]) -> None:
    """Bring everyone to where only the friendship is missing."""
    at_once = asyncio.Semaphore(_LOGINS_AT_ONCE)

    async def log_in(person: Persona) -> None:
        house.stage.klaviyo.add_profile(email=person.email)
        house.stage.line.add_user(person.line_name, user_id=person.line_user_id)
        async with at_once, house.phone(person) as phone:
            landing = await phone.open(f"{link}?email={person.email}")
            consent = await phone.tap(landing, "/oauth2/v2.1/authorize")
            await phone.log_in(consent, add_friend=False)

    await asyncio.gather(*map(log_in, people))

    async def all_wait() -> bool:
        return _waiting(await house.read("query_linkage_status")) == len(people)

    await eventually(all_wait)


def _waiting(report: Json) -> int:
    counted = [e["count"] for e in report["attempts"] if e["code"] == "waiting_friend"]
    return sum(counted)


@dataclass(slots=True)
class _Linked:
    """When each LINE user's link could first be read."""

    at: dict[str, float] = field(default_factory=dict)

    async def wait(self, person: Persona) -> float:
        async def look() -> float | None:
            return self.at.get(person.line_user_id)

        return await eventually(look)


@asynccontextmanager
async def _watching(database_url: str) -> AsyncIterator[_Linked]:
    linked = _Linked()
    connection = await AsyncConnection.connect(database_url, autocommit=True)
    async with connection:
        for statement in _SAY_WHEN_LINKED:
            await connection.execute(statement)

        async def listen() -> None:
            async for notice in connection.notifies():
                linked.at[notice.payload] = time.perf_counter()

        listening = asyncio.create_task(listen())
        yield linked
        listening.cancel()


async def _one_by_one(
    house: House, linked: _Linked, people: Sequence[Persona]
) -> list[float]:
    took = []
    for person in people:
        started = time.perf_counter()
        await house.stage.line.follow(person.line_user_id)
        took.append(await linked.wait(person) - started)
    return took


async def _all_at_once(
    house: House, linked: _Linked, people: Sequence[Persona]
) -> list[float]:
    started = time.perf_counter()
    for person in people:
        await house.stage.line.follow(person.line_user_id)
    return [await linked.wait(person) - started for person in people]


def _percentile(took: Sequence[float], percent: int) -> Figure:
    return Figure(
        what=f"follow to linked, one at a time, p{percent}",
        value=percentile(took, percent) * 1000,
        unit="ms",
        how=f"{len(took)} customers; slowest {rounded(max(took) * 1000)} ms",
    )


def _last_of(took: Sequence[float]) -> Figure:
    return Figure(
        what=f"follow to linked, {len(took)} at once, until the last",
        value=max(took) * 1000,
        unit="ms",
        how=f"first after {rounded(min(took) * 1000)} ms",
    )

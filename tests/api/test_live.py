"""Live updates: which topics changed, told to whoever has a page open."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import httpx
import pytest
from sqlalchemy import event, insert

from marketing_agent.api.live.watchers import MOST_TABS
from marketing_agent.core.callers import Caller, CallerKind
from marketing_agent.storage.tables import approval_requests, import_runs
from marketing_agent.wiring.serving import bound, serving
from tests.api.asking import ask
from tests.api.status.shop import one_linked
from tests.desk import EMAIL

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Executable

    from tests.desk import Desk, Json

LIVE: Final = "/api/v1/live"
PATIENCE_S: Final = 20.0


class Tab:
    """One open page."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()
        self.last_id = ""

    async def next(self) -> Json:
        """Wait for the next event."""
        async with asyncio.timeout(PATIENCE_S):
            async for line in self._lines:
                name, _, text = line.partition(": ")
                if name == "id":
                    self.last_id = text
                elif name == "data":
                    return dict(json.loads(text))
        raise EOFError

    async def topics(self, *wanted: str) -> None:
        """Wait until all of these were named, in one event or several."""
        left = set(wanted)
        while left:
            left -= set((await self.next())["topics"])

    async def ended(self) -> bool:
        """Whether the stream comes to its end, in order and without another event."""
        with pytest.raises(EOFError):
            await self.next()
        return True


class House:
    """The program on a port, and tabs in front of it."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.desk = desk
        self.http = httpx.AsyncClient(base_url=url, timeout=PATIENCE_S)

    @asynccontextmanager
    async def tab(
        self, caller: Caller | None = None, last_id: str = ""
    ) -> AsyncIterator[Tab]:
        """A page that was opened, and has heard that it is."""
        token = self.desk.tokens.token_for(caller or self.desk.caller())
        headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": last_id}
        async with self.http.stream("GET", LIVE, headers=headers) as answer:
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert answer.headers["cache-control"] == "no-store"
            tab = Tab(answer)
            if not last_id:
                assert await tab.next() == {"topics": [], "count": 1}
            yield tab


@pytest.fixture
async def house(desk: Desk) -> AsyncIterator[House]:
    """Give the desk behind a port."""
    async with serving(desk.app, bound("127.0.0.1", 0)) as url:
        made = House(desk, url)
        async with made.http:
            yield made


async def test_every_tab_hears_it_and_the_neighbour_does_not(house: House) -> None:
    """Two tabs and a neighbour's: a write here is news for the two alone."""
    desk = house.desk
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    async with house.tab() as one, house.tab() as two, house.tab(neighbour) as theirs:
        await desk.write("create_qr_link", EMAIL)
        await asyncio.gather(one.topics("changes"), two.topics("changes"))

        async with desk.ground.database.transaction() as tx:
            await tx.execute(_request(desk.neighbour_id))
        heard = await theirs.next()

    assert heard == {"topics": ["approvals"], "count": 2}, "nothing of ours before"


async def test_a_linked_customer_is_heard_of_and_not_named(house: House) -> None:
    """Links, friends and reviews may have changed; nobody is named."""
    async with house.tab() as tab:
        await one_linked(house.desk)
        await tab.topics("links", "friends", "reviews", "changes")
        assert len(tab.last_id) < 100
        parts = tab.last_id.split(".")
        assert all(int(part, 16) >= 0 for part in parts)


async def test_an_import_s_progress_is_heard(house: House) -> None:
    """Each step of a run is news, also where it takes no time."""
    desk = house.desk
    async with house.tab() as tab:
        async with desk.ground.database.transaction() as tx:
            await tx.execute(_run(desk))
        assert (await tab.next())["topics"] == ["imports"]
        async with desk.ground.database.transaction() as tx:
            await tx.execute(import_runs.update().values(requests=7))
        assert (await tab.next())["topics"] == ["imports"]


async def test_what_changed_while_away_is_told_first(house: House) -> None:
    """By the id of the last event; an id that is none of ours begins anew."""
    desk = house.desk
    async with house.tab() as tab:
        last_id = tab.last_id
    await desk.write("create_qr_link", EMAIL)
    async with house.tab(last_id=last_id) as tab:
        back = await tab.next()
        assert back["topics"] == ["friends", "changes", "reviews"]
    for odd in ("x", ".....", "9" * 199):
        async with house.tab(last_id=odd) as tab:
            assert (await tab.next())["count"] == 1


async def test_many_tabs_cost_one_query_a_second(house: House) -> None:
    """Ten tabs of two people: one look each second, and none once all are closed."""
    looks: list[float] = []
    fourth = asyncio.Event()
    engine = house.desk.ground.database._engine.sync_engine

    def count(*given: object) -> None:
        if "first_seen" in str(given[2]) and "string_agg" in str(given[2]):
            looks.append(time.monotonic())
            if len(looks) == 4:
                fourth.set()

    event.listen(engine, "before_cursor_execute", count)
    ken = Caller(
        subject="Ken",
        merchant_id=house.desk.merchant_id,
        role=house.desk.caller().role,
        kind=CallerKind.HUMAN,
    )
    async with AsyncExitStack() as opened:
        for caller in [house.desk.caller(), ken] * 5:
            await opened.enter_async_context(house.tab(caller))
        looks.clear()
        fourth.clear()
        async with asyncio.timeout(PATIENCE_S):
            await fourth.wait()
    assert min(after - before for before, after in pairwise(looks)) > 0.9
    watchers = house.desk.app.state.watchers
    async with asyncio.timeout(PATIENCE_S):
        while watchers._watches:  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.05)
    assert not watchers._tabs


async def test_it_ends_with_the_session(house: House) -> None:
    """When the sign-in is over the stream is, too; opening it again is a 401."""
    token = house.desk.tokens.token_for(house.desk.caller())
    async with house.tab() as tab:
        house.desk.clock.move(hours=13)
        assert await tab.ended()
    headers = {"Authorization": f"Bearer {token}"}
    assert (await house.http.get(LIVE, headers=headers)).status_code == 401


async def test_stopping_the_program_ends_the_streams_at_once(desk: Desk) -> None:
    """The end comes in order, long before the server's patience of 5 s is over."""
    async with AsyncExitStack() as opened:
        server = serving(desk.app, bound("127.0.0.1", 0))
        house = House(desk, await server.__aenter__())
        await opened.enter_async_context(house.http)
        tab = await opened.enter_async_context(house.tab())
        began = time.monotonic()
        stopping = asyncio.create_task(server.__aexit__(None, None, None))
        assert await tab.ended()
        await stopping
        assert time.monotonic() - began < 4


async def test_one_person_cannot_open_endlessly_many(house: House) -> None:
    """The next one is a 429; somebody else's page still opens."""
    async with AsyncExitStack() as opened:
        for _ in range(MOST_TABS):
            await opened.enter_async_context(house.tab())
        refused = await ask_live(house)
        assert (refused.status_code, refused.json()["error"]) == (429, "TooManyTabs")
        assert int(refused.headers["retry-after"]) > 0
        other = house.desk.caller(merchant_id=house.desk.neighbour_id)
        await opened.enter_async_context(house.tab(other))


async def test_only_signed_in_people_may_listen(desk: Desk) -> None:
    """Nobody and no program; what cannot be read is refused before it begins."""
    assert (await desk.http.get(LIVE)).status_code == 401
    program = await ask(desk, "GET", "/live", caller=desk.caller(CallerKind.MCP))
    assert (program.status_code, program.json()["error"]) == (403, "OnlyForPeople")
    token = desk.tokens.token_for(desk.caller())
    headers = {"Authorization": f"Bearer {token}", "Last-Event-ID": "x" * 201}
    assert (await desk.http.get(LIVE, headers=headers)).status_code == 422
    assert (await desk.http.post(LIVE)).status_code == 405


async def ask_live(house: House) -> httpx.Response:
    """A request that is expected to be refused."""
    token = house.desk.tokens.token_for(house.desk.caller())
    return await house.http.get(LIVE, headers={"Authorization": f"Bearer {token}"})


def _request(merchant_id: int) -> Executable:
    now = "2026-11-23T09:00:00Z"
    return insert(approval_requests).values(
        merchant_id=merchant_id,
        id="r",
        tool="set_auto_link",
        arguments={},
        request_id="1",
        outlook={},
        asked_by="a program",
        asked_kind="mcp",
        asked_at=now,
        expires_at=now,
    )


def _run(desk: Desk) -> Executable:
    now = desk.ground.clock()
    return insert(import_runs).values(
        merchant_id=desk.merchant_id,
        kind="import",
        generation=1,
        state="running",
        phase="read",
        counts={},
        started_at=now,
        updated_at=now,
    )

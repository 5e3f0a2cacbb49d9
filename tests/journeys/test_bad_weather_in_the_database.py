"""The database goes away for a moment under a running house."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest_asyncio

from marketing_agent.storage.embedded import embedded_server, stop_server
from tests.ground import data_folder
from tests.house import HANA, House, eventually, open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest_asyncio.fixture
async def folder() -> AsyncIterator[Path]:
    """Give a data folder for a server that only this test uses."""
    with data_folder() as place:
        yield place


@asynccontextmanager
async def house_in(folder: Path) -> AsyncIterator[House]:
    """Give a house whose database can be stopped."""
    async with (
        embedded_server(folder, durable=False) as server,
        open_house(server.url) as house,
    ):
        yield house


async def test_while_the_database_is_away_pages_apologise_and_line_comes_again(
    folder: Path,
) -> None:
    """Nobody sees a 5xx but LINE, which repeats what could not be stored."""
    async with house_in(folder) as house:
        line = house.stage.line
        line.webhooks.redelivery, line.webhooks.redeliveries = True, 500
        line.webhooks.redelivery_delay = 0.1
        await house.email_everyone()
        async with house.phone(HANA) as phone:
            landing = await house.landing(phone, HANA)
            await house.log_in(phone, landing, add_friend=False)
            await house.never_linked(HANA, "waiting_friend")

            await stop_server(folder)
            opened = await phone.open(landing.url)
            logged_in = await house.log_in(phone, landing)
        ready = await house.http.get("/health/ready")
        await line.follow(HANA.line_user_id)
        await eventually(lambda: told(house, 503))

        async with embedded_server(folder, durable=False):
            await eventually(lambda: told(house, 200))
            await house.tick()
            await house.linked_once(HANA)

    sorry = (424, "Technical error")
    assert (opened.status, opened.title) == sorry
    assert (logged_in.status, logged_in.title) == sorry
    assert ready.status_code == 503
    assert {each.status for each in line.webhooks.deliveries} == {503, 200}


async def told(house: House, status: int) -> bool:
    """Whether LINE's newest delivery was answered so."""
    deliveries = house.stage.line.webhooks.deliveries
    return bool(deliveries) and deliveries[-1].status == status

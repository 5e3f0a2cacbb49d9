"""SIGKILL where only one method is: a flow's webhook, and an import's claims.

The custom QR code's and auto-link's places, and the import's pages, are tested beside.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, text

from marketing_agent.sandbox.klaviyo.form_building import popup_form
from marketing_agent.sandbox.klaviyo.profiles import PropertyEdit
from marketing_agent.services.imports.claims import BATCH
from marketing_agent.services.line_events import drain_inbox
from marketing_agent.storage import tables
from marketing_agent.wiring.working import working
from tests.crashes.workers import (
    a_minute_later,
    sigkill,
    until_a_drain_waits_for_the_merchant,
    until_klaviyo_holds_a_call,
    worker,
)
from tests.form_desk import ON_SUBMISSION, ORIGIN
from tests.house import HANA, KENTA, eventually

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Table

    from tests.house import House, Json

READ, PAGE = "GET /api/profiles/", "GET /api/segments/SegBig/profiles"
WAITING = text(
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


async def count(house: House, table: Table) -> int:
    """How many rows the table has."""
    async with house.program.ground.database.transaction() as tx:
        return int(await tx.scalar(select(func.count()).select_from(table)) or 0)


# The form's flow


async def waits_for_the_flow(house: House) -> Json:
    """Hana has submitted the form and logged in; gives the webhook's settings."""
    form = popup_form(steps=(("email",),))
    house.stage.klaviyo.forms.add("Welcome", form_id="XyZ123", definition=form)
    card = await house.write("configure_form_linkage", ON_SUBMISSION)
    (key,) = re.findall(r"/embed/([\w-]+)\.js", card["embed_code"])
    ticket = await house.http.post(
        f"/embed/{key}/tickets",
        json={"form": "XyZ123", "email": HANA.email},
        headers={"origin": ORIGIN},
    )
    await house.join(HANA, url=ticket.json()["url"])
    await house.stands(HANA, "waiting_confirmation")
    token = house.program.tokens.token_for(house.caller())
    webhook = await house.http.get(
        f"/api/v1/form-linkages/{card['slug']}/webhook",
        headers={"Authorization": f"Bearer {token}"},
    )
    return dict(webhook.json())


async def call(house: House, webhook: Json) -> None:
    """Klaviyo's flow calls, and hears that the call is stored."""
    answer = await house.http.post(
        webhook["linking_url"],
        json={"form_id": "XyZ123", "profile_id": house.profile_id(HANA)},
        headers={webhook["header"]: webhook["secret"]},
    )
    assert answer.status_code == 202, answer.text


@pytest.mark.parametrize("place", ["reading the profile", "before the confirmation"])
async def test_an_acknowledged_flow_webhook_outlives_the_worker(
    house: House, place: str
) -> None:
    """Klaviyo never repeats what was acknowledged: one link, one confirmation."""
    klaviyo = house.stage.klaviyo
    async with worker(house) as doomed:
        webhook = await waits_for_the_flow(house)
        if place == "reading the profile":
            klaviyo.faults.hang(on=READ, when="after", times=1)
            await call(house, webhook)
            await until_klaviyo_holds_a_call(house)
            await sigkill(doomed)
        else:
            database = house.program.ground.database
            async with database.merchant_transaction(house.merchant_id):
                await call(house, webhook)
                await until_a_drain_waits_for_the_merchant(house)
                await sigkill(doomed)
    klaviyo.faults.clear()

    await a_minute_later(house)
    async with working(house.program, concurrency=2):
        info = await house.linked_once(HANA)
        await house.settled()
    assert (info["method"], len(info["attempts"])) == ("form_linkage", 1)
    assert await count(house, tables.audit) == 1


# The import's claims


async def a_large_import(house: House) -> int:
    """More profiles than one batch of claims takes; two of them are friends'."""
    klaviyo = house.stage.klaviyo
    klaviyo.segments.add("Old tool", segment_id="SegBig")
    klaviyo.segments.fill("SegBig", klaviyo.add_crowd(BATCH))
    for person in (HANA, KENTA):
        edit = PropertyEdit(set_to={"LINE User ID": person.line_user_id})
        klaviyo.edit_profile(house.profile_id(person), {}, edit)
        klaviyo.segments.put("SegBig", house.profile_id(person))
        await house.stage.line.follow(person.line_user_id)
    await house.stage.line.webhooks_settled()
    await drain_inbox(house.program.ground, house.merchant_id)
    source = {"segment_id": "SegBig", "property": "LINE User ID"}
    await house.write("start_import", source)
    klaviyo.faults.hang(on=PAGE, when="after", times=1)
    return BATCH + 2


@asynccontextmanager
async def after_one_batch(house: House) -> AsyncIterator[None]:
    """Let a worker make one batch of claims, and hold it up before the second.

    Whoever asks for the merchant first has it next. As this test asks again before it
    gives the merchant away, nobody has it twice in between.
    """
    database, merchant_id = house.program.ground.database, house.merchant_id
    async with AsyncExitStack() as mine:
        await mine.enter_async_context(database.merchant_transaction(merchant_id))
        house.stage.klaviyo.faults.release()
        while await count(house, tables.outcomes) == 0:
            await eventually(lambda: _wait(house, 1))
            again = AsyncExitStack()
            turn = database.merchant_transaction(merchant_id)
            asked = asyncio.create_task(again.enter_async_context(turn))
            await eventually(lambda: _wait(house, 2))
            await mine.aclose()
            await asked
            mine.push_async_exit(again)
        yield


async def _wait(house: House, wanted: int) -> bool:
    async with house.program.ground.database.transaction() as tx:
        return int(await tx.scalar(WAITING) or 0) >= wanted


async def test_killed_between_two_batches_of_claims(house: House) -> None:
    """The first batch stands, the second is made once, and nobody is claimed twice."""
    everyone = await a_large_import(house)
    async with worker(house) as doomed:
        await a_minute_later(house)
        await until_klaviyo_holds_a_call(house)
        async with after_one_batch(house):
            await sigkill(doomed)
    assert await count(house, tables.outcomes) == BATCH
    read = len(house.stage.klaviyo.calls.all(PAGE))

    await a_minute_later(house)
    async with working(house.program, concurrency=2):
        for person in (HANA, KENTA):
            info = await house.linked_once(person)
            assert info["method"] == "import"
        await eventually(lambda: _is_done(house))
    assert await count(house, tables.outcomes) == everyone
    assert await count(house, tables.audit) == 2
    assert len(house.stage.klaviyo.calls.all(PAGE)) == read


async def _is_done(house: House) -> bool:
    runs = (await house.read("show_import"))["runs"]
    return [run["state"] for run in runs if run["extent"] == "full"] == ["done"]

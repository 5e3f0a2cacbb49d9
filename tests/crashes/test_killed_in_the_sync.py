"""SIGKILL of the worker while a friend's own email links them: once, in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from marketing_agent.core.signals import LineUserId
from marketing_agent.storage import tables
from marketing_agent.wiring.working import working
from tests.crashes.workers import (
    a_minute_later,
    sigkill,
    until_klaviyo_holds_a_call,
    worker,
)
from tests.house import HANA

if TYPE_CHECKING:
    from marketing_agent.sandbox.klaviyo.faults import When
    from tests.house import House

LOOKUP, WRITE = "GET /api/profiles", "PATCH /api/profiles"
EVENT = "POST /api/events"


async def friend_with_an_email(house: House) -> None:
    """Hana follows, and somebody enters her email address over the API."""
    await house.stage.line.follow(HANA.line_user_id)
    await house.stage.line.webhooks_settled()
    await house.settled()
    token = house.program.tokens.token_for(house.caller())
    answer = await house.http.put(
        f"/api/v1/friends/{HANA.line_user_id}/contact",
        json={"email": HANA.email},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200, answer.text


async def claims(house: House) -> int:
    """How many attempts auto-link has made."""
    async with house.program.ground.database.transaction() as tx:
        count = select(func.count()).select_from(tables.outcomes)
        made = await tx.scalar(count.where(tables.outcomes.c.method == "auto_link"))
        return int(made or 0)


@pytest.mark.parametrize(
    ("call", "when"),
    [
        pytest.param(LOOKUP, "after", id="looked up, not stored"),
        pytest.param(WRITE, "before", id="linked, before the write-back"),
        pytest.param(WRITE, "after", id="written, not noted"),
        pytest.param(EVENT, "after", id="event recorded, not noted"),
    ],
)
async def test_killed_in_the_middle_auto_link_links_once(
    house: House, call: str, when: When
) -> None:
    """One claim, one link, all of the properties, and one event."""
    klaviyo = house.stage.klaviyo
    klaviyo.faults.hang(on=call, when=when, times=1)
    async with worker(house) as doomed:
        await friend_with_an_email(house)
        await until_klaviyo_holds_a_call(house)
        await sigkill(doomed)
    klaviyo.faults.clear()

    await a_minute_later(house)
    async with working(house.program, concurrency=4):
        info = await house.linked_once(HANA)
        await house.caught_up()
    assert (info["method"], await claims(house)) == ("auto_link", 1)
    assert house.events(HANA) == ["Linked LINE Identity"]
    shown = klaviyo.profile(house.profile_id(HANA)).properties
    assert shown["LINE User ID"] == LineUserId(HANA.line_user_id)
    assert shown["LINE Follow Status"] == "friend"

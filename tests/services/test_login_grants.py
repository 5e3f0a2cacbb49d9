"""What a customer granted at LINE is kept sealed, and given back on their unlink."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from marketing_agent.core.signals import LineUserId
from marketing_agent.sandbox.line import Fault, FaultKind
from marketing_agent.sandbox.phone import Phone
from marketing_agent.services import login_grants
from marketing_agent.storage import merchants
from marketing_agent.storage.tables import friends, login_tokens
from tests.desk import EMAIL, HOUSE
from tests.services.undo_story import HANA

if TYPE_CHECKING:
    from marketing_agent.sandbox.page import Page
    from tests.desk import Desk

USER = LineUserId(HANA.line_user_id)
MINE = "hana.own@line.test"


async def _log_in(desk: Desk, *, decline: bool = False) -> Page:
    """Hana goes through her link; the page after it."""
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id, email=MINE)
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    async with Phone(HANA.line_user_id, language="en", transport=desk.network) as phone:
        landing = await phone.open(f"{HOUSE}/l/{slug}?email={HANA.email}")
        consent = await phone.tap(landing, "log-in")
        if decline:
            phone.forget_cookies()
        page = await phone.log_in(consent, add_friend=True)
        return await phone.submit(page, "decline") if decline else page


async def _kept(desk: Desk) -> list[bytes]:
    async with desk.ground.database.transaction() as tx:
        return list(await tx.scalars(select(login_tokens.c.access_sealed)))


def _deauthorized(desk: Desk) -> list[int | None]:
    """The answers of LINE to every deauthorize."""
    calls = [call for call in desk.line.calls if call.path == "/user/v1/deauthorize"]
    return [call.status for call in calls]


async def test_a_customers_unlink_takes_the_login_back_at_line(desk: Desk) -> None:
    """The grant is over at LINE, and no token is kept."""
    page = await _log_in(desk)
    (sealed,) = await _kept(desk)
    async with Phone(HANA.line_user_id, transport=desk.network) as phone:
        await phone.submit(page, "unlink")

    assert _deauthorized(desk) == [204]
    assert await _kept(desk) == []
    assert b"eyJ" not in sealed


@pytest.mark.parametrize(
    ("days", "ended", "calls"), [(29, True, 1), (60, True, 1), (91, False, 0)]
)
async def test_an_old_login_is_ended_while_a_token_lives(
    desk: Desk, days: int, calls: int, *, ended: bool
) -> None:
    """30 days by the access token, 90 by the refresh token, then no more."""
    await _log_in(desk)
    desk.clock.move(days=days)

    assert await login_grants.end(desk.ground, desk.merchant_id, USER) is ended
    assert _deauthorized(desk).count(204) == calls
    assert await _kept(desk) == []


async def test_line_being_down_keeps_the_unlink_and_the_token(desk: Desk) -> None:
    """The customer is unlinked all the same; the grant can be ended later."""
    page = await _log_in(desk)
    fault = Fault(path="/user/v1/deauthorize", kind=FaultKind.STATUS, status=503)
    desk.line.faults.add(fault)
    async with Phone(HANA.line_user_id, language="en", transport=desk.network) as phone:
        unlinked = await phone.submit(page, "unlink")

    assert unlinked.title == "You have unlinked your LINE account"
    assert len(await _kept(desk)) == 1
    assert await login_grants.end(desk.ground, desk.merchant_id, USER)
    assert not await login_grants.end(desk.ground, desk.merchant_id, USER)


async def test_who_says_not_me_leaves_no_token(desk: Desk) -> None:
    """Nothing was linked, so nothing is kept to undo it with."""
    await _log_in(desk, decline=True)

    assert await _kept(desk) == []


@pytest.mark.parametrize("granted", [True, False])
async def test_the_email_is_asked_for_where_line_granted_it(
    desk: Desk, *, granted: bool
) -> None:
    """It is kept as the friend's own signal, sealed; without permission nobody asks."""
    desk.line.email_permission = True
    async with desk.ground.database.transaction() as tx:
        await merchants.let_ask_for_email(tx, desk.merchant_id, asks=granted)
    await _log_in(desk)

    async with desk.ground.database.transaction() as tx:
        rows = await tx.execute(
            select(friends.c.signals_from, friends.c.signals_sealed)
        )
        ((source, sealed),) = rows.all()
    assert source == ("line_login" if granted else None)
    assert (sealed is not None) is granted
    assert MINE.encode() not in (sealed or b"")

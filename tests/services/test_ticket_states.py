"""How far the phone is, as the computer that shows the QR code is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from marketing_agent.sandbox.phone import Phone
from marketing_agent.services.ticket_states import TicketState, state_of
from marketing_agent.storage.vault import Unsealable
from tests.desk import EMAIL, HOUSE
from tests.services.undo_story import HANA

if TYPE_CHECKING:
    from tests.desk import Desk


async def _ticket(desk: Desk) -> str:
    """Open Hana's link on a computer."""
    desk.line.add_user(HANA.line_name, user_id=HANA.line_user_id)
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]
    opened = await desk.http.get(f"/l/{slug}?email={HANA.email}")
    return str(opened.headers["location"]).partition("t=")[2]


async def test_the_state_follows_the_phone(desk: Desk) -> None:
    """Waiting, scanned, still scanned without a friend, done by the follow alone.

    No profile has Hana's address: what is told does not depend on it.
    """
    ticket = await _ticket(desk)
    seen = [await state_of(desk.ground, ticket)]
    await desk.http.post("/link/opened", data={"t": ticket, "on": "phone"})
    seen.append(await state_of(desk.ground, ticket))
    await desk.join(
        HANA.line_user_id, f"{HOUSE}/link?t={ticket}&scan=1", add_friend=False
    )
    seen.append(await state_of(desk.ground, ticket))
    await desk.line.follow(HANA.line_user_id)
    await desk.line.webhooks_settled()
    await desk.work()
    seen.append(await state_of(desk.ground, ticket))

    assert seen == ["waiting", "scanned", "scanned", "done"]


@pytest.mark.parametrize(
    ("told", "state", "opened"),
    [
        ({"on": "computer"}, TicketState.WAITING, 1),
        ({"on": "phone"}, TicketState.SCANNED, 1),
        ({"on": "phone", "scan": "1"}, TicketState.SCANNED, 0),
        ({"on": "computer", "scan": "1"}, TicketState.SCANNED, 0),
        ({}, TicketState.WAITING, 1),
    ],
)
async def test_only_a_phone_or_a_scan_counts_as_scanned(
    desk: Desk, told: dict[str, str], state: TicketState, opened: int
) -> None:
    """A page on a computer is an opening; its QR code on a phone is no second one."""
    ticket = await _ticket(desk)
    for _ in range(2):
        await state_of(desk.ground, ticket)
    await desk.http.post("/link/opened", data={"t": ticket, **told})
    (card,) = (await desk.block("show_qr_links"))["qr_links"]

    assert await state_of(desk.ground, ticket) is state
    assert card["opened"] == opened


async def test_who_says_not_me_is_never_done(desk: Desk) -> None:
    """They are logged in and a friend, but nothing was linked."""
    ticket = await _ticket(desk)
    async with Phone(HANA.line_user_id, transport=desk.network) as phone:
        landing = await phone.open(f"{HOUSE}/link?t={ticket}")
        consent = await phone.tap(landing, "log-in")
        phone.forget_cookies()
        confirm = await phone.log_in(consent, add_friend=True)
        await phone.submit(confirm, "decline")
    await desk.line.webhooks_settled()
    await desk.work()

    assert await state_of(desk.ground, ticket) is TicketState.SCANNED


async def test_an_old_ticket_is_expired_and_any_other_text_is_none(desk: Desk) -> None:
    """A day later the page is told so; what is no ticket has no state."""
    ticket = await _ticket(desk)
    desk.clock.move(hours=24, seconds=1)

    assert await state_of(desk.ground, ticket) is TicketState.EXPIRED
    with pytest.raises(Unsealable):
        await state_of(desk.ground, ticket[:-1])


async def test_old_marks_are_forgotten(desk: Desk) -> None:
    """What is older than any ticket goes when the next page is seen."""
    ticket = await _ticket(desk)
    await desk.http.post("/link/opened", data={"t": ticket, "on": "phone"})
    desk.clock.move(days=3)
    newer = await _ticket(desk)
    await desk.http.post("/link/opened", data={"t": newer, "on": "phone"})

    assert (await desk.counts())["ticket_marks"] == 1

"""Two at once: the same login twice, and a yes beside a change of the world."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from marketing_agent.sandbox.phone import Phone
from marketing_agent.sandbox.seed import PERSONAS
from tests.desk import EMAIL, HOUSE

if TYPE_CHECKING:
    from tests.desk import Desk

HANA, KENTA = PERSONAS[:2]


async def _invited(desk: Desk) -> str:
    """Hana and Kenta are LINE users, Hana is a profile: the link in her email."""
    desk.klaviyo.add_profile(email=HANA.email)
    for person in (HANA, KENTA):
        desk.line.add_user(person.line_name, user_id=person.line_user_id)
    card = await desk.write("create_qr_link", EMAIL)
    return str(card["linking_url"]).replace("{{ email }}", HANA.email)


async def _ticket_page(desk: Desk, url: str) -> str:
    answer = await desk.http.get(url)
    return HOUSE + answer.headers["location"]


async def _last_page(desk: Desk, line_user: str, landing: str) -> int:
    async with Phone(line_user, language="en", transport=desk.network) as phone:
        consent = await phone.tap(await phone.open(landing), "log-in")
        return (await phone.log_in(consent)).status


async def test_one_ticket_becomes_one_claim_of_one_person(desk: Desk) -> None:
    """Two people log in with one forwarded landing page: one is told it is used."""
    landing = await _ticket_page(desk, await _invited(desk))

    statuses = await asyncio.gather(
        _last_page(desk, HANA.line_user_id, landing),
        _last_page(desk, KENTA.line_user_id, landing),
    )
    await desk.line.webhooks_settled()
    await desk.work()

    assert sorted(statuses) == [200, 409]
    report = await desk.block("query_linkage_status")
    assert sum(each["count"] for each in report["attempts"]) == 1
    assert report["linked"] == 1


async def test_one_person_in_two_windows_is_one_attempt(desk: Desk) -> None:
    """The same ticket and LINE user twice at once: both see the end, stored once."""
    landing = await _ticket_page(desk, await _invited(desk))

    statuses = await asyncio.gather(
        *(_last_page(desk, HANA.line_user_id, landing) for _ in range(4))
    )
    await desk.line.webhooks_settled()
    await desk.work()

    assert statuses == [200] * 4
    report = await desk.block("query_linkage_status")
    assert [each["count"] for each in report["attempts"]] == [1]


async def test_two_approved_unlinks_at_once_end_one_link(desk: Desk) -> None:
    """Two yeses to the same: one is carried out, the other is told why not."""
    url = await _invited(desk)
    await desk.join(HANA.line_user_id, url)
    await desk.work()
    call = {"line_user_id": HANA.line_user_id}
    approvals = [await desk.approve("unlink_friend", call) for _ in range(2)]

    answers = await asyncio.gather(
        *(desk.call("unlink_friend", call, approval=each) for each in approvals)
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    info = await desk.block("query_linkage_status", call)
    assert [each["what"] for each in info["trail"]] == ["linked", "unlinked"]
    assert (await desk.counts())["changes"] == 2

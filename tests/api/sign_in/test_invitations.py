"""An invitation lets one person in, once, at one merchant."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import structlog
from sqlalchemy import select

from marketing_agent.api.tokens import TOKEN_LIFE
from marketing_agent.core.callers import Role
from marketing_agent.core.errors import NotFound
from marketing_agent.services.invitations import InviteeName
from marketing_agent.storage.tables import metadata
from tests.api.sign_in.invited import LIFE, OURS, browser, code_for, link_for, sign_in
from tests.desk import EMAIL, HOUSE

if TYPE_CHECKING:
    from tests.desk import Desk

REFUSED = {
    "error": "InvitationUsed",
    "message": "This link was used already or has expired. Ask for a new one.",
}


async def test_an_invited_person_signs_in_and_works(desk: Desk) -> None:
    """Link, page, button: then the browser's cookie approves and makes a QR code."""
    link = await link_for(desk, "Mei")
    assert link.startswith(f"{HOUSE}/sign-in#")
    async with browser(desk, origin=HOUSE) as mei:
        page = await mei.get(link.partition("#")[0])
        code = {"code": link.partition("#")[2]}
        pressed = await mei.post("/sign-in", data=code)
        me = (await mei.get("/api/v1/me")).json()
        call = {"tool": "create_qr_link", "arguments": EMAIL}
        approved = await mei.post("/api/v1/approvals", json=call)
        made = await mei.post(
            "/api/v1/tools/create_qr_link",
            json={"arguments": EMAIL, **approved.json()},
        )

    assert page.status_code == 200
    assert pressed.headers["location"] == "/dashboard/"
    assert (approved.status_code, made.status_code) == (201, 200)
    assert me["subject"].startswith("Mei#")
    assert me | {"subject": ""} == {
        "subject": "",
        "name": "Mei",
        "merchant": {"id": desk.merchant_id, "name": "Hana Coffee"},
        "role": "owner",
        "kind": "human",
        "until": "2026-11-23T21:00:00Z",
    }


async def test_a_program_gets_a_token(desk: Desk) -> None:
    """The answer names person and shop; its token is good until the time it says."""
    code = await code_for(desk, "Ken", role=Role.STAFF)
    answer = await sign_in(desk.http, code)
    told = answer.json()
    desk.http.cookies.clear()
    headers = {"Authorization": f"Bearer {told.pop('token')}"}

    assert datetime.fromisoformat(told["expires_at"]) == desk.clock() + TOKEN_LIFE
    assert told == {
        "expires_at": told["expires_at"],
        "merchant": {"id": desk.merchant_id, "name": "Hana Coffee"},
        "name": "Ken",
        "role": "staff",
    }
    assert answer.headers["cache-control"] == "no-store"
    assert (await desk.http.get("/api/v1/me", headers=headers)).status_code == 200


async def test_the_whole_link_may_be_pasted(desk: Desk) -> None:
    """People copy what they have, with the spaces around it."""
    answer = await sign_in(desk.http, f" {await link_for(desk)}\n")
    assert answer.status_code == 200


async def test_used_expired_and_wrong_are_told_apart_by_nobody(desk: Desk) -> None:
    """One status, one body and no cookie for all three."""
    used, expired = await code_for(desk), await code_for(desk, life=timedelta(hours=1))
    assert (await sign_in(desk.http, used)).status_code == 200
    desk.clock.move(hours=1)

    for code in (used, expired, "A" * 22, "", "🍵", "\0"):
        answer = await sign_in(desk.http, code)
        assert (answer.status_code, answer.json()) == (401, REFUSED)
        assert "set-cookie" not in answer.headers


async def test_an_invitation_is_good_to_its_end(desk: Desk) -> None:
    """A second before the end it lets in, at the end it does not."""
    early, late = [await code_for(desk) for _ in range(2)]

    desk.clock.now += LIFE - timedelta(seconds=1)
    assert (await sign_in(desk.http, early)).status_code == 200
    desk.clock.move(seconds=1)
    assert (await sign_in(desk.http, late)).status_code == 401


async def test_of_two_at_once_one_gets_in(desk: Desk) -> None:
    """Eight windows with one link: one is signed in, the others are told."""
    code = await code_for(desk)
    answers = await asyncio.gather(*(sign_in(desk.http, code) for _ in range(8)))
    assert sorted(each.status_code for each in answers) == [200] + [401] * 7


async def test_the_neighbour_is_not_touched(desk: Desk) -> None:
    """Signing in here leaves the neighbour's invitation good, and opens no door."""
    mine = await code_for(desk)
    theirs = await code_for(desk, merchant_id=desk.neighbour_id)
    slug = (await desk.write("create_qr_link", EMAIL))["slug"]

    assert (await sign_in(desk.http, mine)).json()["merchant"]["id"] == desk.merchant_id
    async with browser(desk, origin=HOUSE) as neighbour:
        answer = await sign_in(neighbour, theirs)
        call = {"arguments": {"slug": slug}}
        asked = await neighbour.post("/api/v1/tools/show_qr_links", json=call)

    assert answer.json()["merchant"]["id"] == desk.neighbour_id
    assert asked.status_code == 404


async def test_people_of_one_name_are_different_people(desk: Desk) -> None:
    """Two who are called Mei have two subjects: neither owns the other's threads."""
    subjects = []
    for code in [await code_for(desk, "Mei") for _ in range(2)]:
        async with browser(desk) as mei:
            await sign_in(mei, code)
            subjects.append((await mei.get("/api/v1/me")).json()["subject"])
    assert len(set(subjects)) == 2


async def test_a_viewer_looks_and_cannot_approve(desk: Desk) -> None:
    """The role of the invitation is that of the session."""
    async with browser(desk, origin=HOUSE) as viewer:
        await sign_in(viewer, await code_for(desk, role=Role.VIEWER))
        read = await viewer.post("/api/v1/tools/show_qr_links", json={})
        call = {"tool": "create_qr_link", "arguments": EMAIL}
        approved = await viewer.post("/api/v1/approvals", json=call)

    assert (read.status_code, approved.status_code) == (200, 403)


async def test_the_code_is_written_nowhere(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither a log line at any level nor a row of any table holds it."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")
    with structlog.testing.capture_logs() as heard:
        code = await code_for(desk)
        for _ in range(2):
            await desk.http.post("/sign-in", data={"code": code}, headers=OURS)
            await sign_in(desk.http, code)
    async with desk.ground.database.transaction() as tx:
        rows = [
            repr(row)
            for table in metadata.sorted_tables
            for row in await tx.execute(select(table))
        ]

    # httpx, the browser here, logs what it asks for: these lines prove that we listen.
    assert any("/sign-in" in record.getMessage() for record in caplog.records)
    assert any("'Mei'" in row for row in rows)
    for text in (*map(repr, heard), *(r.getMessage() for r in caplog.records), *rows):
        assert code not in text


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "Mei\x00", "\u202eiem", "a\x1bb"])
async def test_a_name_can_be_read(desk: Desk, name: str) -> None:
    """It stands beside every change that the person makes."""
    with pytest.raises(InviteeName):
        await link_for(desk, name)


async def test_a_full_width_space_is_a_space(desk: Desk) -> None:
    """Japanese names are written with one."""
    code = await code_for(desk, "佐藤\u3000花")
    assert (await sign_in(desk.http, code)).json()["name"] == "佐藤 花"


async def test_an_unknown_merchant_invites_nobody(desk: Desk) -> None:
    """No link is made for a number that is nobody's."""
    before = await desk.counts()
    with pytest.raises(NotFound):
        await link_for(desk, merchant_id=99)
    assert await desk.counts() == before


async def test_codes_are_long_and_differ(desk: Desk) -> None:
    """128 random bits each."""
    codes = {await code_for(desk) for _ in range(20)}
    assert len(codes) == 20
    assert {len(each) for each in codes} == {22}

"""Letting people in from the dashboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from marketing_agent.core.callers import CallerKind, Role
from marketing_agent.storage.tables import changes
from tests.api.asking import ask

if TYPE_CHECKING:
    from tests.desk import Desk

KEN = {"name": "Ken", "role": "staff"}


async def test_an_invited_person_signs_in_once_and_is_listed(desk: Desk) -> None:
    """The link works once; the list names the person as their changes do."""
    invited = await ask(desk, "POST", "/invitations", KEN)
    assert (invited.status_code, invited.headers["cache-control"]) == (201, "no-store")
    link = invited.json()["link"]
    [before] = (await ask(desk, "GET", "/people")).json()

    signed_in = await desk.http.post("/api/v1/sign-in", json={"code": link})
    again = await desk.http.post("/api/v1/sign-in", json={"code": link})

    assert (signed_in.json()["role"], again.status_code) == ("staff", 401)
    token = {"Authorization": f"Bearer {signed_in.json()['token']}"}
    me = (await desk.http.get("/api/v1/me", headers=token)).json()
    [after] = (await ask(desk, "GET", "/people")).json()
    assert (before["state"], after["state"]) == ("invited", "signed_in")
    assert (after["subject"], after["name"]) == (me["subject"], "Ken")


async def test_the_link_is_told_once_and_recorded_nowhere(desk: Desk) -> None:
    """Who invited whom is a change; the code is in no list and no row."""
    link = (await ask(desk, "POST", "/invitations", KEN)).json()["link"]
    code = link.partition("#")[2]
    async with desk.ground.database.transaction() as tx:
        recorded = [str(row) for row in await tx.execute(select(changes))]
    told = (await ask(desk, "GET", "/changes")).json()["changes"]
    people = await ask(desk, "GET", "/people")
    assert [each["what"] for each in told] == ['Invited "Ken" as staff']
    assert code not in people.text + str(recorded) + str(told)


async def test_an_unused_invitation_is_taken_back(desk: Desk) -> None:
    """Its link is dead at once; a neighbour can neither see nor end it."""
    link = (await ask(desk, "POST", "/invitations", KEN)).json()["link"]
    [person] = (await ask(desk, "GET", "/people")).json()
    path = f"/invitations/{person['id']}"
    neighbour = desk.caller(merchant_id=desk.neighbour_id)
    assert (await ask(desk, "DELETE", path, caller=neighbour)).status_code == 404
    assert (await ask(desk, "GET", "/people", caller=neighbour)).json() == []

    assert (await ask(desk, "DELETE", path)).status_code == 200
    assert (await ask(desk, "DELETE", path)).status_code == 404
    answer = await desk.http.post("/api/v1/sign-in", json={"code": link})
    assert answer.json()["error"] == "InvitationUsed"
    assert (await ask(desk, "GET", "/people")).json()[0]["state"] == "expired"


async def test_only_owners_invite(desk: Desk) -> None:
    """Staff and viewers see who is there; programs do not."""
    for role in (Role.STAFF, Role.VIEWER):
        caller = desk.caller(role=role)
        answer = await ask(desk, "POST", "/invitations", KEN, caller)
        assert (answer.status_code, answer.json()["error"]) == (403, "OnlyOwners")
        assert (await ask(desk, "GET", "/people", caller=caller)).status_code == 200
    program = desk.caller(CallerKind.AGENT)
    for method, path in (("GET", "/people"), ("POST", "/invitations")):
        answer = await ask(desk, method, path, KEN, program)
        assert answer.json()["error"] == "OnlyForPeople"
    assert (await desk.counts())["invitations"] == 0


@pytest.mark.parametrize("name", ["", "  ", "\0", "x" * 61, "a\nb\u200b"])
async def test_a_name_that_nobody_could_read_is_refused(desk: Desk, name: str) -> None:
    """1 to 60 visible characters."""
    answer = await ask(desk, "POST", "/invitations", KEN | {"name": name})
    assert (answer.status_code, answer.json()["error"]) == (422, "InviteeName")
